#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# A full disk: known beforehand it is 73 before any work, met while writing 74; an older output stays.
. "$QV_SOURCE/tests/support/cli.sh"
mkdir small
mount -t tmpfs -o size=400k tmpfs small 2>/dev/null || { echo "skipped: cannot mount a small disk"; exit 77; }
trap 'umount small' EXIT
inputs=$QV_SOURCE/inputs/threebody

expect 0 "$QUADRIVIUM" run "$inputs/pythagorean.yaml" output=small/a.h5 threebody.time.end=1 threebody.time.snapshots=11
before=$(cksum <small/a.h5)
expect 73 on 2 run "$inputs/pythagorean.yaml" output=small/a.h5 threebody.time.snapshots=140001 --force
says err.txt "no room for"
[ "$before" = "$(cksum <small/a.h5)" ] || complain "the older output was touched"

# a file of systems is counted as 1000 beforehand; here are more
{
  echo system,body,mass,x,y,vx,vy
  for i in $(seq 4000); do printf '%d,1,1,0,0,0,0\n%d,2,1,1,0,0,1\n%d,3,1,0,2,1,0\n' "$i" "$i" "$i"; done
} >many.csv
printf 'problem: threebody.integrate\noutput: small/a.h5\nthreebody:\n  systems: {from: file, path: many.csv}\n  time: {end: 0.01}\n' >deck.yaml
umount small
mount -t tmpfs -o size=900k tmpfs small || { echo "skipped: cannot mount a small disk"; exit 77; }
echo old >small/a.h5
for ranks in 0 2; do
  expect 74 on $ranks run deck.yaml --force
  says err.txt "cannot write"
  [ "$(cat small/a.h5)" = old ] || complain "the older output was touched"
  [ -z "$(find small -name '.*.part')" ] || complain "a temporary file is left"
  rm -f small/*ckpt*
done
finish
