#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# The other methods: they find the known solution of a quadratic problem, and without normalisation
# they overflow where smoothness is unbounded.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
cat >solution.yaml <<'DECK'
problem: bilevel.solve
output: solution.h5
bilevel:
  task: {name: quadratic, data: quad.h5}
  method: {name: exact, tolerance: 1e-12}
DECK
expect 0 "$QUADRIVIUM" run solution.yaml --quiet
methods=(soba ma-soba amigo stocbio)
for method in "${methods[@]}"; do
  sed "s/method:.*/method: {name: $method, iterations: 4000, eta: 0.01, gamma: 0.1, nu: 0.1}/" \
    solution.yaml >"$method.yaml"
  try "$method.yaml" "$method"
  try "$method.yaml" "$method-noisy" bilevel.task.noise=0.05
done
/usr/bin/python3 - "${methods[@]}" <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, numpy as np, sys
bad = 0
with h5py.File("solution.h5") as f: x = f["result/upper"][0]
for method in sys.argv[1:]:
    with h5py.File(method + ".h5") as f, h5py.File(method + "-noisy.h5") as g:
        error = np.abs(f["result/upper"][()] - x).max()
        noisy = np.abs(g["result/upper"][()] - x).max()
        calls = [int(f[f"series/{k}_calls"][-1]) for k in ("gradient", "product", "cross")]
    want = {"soba": [3, 1, 1], "ma-soba": [3, 1, 1], "amigo": [21, 10, 1], "stocbio": [12, 10, 1]}
    # the sum of eleven terms leaves a bias where the noise is nothing
    limit = 1e-9 if method != "stocbio" else 0.6
    good = error < limit and noisy < limit + 0.1 and noisy != error
    good = good and calls == [4000 * c for c in want[method]]
    print(method, error, noisy, calls, "" if good else "NOT MET")
    bad += not good
sys.exit(int(bad))
PYTHON

# unbounded smoothness
for method in soba ma-soba; do
  cat >$method-exp.yaml <<DECK
problem: bilevel.solve
output: $method-exp.h5
bilevel:
  task: {name: exponential}
  method: {name: $method, iterations: 4000, eta: 1e-3, gamma: 0.1, nu: 0.1, every: 1}
DECK
  for eta in 1e-3 1e-2; do
    expect 2 "$QUADRIVIUM" run $method-exp.yaml bilevel.method.eta=$eta --quiet --force
    grep -qE 'diverged at iteration [1-9]:|diverged at iteration 1[0-9]:' err.txt ||
      "$QUADRIVIUM" info $method-exp.h5 | grep -E 'diverged at iteration [0-9]{1,2}:' ||
      complain "$method with steps of $eta does not overflow soon"
  done
  expect 0 "$QUADRIVIUM" run $method-exp.yaml bilevel.method.eta=1e-5 --quiet --force
done

# any number of ranks
cat >cleaning.yaml <<'DECK'
problem: bilevel.solve
output: cleaning-out.h5
bilevel:
  task: {name: cleaning, data: large.h5, classes: 3, l2: 0.02}
  method: {name: soba, iterations: 20, eta: 10, gamma: 0.5, nu: 0.5, batch: 100, decay: 0.5}
DECK
for method in "${methods[@]}"; do
  try cleaning.yaml "$method" "bilevel.method.name=$method" --force
  bits_on 3 cleaning.yaml "$method" "bilevel.method.name=$method"
done
finish
