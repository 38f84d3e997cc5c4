#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=300
# What the program computes against certified references, through decks and files, with h5py.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
inputs=$QV_SOURCE/inputs/threebody

run() { # run NAME DECK OVERRIDES…
  local name=$1 deck=$2
  shift 2
  expect 0 on 2 run "$inputs/$deck.yaml" "output=$name.h5" --quiet "$@"
}
for t in 10 60; do run pythagorean-$t pythagorean threebody.time.end=$t threebody.time.snapshots=0; done
run pythagorean-70 pythagorean
run figure-eight figure-eight threebody.time.snapshots=0
run brake brake-orbits threebody.time.snapshots=0
run paper-regularised paper-seeds-regularised
for mu in 1e-4 2.15443469e-4 4.64158883e-4 1e-3 2.15443469e-3 4.64158883e-3 1e-2 2.15443469e-2 \
  4.64158883e-2; do
  run "paper-$mu" paper-seeds "threebody.controller.mu=$mu"
done
run seeds-10yr paper-seeds-regularised threebody.systems.count=5 "threebody.time.end=10 yr"
/usr/bin/python3 "$QV_SOURCE/tests/threebody/accuracy.py" || complain "a figure is out of its bounds"
finish
