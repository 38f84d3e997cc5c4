#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=600
# RED-PSM's exact steps against the published loop in PyTorch: 25 steps of Adam an iteration through a
# sparse CSR operator, in single precision, with the same data, start, lambda and TV denoiser. CPU
# seconds of one core to the loop's best PSNR - 0.1 dB, start-up of both left out. At least 20 times
# faster. Needs python3-torch and python3-h5py.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import torch, h5py' 2>/dev/null || { echo "skipped: no python3-torch, python3-h5py"; exit 77; }
deck=$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml
r=imaging.red-psm
expect 0 on 0 run "$QV_SOURCE/inputs/imaging/compress-64.yaml" --quiet output=d.h5

# ours MODEL ITERATIONS OUTPUT
ours() {
  expect 0 on 0 run "$deck" --quiet --force output="$3" imaging.data=d.h5 $r.model="$1" $r.lambda=4 \
    $r.tolerance=0 $r.iterations="$2"
}

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
for model in linear positive-part; do
  ours $model 0 start.h5
  ours $model 40 als.h5
  # the loop's best of 30 iterations, then the time to 0.1 dB below it
  read -r best _ < <(/usr/bin/python3 -W ignore "$QV_SOURCE/bench/_redpsm_torch.py" d.h5 start.h5 99 $model 30)
  read -r level iterations seconds _ < <(/usr/bin/python3 -W ignore "$QV_SOURCE/bench/_redpsm_torch.py" \
    d.h5 start.h5 "$(awk -v b="$best" 'BEGIN { print b - 0.1 }')" $model 30)
  /usr/bin/python3 - "$model" "$best" "$level" "$iterations" "$seconds" <<'END' || complain "$model: less than 20 times faster"
import sys
import h5py
model, best, level, iterations, seconds = sys.argv[1], *map(float, sys.argv[2:])
with h5py.File("als.h5") as f:
    psnr, wall = f["series/psnr"][:], f["run/series/seconds"][:]
n = next((i for i, p in enumerate(psnr) if p >= best - 0.1), None)
assert n is not None, "the exact steps do not reach the loop's best"
ours = wall[:n + 1].sum()
print(f"{model}, to {best - 0.1:.2f} dB: PyTorch {iterations:.0f} iterations, {seconds:.1f} s; ours {n + 1}, "
      f"{ours:.2f} s: {seconds / ours:.0f} times faster")
sys.exit(0 if seconds >= 20 * ours else 1)
END
done
finish
