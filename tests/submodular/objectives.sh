#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# Every objective through the program: values as Python has them from the data, the same file on 1 to
# 4 ranks, and from HDF5 as from text.
. "$QV_SOURCE/tests/support/cli.sh"
inputs=$QV_SOURCE/inputs/submodular
python=/usr/bin/python3
need_h5py

# right OUTPUT OBJECTIVE DATA [KEY=VALUE …]
right() { "$python" "$QV_SOURCE/tests/submodular/objectives.py" "$@" || complain "values: $*"; }

for deck in variety dishes rumour; do
  expect 0 on 0 run "$inputs/$deck.yaml" submodular.verify=7
  for ranks in 2 4; do
    expect 0 on $ranks run "$inputs/$deck.yaml" submodular.verify=7 output=other.h5 run.step=$ranks --force
    same $deck.h5 other.h5
  done
done
right variety.h5 log-det "$inputs/points.csv" sigma=1.5
right dishes.h5 saturated "$inputs/dishes.txt" weights="$inputs/dishes-weights.txt" phi=sqrt
right rumour.h5 influence "$inputs/rumour.txt"
for phi in "log1p" "min, cap: 15"; do
  expect 0 on 2 run "$inputs/dishes.yaml" output=phi.h5 --force submodular.verify=1 \
    "submodular.objective={name: saturated, data: dishes.txt, weights: dishes-weights.txt, phi: $phi}"
  right phi.h5 saturated "$inputs/dishes.txt" weights="$inputs/dishes-weights.txt" phi="${phi%%,*}" cap=15
done

# Tables as HDF5, chunked and compressed, single and double precision
"$python" - "$inputs" <<'END2' || complain "cannot write HDF5"
import sys

import h5py
import numpy as np

x = np.loadtxt(sys.argv[1] + "/points.csv", delimiter=",")
far = ((x[:, None, :] - x[None, :, :]) ** 2).sum(axis=2)
with h5py.File("points.h5", "w") as f:
    f.create_dataset("data", data=x, chunks=(7, 2), compression="gzip")
    f["elements"] = x[::3]
with h5py.File("kernel.h5", "w") as f:
    f["data"] = np.exp(-far / (2 * 1.5 ** 2))
with h5py.File("similarity.h5", "w") as f:
    f["data"] = (1 / (1 + far)).astype("f4")
np.savetxt("similarity.csv", (1 / (1 + far)).astype("f4").astype("f8"), fmt="%.17g")
np.savetxt("elements.csv", x[::3], fmt="%.17g")
with h5py.File("amounts.h5", "w") as f:
    f["data"] = np.maximum(0, np.round(x))
np.savetxt("amounts.csv", np.maximum(0, np.round(x)), fmt="%g")
END2

# twins NAME A B: the objective from both, the same results; from B on three ranks
twins() {
  expect 0 on 0 run "$inputs/variety.yaml" output=a.h5 --force "submodular.objective={$2}"
  expect 0 on 3 run "$inputs/variety.yaml" output=b.h5 --force "submodular.objective={$3}" \
    submodular.ranks-per-group=2
  "$python" - "$1" <<'END2' || complain "$1"
import sys

import h5py

a, b = h5py.File("a.h5"), h5py.File("b.h5")
for path in ("/series/value", "/series/oracle_calls", "/series/upper_bound", "/snapshot/summary"):
    assert (a[path][...] == b[path][...]).all(), (sys.argv[1], path)
assert a["/series/value"][...].max() > 0
END2
}
twins points "name: log-det, data: points.csv, sigma: 1.5" "name: log-det, data: points.h5, sigma: 1.5"
twins similarity "name: facility-location, data: similarity.csv" "name: facility-location, data: similarity.h5"
twins neighbours "name: facility-location, data: similarity.h5" \
  "name: facility-location, data: similarity.h5, neighbours: 40"
twins elements "name: exemplar, data: points.csv, elements: elements.csv, reference: mean" \
  "name: exemplar, data: points.h5, elements: points.h5, reference: mean"
twins table "name: saturated, data: amounts.csv, format: table, phi: log1p" \
  "name: saturated, data: amounts.h5, format: table, phi: log1p"
expect 0 on 2 run "$inputs/variety.yaml" output=kernel-out.h5 \
  "submodular.objective={name: log-det, data: kernel.h5, kernel: matrix}"
right kernel-out.h5 log-det "$inputs/points.csv" sigma=1.5
expect 0 on 2 run "$inputs/variety.yaml" output=exemplar.h5 \
  "submodular.objective={name: exemplar, data: points.h5, reference: point, point: [9, -3], neighbours: 40}"
right exemplar.h5 exemplar "$inputs/points.csv" point=9,-3
expect 0 on 0 run "$inputs/variety.yaml" output=few.h5 \
  "submodular.objective={name: exemplar, data: points.csv, neighbours: 3}"
finish
