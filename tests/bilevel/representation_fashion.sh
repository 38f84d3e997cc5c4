#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=quality timeout=900
# Hyper-representation on Fashion-MNIST: on ten pairs of classes that were held out, heads on the trained
# encoder find more than heads on the random one, however long these are adapted.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
[ -e /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ] ||
  { echo "skipped: dataset-fashion-mnist is not installed"; exit 77; }
for steps in 100 1000; do
  expect 0 on 2 run "$QV_SOURCE/inputs/bilevel/representation-fashion.yaml" --quiet output=out-$steps.h5 \
    bilevel.seeds=2 bilevel.method.every=50 bilevel.task.adapt-steps=$steps
done
/usr/bin/python3 - <<'PYTHON' || complain "the trained encoder is not better"
import h5py, sys
good = True
for steps in (100, 1000):
    f = h5py.File(f"out-{steps}.h5")
    accuracy = f["series/test_accuracy"][()]
    first, last = accuracy[:, 0].mean(), accuracy[:, -1].mean()
    print(f"{steps} steps: test accuracy {first:.4f}, trained {last:.4f}")
    good &= last > first + 0.03 and last > 0.92 and f["result/lower"].shape[1] == 35
sys.exit(not good)
PYTHON
finish
