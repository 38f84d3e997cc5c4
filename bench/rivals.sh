#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=5400
# Hyper-cleaning of Fashion-MNIST (20000/5000/10000 pictures, half of the labels redrawn) by every
# method at the same number of oracle calls. The step of x (of y for loss-history, which has no other) is tuned,
# four trials a method, for the accuracy on pictures that belong to none of the three sets; then
# QV_SEEDS runs (2) with other splits and wrong labels. Prints a table and draws loss and accuracy against calls
# and seconds. About 13 minutes of one core; QV_JOBS trials (2) run at a time; QV_METHODS names the methods where
# not all are wanted. Bar: no rival is both more accurate than BO-REP, by 0.002, and sooner at an accuracy of 0.82.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "skipped: h5py is not installed"; exit 77; }
[ -e /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ] ||
  { echo "skipped: dataset-fashion-mnist is not installed"; exit 77; }
rivals=$QV_SOURCE/bench/_rivals.py
seeds=$(seq -s ' ' 0 $((${QV_SEEDS:-2} - 1)))
# a trial may diverge: it then counts as the worst
/usr/bin/python3 "$rivals" decks | xargs -P "${QV_JOBS:-2}" -I{} "$QUADRIVIUM" run {}.yaml --quiet --force
# shellcheck disable=SC2086
/usr/bin/python3 "$rivals" final $seeds >runs.txt || complain "no steps were chosen"
while read -r name; do
  expect 0 "$QUADRIVIUM" run "$name.yaml" --quiet --force
done <runs.txt
mapfile -t first < <(grep -e '-0$' runs.txt)
/usr/bin/python3 "$rivals" curves "${first[@]}" || complain "no curves"
curves=(curves/*-0.h5)
for x in gradient_calls+product_calls+cross_calls seconds; do
  for y in objective test_accuracy; do
    expect 0 "$QUADRIVIUM" plot "${curves[@]}" --x $x --y $y --log x --label bilevel.method.name
  done
done
# shellcheck disable=SC2086
/usr/bin/python3 "$rivals" table $seeds || complain "a figure is out of its bounds"
finish
