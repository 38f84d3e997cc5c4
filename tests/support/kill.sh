# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# For tests that kill a run and resume it: source it after cli.sh. The caller sets `deck` and `over`,
# the settings of the run, and makes straight.h5, what comes out of a run that nothing stops.
seed=20260101

# random LIMIT: `drawn` becomes 0 … LIMIT - 1, the same sequence each time. (Not printed: what runs
# inside $(…) does not change `seed`.)
random() {
  seed=$(((seed * 1103515245 + 12345) % 2147483648))
  drawn=$((seed / 65536 % $1))
}

# vary: what else a round is given, in `also`; a test may have its own.
vary() { also=(); }

# kill_and_resume KILLS ROUNDS RANKS FROM TO: up to ROUNDS times the run goes on with --resume on 1 …
# RANKS ranks and one of them is killed after 0.FROM … 0.TO s, until KILLS have come in time. What
# comes out is straight.h5 each time, and nothing stays behind.
kill_and_resume() {
  local kills=0 round=0 ranks pid victim left also=()
  rm -f r.h5*
  while [ "$kills" -lt "$1" ] && [ "$round" -lt "$2" ]; do
    round=$((round + 1))
    random "$3"
    ranks=$((1 + drawn))
    vary
    mpiexec -n $ranks "$QUADRIVIUM" run "$deck" output=r.h5 "${over[@]}" "${also[@]}" --resume >/dev/null \
      2>err.txt &
    pid=$!
    random $(($5 - $4 + 1))
    sleep "0.$(($4 + drawn))"
    random $ranks
    victim=$(ranks_of $pid | sed -n "$((1 + drawn))p")
    if [ -n "$victim" ] && [ ! -e r.h5 ] && kill -9 "$victim" 2>/dev/null; then kills=$((kills + 1)); fi
    wait $pid || true
    for left in $(ranks_of $pid); do complain "rank $left outlived its launcher"; done
    if [ -e r.h5 ]; then
      same straight.h5 r.h5
      rm -f r.h5*
    fi
  done
  echo "$kills kills in $round rounds"
  [ "$kills" -ge "$1" ] || complain "only $kills kills"
  expect 0 on 3 run "$deck" output=r.h5 "${over[@]}" --resume
  same straight.h5 r.h5
  [ -z "$(find . -name '*.part')" ] || complain "temporary files are left"
}
