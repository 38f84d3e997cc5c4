#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=long,sample timeout=600
# kill -9 at 20 random moments: there is no half file, and --resume on another number of ranks gives
# the same bits.
. "$QV_SOURCE/tests/support/cli.sh"
deck=$QV_SOURCE/inputs/threebody/paper-seeds-regularised.yaml
over=(threebody.systems.count=100 "threebody.time.end=2000 yr" run.step=200000 "checkpoint.every=8 steps")
expect 0 on 2 run "$deck" output=straight.h5 "${over[@]}"
seed=20260101
random() { # random LIMIT: 0 … LIMIT - 1, the same sequence each time
  seed=$(((seed * 1103515245 + 12345) % 2147483648))
  echo $((seed / 65536 % $1))
}
kills=0
round=0
while [ "$kills" -lt 20 ] && [ "$round" -lt 60 ]; do
  round=$((round + 1))
  ranks=$((1 + $(random 4)))
  mpiexec -n $ranks "$QUADRIVIUM" run "$deck" output=r.h5 "${over[@]}" --resume >/dev/null 2>err.txt &
  pid=$!
  sleep "0.$((25 + $(random 70)))"
  victim=$(ranks_of $pid | sed -n "$((1 + $(random $ranks)))p")
  if [ -n "$victim" ] && [ ! -e r.h5 ] && kill -9 "$victim" 2>/dev/null; then kills=$((kills + 1)); fi
  wait $pid
  for left in $(ranks_of $pid); do complain "rank $left outlived its launcher"; done
  if [ -e r.h5 ]; then
    same straight.h5 r.h5
    rm -f r.h5*
  fi
done
[ "$kills" -ge 20 ] || complain "only $kills kills"
expect 0 on 3 run "$deck" output=r.h5 "${over[@]}" --resume
same straight.h5 r.h5
[ -z "$(find . -name '*.part')" ] || complain "temporary files are left"
finish
