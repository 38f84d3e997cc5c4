#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# The result does not depend on the number of ranks, on the quantum of work, or on names and folders.
. "$QV_SOURCE/tests/support/cli.sh"

for deck in pythagorean paper-seeds figure-eight user-file; do
  mkdir -p one two
  # the whole deck once, then smaller ones for the many-rank runs
  small=()
  [ "$deck" = paper-seeds ] && small=(threebody.systems.count=37)
  [ "$deck" = pythagorean ] && small=(threebody.time.end=20 threebody.time.snapshots=101)
  [ "$deck" = figure-eight ] && small=(threebody.time.snapshots=101)
  expect 0 on 0 run "$QV_SOURCE/inputs/threebody/$deck.yaml" "output=one/$deck.h5" "${small[@]}"
  for ranks in 1 2 3 4; do
    expect 0 on $ranks run "$QV_SOURCE/inputs/threebody/$deck.yaml" "output=two/other-$ranks.h5" \
      "${small[@]}" run.step=$((1000 * ranks + 7)) --force
    same "one/$deck.h5" "two/other-$ranks.h5"
  done
done
# the comparison can fail: one more system, one bit of the tolerance
expect 0 on 0 run "$QV_SOURCE/inputs/threebody/paper-seeds.yaml" output=a.h5 threebody.systems.count=3
expect 0 on 0 run "$QV_SOURCE/inputs/threebody/paper-seeds.yaml" output=b.h5 threebody.systems.count=4
expect 1 "$QUADRIVIUM" diff a.h5 b.h5
says out.txt "4 of 4 systems"
finish
