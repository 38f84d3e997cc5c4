#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=1800 lock=bench
# Seconds an outer iteration of hyper-cleaning by BO-REP, single precision, pixels as bytes, one core:
# quadrivium against PyTorch in turn, five times, and its own gain from a second rank. Ratios of
# medians against their bars.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import torch, h5py' 2>/dev/null || { echo "skipped: torch or h5py is not installed"; exit 77; }
[ "${QV_CONFIG:-Release}" = Release ] || { echo "skipped: not a release build"; exit 77; }
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
repeats=${QV_REPEATS:-5}
folder=/usr/share/datasets/fashion-mnist
echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
/usr/bin/python3 -c 'import torch; print("torch", torch.__version__)'
for library in /etc/alternatives/libblas.so.3-*; do echo "BLAS: $(readlink -f "$library")"; done

# idx NAME SHAPE…: 8 x 8 pictures of 17 shades, as many as the handwritten digits of scikit-learn has
digits=$(find /usr/lib/python3/dist-packages/sklearn "${QV_SHARED:-/nonexistent}" -name digits.csv.gz 2>/dev/null | head -1)
[ -n "$digits" ] || echo "digits: made up, of the same shape"
/usr/bin/python3 - "$digits" <<'PYTHON'
import numpy as np, struct, sys
r = np.random.default_rng(0)
if sys.argv[1]:
    table = np.loadtxt(sys.argv[1], delimiter=",")
    x, t = table[:, :-1] * 15, table[:, -1]
else:
    x, t = r.integers(0, 17, (1797, 64)) * 15, np.arange(1797) % 10
for name, a in (("digits-images", x), ("digits-labels", t)):
    with open(name, "wb") as f:
        f.write(struct.pack(">BBBB" + "I" * a.ndim, 0, 0, 8, a.ndim, *a.shape) + a.astype(np.uint8).tobytes())
PYTHON
cat >deck.yaml <<'DECK'
problem: bilevel.solve
output: out.h5
run: {step: 100000}
bilevel:
  task: {name: cleaning, format: idx, train-images: images, train-labels: labels, classes: 10, noise: 0.5,
         train: 0.8, validation: 0.2, test: 0, l2: 0.01}
  method: {name: bo-rep, parameters: given, iterations: 1000, every: 100000, eta: 0.5, gamma: 0.05,
           nu: 0.05, period: 2, steps: 3, radius: 1e9, tolerance: 0.9}
DECK

# ours RANKS NAME BATCH ITERATIONS: seconds an iteration
ours() {
  expect 0 on "$1" run deck.yaml --quiet --force bilevel.task.train-images="$2-images" \
    bilevel.task.train-labels="$2-labels" bilevel.method.batch="$3" bilevel.method.iterations="$4" \
    bilevel.method.every="$4" >&2
  /usr/bin/python3 -c 'import h5py, sys
with h5py.File("out.h5") as f: print(f["run/series/seconds"][-1] / int(sys.argv[1]))' "$4"
}

# against NAME BATCH ITERATIONS BAR; the ratio of the fastest of both is told beside
against() {
  : >ours.txt
  : >torch.txt
  for ((k = 0; k < repeats; k++)); do
    ours 0 "$1" "$2" "$3" >>ours.txt
    /usr/bin/python3 "$QV_SOURCE/bench/bilevel_torch.py" "$1-images" "$1-labels" "$2" $(($3 / 4)) >>torch.txt
  done
  judge "$1, batch $2: torch / quadrivium" torch.txt ours.txt "$4"
}

judge() { # judge WHAT SLOW FAST BAR
  /usr/bin/python3 - "$@" <<'PYTHON' || complain "$1: the bar is not met"
import sys
import numpy as np
what, slow, fast, bar = sys.argv[1:]
a, b = np.atleast_1d(np.loadtxt(slow)), np.atleast_1d(np.loadtxt(fast))
ratio = np.median(a) / np.median(b)
print(f"{what}: median {1e3 * np.median(a):.4f} / {1e3 * np.median(b):.4f} ms = {ratio:.2f}, "
      f"fastest {1e3 * a.min():.4f} / {1e3 * b.min():.4f} ms = {a.min() / b.min():.2f} (bar {bar})")
sys.exit(not ratio >= float(bar))
PYTHON
}

against digits 64 8000 10
if [ -e $folder/train-images-idx3-ubyte.gz ]; then
  zcat $folder/train-images-idx3-ubyte.gz >images.all
  zcat $folder/train-labels-idx1-ubyte.gz >labels.all
  # 25000 of the 60000: 20000 for training
  { printf '\0\0\010\003\0\0\141\250\0\0\0\034\0\0\0\034'; tail -c +17 images.all | head -c $((25000 * 784)); } >fashion-images
  { printf '\0\0\010\001\0\0\141\250'; tail -c +9 labels.all | head -c 25000; } >fashion-labels
  against fashion 64 2000 3
  against fashion 512 600 2
  : >one.txt
  : >two.txt
  for ((k = 0; k < repeats; k++)); do
    ours 0 fashion 512 600 >>one.txt
    ours 2 fashion 512 600 >>two.txt
  done
  judge "fashion, batch 512: 1 rank / 2 ranks" one.txt two.txt 1.6
else
  echo "fashion: skipped, dataset-fashion-mnist is not installed"
fi
finish
