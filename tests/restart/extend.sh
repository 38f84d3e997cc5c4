#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# A later end time goes on from the kept checkpoint and gives the bits of a straight run; damaged
# checkpoints are named and passed over.
. "$QV_SOURCE/tests/support/cli.sh"
deck=$QV_SOURCE/inputs/threebody/paper-seeds-regularised.yaml
over=(threebody.systems.count=50)
expect 0 on 1 run "$deck" output=straight.h5 "${over[@]}" "threebody.time.end=20 yr"
expect 0 on 2 run "$deck" output=r.h5 "${over[@]}" "threebody.time.end=7 yr"
expect 0 on 1 run "$deck" output=r.h5 "${over[@]}" "threebody.time.end=20 yr" --resume
same straight.h5 r.h5
expect 78 on 1 run "$deck" output=r.h5 "${over[@]}" "threebody.time.end=5 yr" --resume
says err.txt "the end can only grow"

# the same with the Hermite scheme, from an end between two of its intervals
deck4=$QV_SOURCE/inputs/threebody/paper-seeds.yaml
expect 0 on 1 run "$deck4" output=straight4.h5 "${over[@]}" "threebody.time.end=20.03 yr"
expect 0 on 2 run "$deck4" output=r4.h5 "${over[@]}" "threebody.time.end=7.77 yr"
expect 0 on 1 run "$deck4" output=r4.h5 "${over[@]}" "threebody.time.end=20.03 yr" --resume
same straight4.h5 r4.h5

over=(threebody.systems.count=200 "threebody.time.end=1000 yr" run.step=200000 "checkpoint.every=5 steps")
expect 0 on 1 run "$deck" output=straight.h5 "${over[@]}" --force
for wall in 0.5 1 2 4 8 16 32; do # a stop after two checkpoints, however slow the machine is
  rm -f d.h5*
  expect 75 on 2 run "$deck" output=d.h5 "${over[@]}" run.wall-time=$wall
  if [ -e d.h5.ckpt-0 ] && [ -e d.h5.ckpt-1 ]; then break; fi
done
newest=d.h5.ckpt-$(($("$QUADRIVIUM" info --step d.h5) % 2))
for generation in 0 1; do
  [ -e d.h5.ckpt-$generation ] || complain "there are not two generations"
done
printf 'x' | dd of="$newest" bs=1 seek=3000 conv=notrunc 2>/dev/null
expect 0 on 2 run "$deck" output=d.h5 "${over[@]}" --resume
says err.txt "the checkpoint '$newest' is damaged: its bytes do not fit its seal; it is passed over"
same straight.h5 d.h5
finish
