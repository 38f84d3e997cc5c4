#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=long,quality timeout=1800
# The quality of RED-PSM at 128 x 128: 128 frames of one view, rank 6; PSNR of the last iterate, and
# how far it is above the linear model alone at its best iterate. Measured: 31.69 dB, 6.5 dB above.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
deck=$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml
r=imaging.red-psm
expect 0 on 0 run "$QV_SOURCE/inputs/imaging/compress-64.yaml" output=d.h5 imaging.phantom.size=128
expect 0 on 0 run "$deck" output=full.h5 imaging.data=d.h5 $r.tolerance=0
expect 0 on 0 run "$deck" output=alone.h5 imaging.data=d.h5 $r.tolerance=0 $r.lambda=0 $r.model=linear \
  $r.iterations=10
/usr/bin/python3 - <<'END' || complain "a bar was missed"
import h5py, sys
full, alone = (h5py.File(f"{n}.h5", "r")["/series/psnr"][:] for n in ("full", "alone"))
print(f"{full[-1]:.2f} dB, bar 30.50; above the model alone {full[-1] - alone.max():.2f}, bar 4.50")
sys.exit(not (full[-1] >= 30.5 and full[-1] >= alone.max() + 4.5))
END
finish
