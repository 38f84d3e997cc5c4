#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=long,sample timeout=600
# kill -9 at random moments of a reconstruction: --resume on another number of ranks gives the same
# bits, series included.
. "$QV_SOURCE/tests/support/cli.sh"
expect 0 on 0 run "$QV_SOURCE/inputs/imaging/compress-64.yaml" output=d.h5 imaging.phantom.size=40 \
  imaging.phantom.frames=32
deck=$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml
over=(imaging.data=d.h5 imaging.red-psm.rank=3 imaging.red-psm.latent=7 imaging.red-psm.tolerance=0
  run.step=1 "checkpoint.every=2 steps")
expect 0 on 2 run "$deck" output=straight.h5 "${over[@]}"
seed=20260102
random() { # random LIMIT: 0 … LIMIT - 1, the same sequence each time
  seed=$(((seed * 1103515245 + 12345) % 2147483648))
  echo $((seed / 65536 % $1))
}
kills=0
for _ in $(seq 30); do
  [ "$kills" -lt 8 ] || break
  ranks=$((1 + $(random 3)))
  mpiexec -n $ranks "$QUADRIVIUM" run "$deck" output=r.h5 "${over[@]}" --resume >/dev/null 2>err.txt &
  pid=$!
  sleep "0.$((30 + $(random 65)))"
  victim=$(ranks_of $pid | sed -n "$((1 + $(random $ranks)))p")
  if [ -n "$victim" ] && [ ! -e r.h5 ] && kill -9 "$victim" 2>/dev/null; then kills=$((kills + 1)); fi
  wait $pid
  if [ -e r.h5 ]; then
    same straight.h5 r.h5
    rm -f r.h5*
  fi
done
[ "$kills" -ge 8 ] || complain "only $kills kills"
expect 0 on 3 run "$deck" output=r.h5 "${over[@]}" --resume
same straight.h5 r.h5
finish
