#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# The choices of BO-REP: first iterations of a small quadratic problem by hand, z by each solver.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
/usr/bin/python3 - <<'PYTHON' || complain "cannot make the data"
import h5py
with h5py.File("two.h5", "w") as f:
    for name, value in dict(A=[[2, 0.5], [0.5, 1]], F=[[1, 0.2], [0.2, 3]], H=[[1, 0], [0, 2]],
                            C=[[1, -1], [0.5, 2]], K=[[0.1, 0], [0.3, -0.2]], a=[0.5, -1], f=[1, 2],
                            h=[-1, 0.3]).items():
        f["data/" + name] = [[float(v) for v in r] if isinstance(r, list) else float(r) for r in value]
PYTHON
cat >two.yaml <<'DECK'
problem: bilevel.solve
output: two-out.h5
bilevel:
  task: {name: quadratic, data: two.h5, start: 0.5}
  method: {name: bo-rep, parameters: given, iterations: 5, every: 1, eta: 0.1, gamma: 0.2, nu: 0.3,
           period: 2, steps: 3, beta: 0.8}
DECK
try two.yaml paper
try two.yaml ball bilevel.method.radius=0.05
try two.yaml previous bilevel.method.z-used=previous
try two.yaml before bilevel.method.z-at=before
try two.yaml first bilevel.method.m-start=first
try two.yaml last bilevel.method.last-iterate=true
try two.yaml heap bilevel.method.accumulate=true
try two.yaml guard bilevel.method.guard=0.5
try two.yaml decay bilevel.method.{decay-every=2,decay-by=0.5}
try two.yaml compat bilevel.method.{mode=compat,z-start=zero}
try two.yaml xavier bilevel.method.{mode=compat,iterations=1,z-used=previous,every=1}
try two.yaml epochs bilevel.method.{init-epochs=3,init-steps=2,init-gamma=0.3,init-radius=0.4}
for by in cg minres pipecg pipecg2; do try two.yaml z-$by bilevel.method.z.{by=$by,tolerance=1e-12}; done
try two.yaml xavier-seeds bilevel.method.{mode=compat,iterations=1,z-used=previous} bilevel.seeds=40
try two.yaml shared bilevel.method.batches=shared
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/choices.py" || complain "a figure is out of its bounds"

# z by solvers on drawn batches: any number of ranks, stop and resume; the tighter the nearer
cat >cleaning.yaml <<'DECK'
problem: bilevel.solve
output: cleaning-out.h5
bilevel:
  task: {name: cleaning, data: large.h5, classes: 3, l2: 0.02}
  method: {name: bo-rep, parameters: given, iterations: 25, eta: 0.5, gamma: 0.3, nu: 0.3, steps: 3, batch: 200}
DECK
bits 7 cleaning.yaml cg bilevel.method.z.by=cg
for by in minres pipecg pipecg2; do
  try cleaning.yaml $by bilevel.method.z.by=$by
  bits_on 3 cleaning.yaml $by bilevel.method.z.by=$by
done
try cleaning.yaml tight bilevel.method.z.{by=cg,tolerance=1e-10}
try cleaning.yaml tight-m bilevel.method.z.{by=minres,tolerance=1e-10}
/usr/bin/python3 - <<'PYTHON' || complain "solvers disagree"
import h5py, numpy as np, sys
x = {k: h5py.File(k + ".h5")["result/upper"][()] for k in ("cg", "tight", "tight-m")}
near, far = np.abs(x["tight"] - x["tight-m"]).max(), np.abs(x["tight"] - x["cg"]).max()
print(near, far)
sys.exit(not (near < 1e-8 and 10 * near < far < 0.1))
PYTHON

# a long start is left in its middle: the same bits
exponential() {
  expect "$1" on "$2" run "$QV_SOURCE/inputs/bilevel/exponential.yaml" output="$3" --quiet bilevel.seeds=2 \
    bilevel.method.iterations=20 "${@:4}"
}
exponential 0 1 whole.h5
exponential 75 1 parts.h5 run.step=2 run.wall-time=1e-9
"$QUADRIVIUM" info --step parts.h5 | grep -qx 1 || complain "the start was not left in its middle"
exponential 75 2 parts.h5 run.step=1 run.wall-time=1e-9 --resume
exponential 75 1 parts.h5 run.step=13 run.wall-time=1e-9 --resume
exponential 0 1 parts.h5 --resume
same whole.h5 parts.h5
sed "s/method:.*/method: {name: slip, iterations: 20, eta: 0.02, gamma: 0.1, nu: 0.1, init-steps: 350}/" \
  >slip.yaml <<'DECK'
problem: bilevel.solve
output: slip.h5
bilevel:
  task: {name: exponential}
  method:
DECK
expect 0 "$QUADRIVIUM" run slip.yaml --quiet
bits_after_stops "0:2 0" slip.yaml slip
finish
