#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=long timeout=300
# imaging.simulate, killed by kill -9 at random moments and resumed on other ranks: the same bits.
. "$QV_SOURCE/tests/support/cli.sh"
deck=$QV_SOURCE/inputs/imaging/compress-64.yaml
over=(imaging.phantom.size=128 imaging.phantom.frames=64 run.step=1 "checkpoint.every=2 steps")
expect 0 on 2 run "$deck" output=straight.h5 "${over[@]}"
kills=0
for round in 1 2 3 4 5; do
  mpiexec -n $((1 + round % 3)) "$QUADRIVIUM" run "$deck" output=r.h5 "${over[@]}" --resume >/dev/null 2>err.txt &
  pid=$!
  sleep "0.$((35 + 7 * round % 50))"
  victim=$(ranks_of $pid | head -1)
  if [ -n "$victim" ] && [ ! -e r.h5 ] && kill -9 "$victim" 2>/dev/null; then kills=$((kills + 1)); fi
  wait $pid
  [ -e r.h5 ] && same straight.h5 r.h5 && rm -f r.h5*
done
[ "$kills" -ge 1 ] || complain "no kill came in time"
expect 0 on 3 run "$deck" output=r.h5 "${over[@]}" --resume
same straight.h5 r.h5
finish
