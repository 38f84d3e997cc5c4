#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# The choices of BO-REP: first iterations of a small quadratic problem by hand, z by each solver.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "skipped: h5py is not installed"; exit 77; }
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
try() { # try NAME OVERRIDES…
  local name=$1
  shift
  local words=()
  for word; do words+=("bilevel.method.$word"); done
  expect 0 "$QUADRIVIUM" run two.yaml "output=$name.h5" --quiet "${words[@]}"
}
try paper
try ball radius=0.05
try previous z-used=previous
try before z-at=before
try first m-start=first
try last last-iterate=true
try heap accumulate=true
try guard guard=0.5
try decay decay-every=2 decay-by=0.5
try compat mode=compat z-start=zero
try xavier mode=compat iterations=1 z-used=previous every=1
try epochs init-epochs=3 init-steps=2 init-gamma=0.3 init-radius=0.4
for by in cg minres pipecg pipecg2; do try "z-$by" z.by=$by z.tolerance=1e-12; done
expect 0 "$QUADRIVIUM" run two.yaml output=xavier-seeds.h5 bilevel.method.mode=compat bilevel.seeds=40 \
  bilevel.method.iterations=1 bilevel.method.z-used=previous --quiet
try shared batches=shared
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/choices.py" || complain "a figure is out of its bounds"

# z by solvers on drawn batches: any number of ranks, stop and resume; the tighter the nearer
cat >cleaning.yaml <<'DECK'
problem: bilevel.solve
output: cleaning-out.h5
bilevel:
  task: {name: cleaning, data: large.h5, classes: 3, l2: 0.02}
  method: {name: bo-rep, parameters: given, iterations: 25, eta: 0.5, gamma: 0.3, nu: 0.3, steps: 3, batch: 200}
DECK
mkdir -p other
for by in cg minres pipecg pipecg2; do
  expect 0 "$QUADRIVIUM" run cleaning.yaml output=$by.h5 bilevel.method.z.by=$by --quiet
  expect 0 on 3 run cleaning.yaml output=other/$by.h5 bilevel.method.z.by=$by --quiet
  same $by.h5 other/$by.h5
done
expect 75 on 2 run cleaning.yaml output=resumed.h5 bilevel.method.z.by=cg run.step=7 run.wall-time=1e-9 --quiet
expect 0 "$QUADRIVIUM" run cleaning.yaml output=resumed.h5 bilevel.method.z.by=cg --resume --quiet
same cg.h5 resumed.h5
expect 0 "$QUADRIVIUM" run cleaning.yaml output=tight.h5 bilevel.method.z.by=cg bilevel.method.z.tolerance=1e-10 --quiet
expect 0 "$QUADRIVIUM" run cleaning.yaml output=tight-m.h5 bilevel.method.z.by=minres bilevel.method.z.tolerance=1e-10 --quiet
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
expect 75 "$QUADRIVIUM" run slip.yaml output=slip-parts.h5 run.step=2 run.wall-time=1e-9 --quiet
expect 0 "$QUADRIVIUM" run slip.yaml output=slip-parts.h5 --quiet --resume
same slip.h5 slip-parts.h5
finish
