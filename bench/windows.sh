#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=900
# usage: bench/windows.sh [FOLDER]
# Oracle calls an update against the window, for all engines, as two pictures in FOLDER (windows-output):
# packages of Debian's index in random order (made sets where there is no index), and the stream that
# deletes what a sieve has picked. And the certified ratio along the first, in a window of 2,000. About a
# minute; figures of calls, which do not depend on the machine. QUADRIVIUM names the program, else
# that of build/release is taken.
set -euo pipefail
case ${1-} in
  -h | --help) sed -n 's/^# \{0,1\}//; 4,9p' "$0"; exit 0 ;;
esac
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${QUADRIVIUM:-$top/build/release/bin/quadrivium}
[ -x "$program" ] || { echo "no program $program: cmake --preset release && cmake --build --preset release" >&2; exit 66; }
mkdir -p "${1:-windows-output}"
cd "${1:-windows-output}"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
engines=(batched sampled lattanzi sieve-streaming sieve-streaming-pp lazy-greedy stochastic-greedy
  threshold-greedy)

"$top/scripts/debian-packages.sh" tags >packages.txt 2>/dev/null || : >packages.txt
if [ "$(wc -l <packages.txt)" -lt 20000 ]; then
  echo 'no index of packages here: made sets take their place'
  awk 'BEGIN {srand(7); for (e = 0; e < 25000; e++) {printf "%d", e; n = 1 + int(8 * rand() ^ 3)
         for (i = 0; i < n; i++) printf " %d", int(600 * rand() ^ 3); print ""}}' >packages.txt
fi
# ten kinds of ten items, copies in blocks, which the stream mixes
awk 'BEGIN {for (e = 0; e < 16000; e++) {printf "%d", e
       for (i = 0; i < 10; i++) printf " %d", 10 * int(e / 1600) + i; print ""}}' >kinds.txt
cat >deck.yaml <<'END'
problem: submodular.stream
output: out.h5
submodular:
  objective: {name: coverage, data: packages.txt, format: sets}
  stream: {from: sliding-window, window: 500}
  engine: {name: batched}
  k: 20
END
# runs NAME DATA STREAM WINDOW…: every engine in every window, filled once and turned over once
runs() {
  local engine window
  rm -f "$1"-*.h5
  for window in "${@:4}"; do
    for engine in "${engines[@]}"; do
      case $engine:$window in threshold-greedy:8000) continue ;; esac # takes longer than all others
      "$program" run deck.yaml output="$1-$engine-$window.h5" submodular.objective.data="$2" \
        "submodular.stream={$3, window: $window, updates: $((3 * window))}" \
        "submodular.engine={name: $engine}" submodular.report.every=$((window / 20)) >/dev/null 2>&1
    done
  done
  "$program" plot "$1"-*.h5 --x window --y oracle_calls:update --log xy --label engine.name --format png
  mv compare-oracle_calls-per-update-against-window.png "$1.png"
}
runs random packages.txt 'from: sliding-window, order: random' 125 500 2000 8000
runs separating kinds.txt 'from: separating' 125 500 2000
"$program" plot random-*-2000.h5 --only /series/ratio --label engine.name --format png
mv compare-ratio.png ratio.png
echo "In $PWD: random.png separating.png ratio.png"
