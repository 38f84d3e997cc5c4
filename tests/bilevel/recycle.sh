#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# z begun at the projection onto earlier solutions: fewer products where the Hessian stays and its
# curvatures differ much, the same solution; any number of ranks, stop and resume.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
/usr/bin/python3 - <<'PYTHON'
import h5py, numpy as np
r = np.random.default_rng(1)
dx, dy = 10, 40
q, _ = np.linalg.qr(r.normal(size=(dy, dy)))
a = q @ np.diag(np.logspace(-3, 0, dy)) @ q.T
with h5py.File("ill.h5", "w") as f:
    for name, value in dict(A=(a + a.T) / 2, F=np.eye(dy), H=100 * np.eye(dx), C=0.1 * r.normal(size=(dx, dy)),
                            K=0.1 * r.normal(size=(dx, dy)), a=r.normal(size=dy), f=r.normal(size=dy),
                            h=r.normal(size=dx)).items():
        f["data/" + name] = value
PYTHON
cat >ill.yaml <<'DECK'
problem: bilevel.solve
output: ill-out.h5
bilevel:
  task: {name: quadratic, data: ill.h5}
  method: {name: bo-rep, iterations: 200, every: 50, eta: 0.01, parameters: given, gamma: 0.5, nu: 0.5,
           steps: 3, period: 2, z: {by: cg, tolerance: 1e-2}}
DECK
for guess in last fischer; do
  expect 0 "$QUADRIVIUM" run ill.yaml output=$guess.h5 --quiet bilevel.method.z.guess=$guess
  expect 0 "$QUADRIVIUM" run ill.yaml output=$guess-exact.h5 --quiet bilevel.method.z.guess=$guess \
    bilevel.method.z.tolerance=1e-13
done
/usr/bin/python3 - <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, numpy as np, sys
calls = [h5py.File(k + ".h5")["series/product_calls"][-1] / 200 for k in ("last", "fischer")]
x = [h5py.File(k + "-exact.h5")["result/upper"][()] for k in ("last", "fischer")]
print(calls, np.abs(x[0] - x[1]).max())
sys.exit(not (calls[1] < 0.5 * calls[0] and np.abs(x[0] - x[1]).max() < 1e-8))
PYTHON

cat >cleaning.yaml <<'DECK'
problem: bilevel.solve
output: cleaning-out.h5
bilevel:
  task: {name: cleaning, data: large.h5, classes: 3, l2: 0.02}
  method: {name: slip, iterations: 25, eta: 0.5, gamma: 0.3, nu: 0.3, batch: 200,
           z: {by: cg, guess: fischer, keep: 3}}
DECK
bits 7 cleaning.yaml all
expect 78 "$QUADRIVIUM" check cleaning.yaml bilevel.method.z.guess=last
says err.txt "bilevel.method.z.keep"
finish
