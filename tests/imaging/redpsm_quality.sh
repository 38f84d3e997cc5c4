#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=long,quality timeout=3600
# The quality that RED-PSM promises on the simulated phantom (docs/redpsm.md has the table). PSNR in
# dB of the last iterate against the truth; the model alone is the linear one, at its best iterate.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py

data() { # data FRAMES SEED: d-FRAMES-SEED.h5
  expect 0 "$QUADRIVIUM" run "$QV_SOURCE/inputs/imaging/compress-64.yaml" "output=d-$1-$2.h5" \
    "seed=$2" "imaging.phantom.frames=$1"
}
images() { # images FILE DATA OVERRIDE…
  local file=$1 from=$2
  shift 2
  expect 0 "$QUADRIVIUM" run "$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml" "output=$file" \
    "imaging.data=$from" imaging.red-psm.tolerance=0 "$@"
}
r=imaging.red-psm
for seed in 1 2 3 4 5; do
  data 128 $seed
  images full-$seed.h5 d-128-$seed.h5
done
data 64 1
data 32 1
images p64.h5 d-64-1.h5 $r.rank=4
images p32.h5 d-32-1.h5 $r.rank=3
images linear.h5 d-128-1.h5 $r.model=linear
images alone-128.h5 d-128-1.h5 $r.lambda=0 $r.model=linear
images part-128.h5 d-128-1.h5 $r.lambda=0
images alone-64.h5 d-64-1.h5 $r.lambda=0 $r.model=linear $r.rank=4
images part-64.h5 d-64-1.h5 $r.lambda=0 $r.rank=4
images alone-32.h5 d-32-1.h5 $r.lambda=0 $r.model=linear $r.rank=3
images part-32.h5 d-32-1.h5 $r.lambda=0 $r.rank=3
for lambda in 1 2 4 8 16; do
  images sweep-$lambda.h5 d-128-1.h5 $r.lambda=$lambda
  images linear-$lambda.h5 d-128-1.h5 $r.lambda=$lambda $r.model=linear
done
/usr/bin/python3 - <<'END' || complain "a bar was missed"
import h5py, sys
def psnr(name): return h5py.File(name, "r")["/series/psnr"][:]
missed = 0
def bar(what, value, least):
    global missed
    print(f"{what}: {value:.2f}, bar {least:.2f}{'' if value >= least else '  MISSED'}")
    missed += not value >= least
full = [psnr(f"full-{s}.h5") for s in range(1, 6)]
mean = sum(p[-1] for p in full) / 5
bar("P = 128, mean of 5 seeds", mean, 32.0)
bar("P = 128, above the model alone (its best iterate)", mean - psnr("alone-128.h5").max(), 4.5)
bar("P = 64", psnr("p64.h5")[-1], 29.0)
bar("P = 64, above the model alone", psnr("p64.h5")[-1] - psnr("alone-64.h5").max(), 4)
bar("P = 32", psnr("p32.h5")[-1], 25.0)
bar("P = 32, above the model alone", psnr("p32.h5")[-1] - psnr("alone-32.h5").max(), 5)
for p in (128, 64, 32):
    alone, part = psnr(f"alone-{p}.h5"), psnr(f"part-{p}.h5")
    print(f"P = {p}, the model alone, best / last: linear {alone.max():.2f} / {alone[-1]:.2f}, "
          f"positive part {part.max():.2f} / {part[-1]:.2f}")
bar("P = 128, linear", psnr("linear.h5")[-1], 31.4)
for word, file in (("positive part", "full-1.h5"), ("linear", "linear.h5")):
    stem = "sweep" if word == "positive part" else "linear"
    best = max(psnr(f"{stem}-{l}.h5")[-1] for l in (1, 2, 4, 8, 16))
    bar(f"lambda: auto, {word}, against the best of five", psnr(file)[-1] - best, -0.5)
bar("change from iteration 30 to 60, worst seed", min(p[59] - p[29] for p in full), -0.3)
with h5py.File("full-1.h5", "r") as f:
    misfit = f["/result/misfit"][()]
    bar("misfit near tau (1 - distance)", 1 - abs(misfit / 1.3 - 1), 0.95)
sys.exit(missed > 0)
END
finish
