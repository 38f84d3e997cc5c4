#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=quality timeout=3600
# Hyper-cleaning of Fashion-MNIST, 20000/5000/10000 pictures, half of the labels redrawn: five seeds,
# each with its own split and its own wrong labels, beside training without cleaning.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import h5py, scipy' 2>/dev/null || { echo "skipped: h5py or scipy is not installed"; exit 77; }
[ -e /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ] ||
  { echo "skipped: dataset-fashion-mnist is not installed"; exit 77; }
export OPENBLAS_NUM_THREADS=1
for ((seed = 0; seed < ${QV_SEEDS:-5}; seed++)); do
  expect 0 "$QUADRIVIUM" run "$QV_SOURCE/inputs/bilevel/fashion-mnist.yaml" --quiet seed=$seed \
    output=seed-$seed.h5 bilevel.method.every=2000
done
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/fashion.py" seed-*.h5 || complain "a figure is out of its bounds"
finish
