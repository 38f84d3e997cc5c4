#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# The batch template alone, with stand-ins for Slurm's commands, the launcher and the program.
set -u
template=$QV_SOURCE/slurm/quadrivium.sbatch
failures=0

# stand_in NAME: a command in PATH that is the text on standard input
mkdir -p bin submit/build/release/bin
stand_in() { { echo '#!/usr/bin/env bash'; cat; } >"bin/$1"; chmod +x "bin/$1"; }
stand_in mpiexec <<'END'
echo "mpiexec $*" >>log
exec "$@"
END
stand_in squeue <<<'echo "2031-05-06T07:08:09"'
stand_in srun <<'END'
echo "srun $1" >>log
shift
exec "$@"
END
stand_in scontrol <<'END'
echo "scontrol $*" >>log
[ ! -e scontrol.fails ]
END
# The program notes its arguments; `info` prints the file step, `run` ends with the code in the file
# code, or waits for USR1 and ends with 75 when there is none.
cat >program <<'END'
#!/usr/bin/env bash
echo "program $*" >>log
if [ "$1" = info ]; then cat step; exit; fi
[ -e code ] && exit "$(cat code)"
trap 'echo caught >>log; sleep 0.3; exit 75' USR1
touch waiting
for _ in {1..100}; do sleep 0.05; done
END
chmod +x program
export TZ=UTC PATH=$PWD/bin:/usr/bin:/bin SLURM_JOB_ID=17 SLURM_SUBMIT_DIR=$PWD/submit
export QUADRIVIUM=$PWD/program
unset SLURM_RESTART_COUNT QV_LAUNCHER

start() { rm -f log; bash "$template" "$@" >out 2>&1; code=$?; }
expect() { # WHAT GOT WANTED
  [ "$2" = "$3" ] && return
  printf '%s: got\n%s\nexpected\n%s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}
ran() { grep -c -- "$1" log; }

echo 3 >step
echo 0 >code
start deck.yaml a.b=1 c=2 -- -log_view
expect "exit code of a run that is done" "$code" 0
expect "what was called" "$(cat log)" "program info --step deck.yaml a.b=1 c=2
mpiexec $PWD/program run deck.yaml --resume run.deadline=2031-05-06T07:07:39Z a.b=1 c=2 -- -log_view
program run deck.yaml --resume run.deadline=2031-05-06T07:07:39Z a.b=1 c=2 -- -log_view"
expect "notes left by a run that is done" "$(ls .quadrivium* 2>/dev/null)" ""

for wanted in 2 65 78 139; do
  echo $wanted >code
  start deck.yaml
  expect "the program's code is handed on" "$code" $wanted
  expect "a run that failed is not requeued" "$(ran scontrol)" 0
done

echo 75 >code
start deck.yaml
expect "exit code after a requeue" "$code" 0
expect "requeue" "$(grep scontrol log)" "scontrol requeue 17"
echo 4 >step
SLURM_RESTART_COUNT=1 start deck.yaml
expect "first restart, progress" "$code $(ran '^program run')" "0 1"
SLURM_RESTART_COUNT=2 start deck.yaml
expect "second restart, none" "$code $(ran '^program run')" "0 1"
echo 5 >step
SLURM_RESTART_COUNT=3 start deck.yaml
expect "third restart, progress again" "$code $(ran '^program run')" "0 1"
SLURM_RESTART_COUNT=4 start deck.yaml
expect "fourth restart, none" "$code $(ran '^program run')" "0 1"
SLURM_RESTART_COUNT=5 start deck.yaml
expect "fifth restart, none again: stays down" "$code $(ran '^program run') $(ran scontrol)" "75 0 0"
expect "says why" "$(grep -c 'no progress beyond step 5' out)" 1
start deck.yaml
expect "submitted anew, it runs again" "$code $(ran '^program run')" "0 1"
touch scontrol.fails
start deck.yaml
expect "requeue refused" "$code" 75
rm scontrol.fails

echo 'quadrivium: not a number' >step
echo 0 >code
start deck.yaml
expect "a step that cannot be read" "$code $(grep -c 'from step -1' out)" "0 1"
echo 3 >step

rm -f code waiting
for signal in USR1 TERM; do
  rm -f log waiting
  bash "$template" deck.yaml >out 2>&1 &
  job=$!
  for _ in {1..100}; do [ -e waiting ] && break; sleep 0.05; done
  kill -$signal $job
  wait $job
  code=$?
  expect "$signal reaches the program" "$(ran caught)" 1
  if [ $signal = USR1 ]; then
    expect "USR1: requeued" "$code $(ran scontrol)" "0 1"
  else
    expect "TERM: a cancelled job stays down" "$code $(ran scontrol)" "75 0"
  fi
done

echo 0 >code
QV_LAUNCHER=srun start deck.yaml
expect "srun" "$code $(grep srun log)" "0 srun --mpi=pmix"
QV_LAUNCHER=mpirun start deck.yaml
expect "an unknown launcher" "$code" 64
echo 'echo "squeue: error" >&2; exit 1' | stand_in squeue
start deck.yaml
expect "no deadline without squeue" "$code $(ran deadline)" "0 0"
start
expect "no deck" "$code" 64
SLURM_JOB_ID='' start deck.yaml
expect "not under Slurm" "$code" 64

# Where the program is looked for: QUADRIVIUM, PATH, the folder of the build.
unset QUADRIVIUM
start deck.yaml
expect "no program" "$code" 64
cp program submit/build/release/bin/quadrivium
start deck.yaml
expect "from the build" "$(ran "^mpiexec $PWD/submit/build/release/bin/quadrivium run")" 1
cp program bin/quadrivium
start deck.yaml
expect "from PATH" "$(ran "^mpiexec $PWD/bin/quadrivium run")" 1
QUADRIVIUM=$PWD/program start deck.yaml
expect "from QUADRIVIUM" "$(ran "^mpiexec $PWD/program run")" 1

expect "executable, for all that it is a copy" "$([ -x "$template" ] && echo yes)" yes
[ $failures -eq 0 ] && echo "all as expected"
exit $((failures > 0))
