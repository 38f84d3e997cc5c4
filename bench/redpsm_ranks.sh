#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=bench timeout=300
# An iteration of RED-PSM at 128 x 128, 128 frames, on two ranks against one: at least 1.8 times faster on
# two free cores. Median over the iterations.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "skipped: no python3-h5py"; exit 77; }
expect 0 on 0 run "$QV_SOURCE/inputs/imaging/compress-64.yaml" --quiet output=d.h5 imaging.phantom.size=128
for ranks in 1 2; do
  expect 0 on $ranks run "$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml" --quiet output=$ranks.h5 \
    imaging.data=d.h5 imaging.red-psm.lambda=8 imaging.red-psm.tolerance=0 imaging.red-psm.iterations=20
done
same 1.h5 2.h5
/usr/bin/python3 - <<'END' || complain "less than 1.8 times faster"
import sys
import h5py
import numpy as np
one, two = (np.median(h5py.File(f"{n}.h5")["run/series/seconds"][:]) for n in (1, 2))
print(f"an iteration: {one:.3f} s on one rank, {two:.3f} s on two: {one / two:.2f} times faster")
sys.exit(0 if one >= 1.8 * two else 1)
END
finish
