#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# What cannot be data of an objective: said with its line, row or element, code 65; mistakes of the
# deck 78, missing files 66.
. "$QV_SOURCE/tests/support/cli.sh"
cat >deck.yaml <<'END2'
problem: submodular.stream
output: out.h5
submodular:
  objective: {name: log-det, data: data.txt}
  stream: {from: sliding-window, window: 2}
  engine: {name: sampled}
  k: 2
  report: {every: 1}
END2
# refused CODE OBJECTIVE DATA MESSAGE…: with DATA in data.txt
refused() {
  local code=$1 objective=$2
  printf '%b' "$3" >data.txt
  shift 3
  expect "$code" on 0 run deck.yaml "submodular.objective={data: data.txt, $objective}"
  for text in "$@"; do says err.txt "$text"; done
  [ ! -e out.h5 ] || complain "an output was made"
}
points="name: log-det"
refused 65 "$points" '1 2\n3 nan\n' "data.txt:2"
refused 65 "$points" '1 2\n3\n' "data.txt:2"
refused 65 "$points" '1 2\n3 1e101\n' "data.txt:2: 1e+101 in row 1, column 1 (from 0)"
refused 65 "$points" '' "data.txt"
kernel="name: log-det, kernel: matrix"
refused 65 "$kernel" '1 2\n' "expected a square matrix"
refused 65 "$kernel" 'p,q,r\n1,0.5,0\n0.5,1,0.25\n0,0.2,1\n' "data.txt:4: the kernel is not symmetric: 0.2"
refused 65 "$kernel" 'p,q,r\n1,0.5,0\n0.5,1,2\n0,2,1\n' \
  "data.txt:4: the kernel is not positive semidefinite: the element 'r' breaks it"
refused 65 "$kernel" '1 0 0\n0 -1 0\n0 0 1\n' "data.txt:2: the kernel is not positive semidefinite: the element '1'"
refused 78 "name: log-det, sigma: 0" '1 2\n' "sigma"
refused 78 "name: log-det, kernel: linear, sigma: 2" '1 2\n' "sigma"
lists="name: saturated"
refused 65 "$lists" 'a iron 2\nb iron\n' "data.txt:2: expected \`id feature amount …\`, found 2 words"
refused 65 "$lists" 'a iron two\n' "data.txt:1: the amount 'two'"
refused 65 "$lists" 'a iron nan\n' "data.txt:1: the amount 'nan'"
refused 65 "$lists" '\na iron -2\n' "data.txt:2: the amount -2 is negative"
refused 65 "$lists" 'a iron 1 zinc 2 iron 3\n' "data.txt:1: the feature 'iron' comes twice"
refused 65 "$lists" 'a iron 1\nb\na zinc 1\n' "data.txt:3: the element 'a' has a line already"
refused 65 "$lists" '# none\n' "holds no elements"
refused 65 "name: saturated, format: table" 'iron,zinc\n1,2\n0,-3\n' "data.txt:3: the amount -3 of row 1, column 1"
refused 65 "name: saturated, format: table" 'iron,iron\n1,2\n' "two columns are named 'iron'"
refused 78 "name: saturated, phi: min" 'a iron 1\n' "submodular.objective.cap"
network="name: influence, probability: column"
refused 65 "$network" 'a b 0.5\nb c\n' "data.txt:2: expected an edge and its probability, found 2 words"
refused 65 "$network" 'a b 1.5\n' "data.txt:1: the probability 1.5 is not between 0 and 1"
refused 65 "$network" 'a b x\n' "data.txt:1: the probability 'x'"
refused 65 "$network" 'a b 0.5\nb c 0.1\na b 0.4\n' "data.txt:3: the edge of line 1 again, with another probability"
refused 65 "$network" 'a a 0.5\n' "holds no edges"
refused 65 "name: influence" 'a\n' "data.txt:1: expected an edge"
refused 78 "name: influence, probability: 2" 'a b\n' "probability"
refused 65 "name: facility-location" '1 2\n3 -1\n' "data.txt:2: the similarity -1 is negative (row 1, column 1"
refused 78 "name: exemplar, reference: point, point: [1, 2, 3]" '1 2\n3 4\n' "submodular.objective.point has 3"
refused 78 "name: exemplar, neighbours: 0" '1 2\n' "neighbours"
expect 66 on 0 run deck.yaml submodular.objective.data=nowhere.h5
expect 78 on 0 run deck.yaml submodular.k=5000
says err.txt "submodular.k is at most 4000 with log-det"

# HDF5
python=/usr/bin/python3
if "$python" -c 'import h5py' 2>/dev/null; then
  "$python" - <<'END2' || complain "cannot write HDF5"
import h5py
import numpy as np

x = np.ones((4, 3))
x[2, 1] = np.nan
for name, data in (("nan", x), ("line", np.ones(4)), ("empty", np.ones((0, 3))), ("text", np.array([[b"a"]]))):
    with h5py.File(name + ".h5", "w") as f:
        f["data"] = data
with h5py.File("other.h5", "w") as f:
    f["x"] = np.ones((4, 3))
END2
  # hdf5 FILE MESSAGE: on several ranks
  hdf5() {
    expect 65 on "$NP" run deck.yaml "submodular.objective.data=$1"
    says err.txt "$2"
  }
  hdf5 nan.h5 "nan.h5: nan in row 2, column 1 (from 0)"
  hdf5 line.h5 "'/data' has 1 axes, expected a table"
  hdf5 empty.h5 "expected a table [row, column] that is not empty"
  hdf5 text.h5 "'/data' holds"
  hdf5 other.h5 "no data set '/data'"
  head -c 1000 nan.h5 >cut.h5
  hdf5 cut.h5 "cut.h5"
fi
finish
