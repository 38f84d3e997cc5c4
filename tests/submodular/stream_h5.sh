#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# Streams in HDF5: the same run as from text; what is wrong names the row.
. "$QV_SOURCE/tests/support/cli.sh"
inputs=$QV_SOURCE/inputs/submodular
python=/usr/bin/python3
need_h5py

# Ids as numbers (churn.yaml) and as places in the data (baskets.yaml); signs and characters
expect 0 on 0 run "$inputs/churn.yaml" output=churn.h5 submodular.stream.save=churn.txt submodular.stream.updates=900
"$python" - "$inputs" <<'END2' || complain "cannot write HDF5"
import sys

import h5py
import numpy as np


def write(path, rows, code, place, **how):
    with h5py.File(path, "w") as f:
        f.create_dataset("ops", data=np.array([code[r[0]] for r in rows], dtype="i1"), **how)
        f.create_dataset("id", data=np.array([place(r) for r in rows], dtype="i8"), **how)


signs, letters = {"+": 1, "-": -1, "?": 0}, {c: ord(c) for c in "+-?"}
churn = [line.split() for line in open("churn.txt")]
write("churn-stream.h5", churn, signs, lambda r: int(r[1]) if len(r) > 1 else 0,
      chunks=(100,), compression="gzip")
names = [line.split()[0] for line in open(sys.argv[1] + "/baskets-sets.txt") if line[0] not in "#\n"]
baskets = [line.split() for line in open(sys.argv[1] + "/baskets-updates.txt") if line[0] not in "#\n"]
write("baskets-stream.h5", baskets, letters, lambda r: names.index(r[1]) if len(r) > 1 else -5)
with h5py.File("seen.h5", "w") as f:
    f["time"] = np.array([0, 1, 1.5, 2, 7], dtype="f4")
    f["id"] = [0, 1, 0, 2, 1]
open("seen.txt", "w").write("".join(f"{t:g} {names[i]}\n" for t, i in zip([0, 1, 1.5, 2, 7], [0, 1, 0, 2, 1])))
with h5py.File("bad.h5", "w") as f:
    f["ops"] = np.array([1, 1, 5, -1, -1], dtype="i1")
    f["id"] = [0, 0, 1, 2, 10 ** 12]
with h5py.File("short.h5", "w") as f:
    f["ops"] = np.array([1, 1], dtype="i1")
    f["id"] = [[0, 1]]
with h5py.File("back.h5", "w") as f:
    f["time"] = [1.0, 0.5, float("nan")]
    f["id"] = [0, 1, 2]
with h5py.File("real.h5", "w") as f:
    f["ops"] = np.array([1, 1], dtype="i1")
    f["id"] = [0.5, 1]
END2

# twins DECK TEXT HDF5 [KEY=VALUE …]: the same results from both
twins() {
  local deck=$1 text=$2 hdf5=$3
  shift 3
  expect 0 on 0 run "$inputs/$deck.yaml" output=a.h5 --force "$@" "submodular.stream=$text"
  expect 0 on 2 run "$inputs/$deck.yaml" output=b.h5 --force "$@" "submodular.stream=$hdf5"
  "$python" - <<'END2' || complain "$deck"
import h5py

a, b = h5py.File("a.h5"), h5py.File("b.h5")
for path in ("/series/update", "/series/value", "/series/oracle_calls", "/snapshot/summary"):
    assert a[path].shape == b[path].shape and (a[path][...] == b[path][...]).all(), path
END2
}
twins churn "{from: file, path: churn.txt}" "{from: file, path: churn-stream.h5}"
twins baskets "{from: file, path: baskets-updates.txt}" "{from: file, path: baskets-stream.h5}"
twins baskets "{from: expiry, path: seen.txt, lifetime: 3}" "{from: expiry, path: seen.h5, lifetime: 3}"

# wrong STREAM MESSAGE…
wrong() {
  expect 65 on "$NP" run "$inputs/baskets.yaml" output=none.h5 "submodular.stream=$1"
  shift
  for text in "$@"; do says err.txt "$text"; done
  [ ! -e none.h5 ] || complain "an output was made"
}
wrong "{from: file, path: bad.h5}" "bad.h5: row 1: the element '0' is live already" \
  "bad.h5: row 2: expected 1, -1 or 0 in '/ops', found 5" "row 3: the element '2' is not live" \
  "row 4: the element '1000000000000' is not in the data"
wrong "{from: file, path: short.h5}" "'/id' has 2 axes, expected 1"
wrong "{from: expiry, path: back.h5, lifetime: 1}" "row 1: the time 0.5 is before that" "row 2: the time nan is not finite"
wrong "{from: file, path: back.h5}" "no data set '/ops'"
wrong "{from: file, path: real.h5}" "'/id'"
head -c 3000 churn-stream.h5 >cut.h5
wrong "{from: file, path: cut.h5}" "cut.h5"
expect 0 on 0 run "$inputs/baskets.yaml" output=skip.h5 "submodular.stream={from: file, path: bad.h5, on-error: skip}"
"$python" -c "
import h5py
f = h5py.File('skip.h5')
assert f['/result/skipped'][()] == 4 and f['/series/update'][-1] == 1" || complain "not 4 rows were passed over"
finish
