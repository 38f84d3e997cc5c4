#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# Optimizers of x: they find the known solution of a quadratic problem, lion-k the one in its box;
# the same bits on any number of ranks and after a stop.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "skipped: h5py is not installed"; exit 77; }
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
mkdir -p other
cat >quad.yaml <<'DECK'
problem: bilevel.solve
output: quad-out.h5
bilevel:
  task: {name: quadratic, data: quad.h5}
  method: {name: soba, iterations: 6000, eta: 0.01, gamma: 0.1, nu: 0.1}
DECK
try() { # try NAME OVERRIDES…
  local name=$1
  shift
  local words=()
  for word; do words+=("bilevel.method.$word"); done
  expect 0 "$QUADRIVIUM" run quad.yaml "output=$name.h5" --quiet "${words[@]}"
}
try plain
try sgd optimizer.name=sgd
same plain.h5 sgd.h5
try momentum optimizer.name=momentum
try adam optimizer.name=adam decay=0.5 eta=0.05 gamma=1 nu=1
lion=(optimizer.name=lion-k optimizer.bound=0.2 eta=1e-3)
try box "${lion[@]}"
try finer "${lion[@]}" eta=1e-4 iterations=20000
try ball "${lion[@]}" optimizer.k=ball
try huber "${lion[@]}" optimizer.k=huber optimizer.width=0.5
/usr/bin/python3 - <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, numpy as np, sys
solve = np.linalg.solve
with h5py.File("quad.h5") as file:
    A, C, F, H, K, a, f, h = (file["data/" + k][()] for k in ("A", "C", "F", "H", "K", "a", "f", "h"))
def gradient(x):
    y = -solve(A, C.T @ x + a)
    return H @ x + K @ y + h - C @ solve(A, F @ y + K.T @ x + f)
def read(name):
    with h5py.File(name + ".h5") as file: return file["result/upper"][()].ravel()
bad = 0
def check(what, figure, limit):
    global bad
    print(what, figure, "" if figure <= limit else "NOT MET")
    bad += not figure <= limit
bound, width = 0.2, 0.5
for name, limit in (("plain", 1e-9), ("momentum", 1e-9), ("adam", 1e-9)):
    check(name, np.abs(gradient(read(name))).max(), limit)
# stationary in the box: sum |g| + x g / bound is 0; within the ball: x = -bound g/|g|
score = {}
for name in ("box", "finer"):
    x = read(name)
    g = gradient(x)
    score[name] = (np.abs(g) + x * g / bound).sum()
    check(name + " outside", np.abs(x).max() - bound, 1e-12)
check("box", score["box"], 0.05)
check("finer", score["finer"], score["box"] / 4)
x = read("ball")
g = gradient(x)
check("ball", np.abs(x + bound * g / np.linalg.norm(g)).max(), 1e-9)
x = read("huber")
g = gradient(x) + width * x / bound
inside = np.abs(x) < bound - 1e-6
check("huber", np.abs(g[inside]).max(), 1e-9)
check("huber at the bound", (g * x)[~inside].max(), 0)
sys.exit(bad)
PYTHON

# what makes no sense is said
expect 78 "$QUADRIVIUM" run quad.yaml output=no.h5 bilevel.method.optimizer.name=lion-k --quiet
says err.txt bilevel.method.optimizer.bound
expect 78 "$QUADRIVIUM" run quad.yaml output=no.h5 bilevel.method.optimizer.name=lion-k \
  bilevel.method.optimizer.bound=0.005 --quiet
says err.txt "would leave the bound"
expect 78 "$QUADRIVIUM" run quad.yaml output=no.h5 bilevel.method.name=bo-rep bilevel.method.optimizer.name=adam --quiet
says err.txt bilevel.method.optimizer

# owned variables: any number of ranks, stop and resume, every rival
cat >cleaning.yaml <<'DECK'
problem: bilevel.solve
output: cleaning-out.h5
bilevel:
  task: {name: cleaning, data: large.h5, classes: 3, l2: 0.02}
  method: {name: soba, iterations: 12, eta: 0.05, gamma: 0.3, nu: 0.3, batch: 100,
           optimizer: {name: lion-k, bound: 2}}
DECK
bits() { # bits NAME OVERRIDES…
  local name=$1
  shift
  local words=()
  for word; do words+=("bilevel.method.$word"); done
  expect 0 "$QUADRIVIUM" run cleaning.yaml "output=$name.h5" "${words[@]}" --quiet
  expect 0 on 3 run cleaning.yaml "output=other/$name.h5" "${words[@]}" --quiet
  same "$name.h5" "other/$name.h5"
  expect 75 on 2 run cleaning.yaml "output=other/$name-parts.h5" "${words[@]}" run.step=5 run.wall-time=1e-9 --quiet
  expect 0 "$QUADRIVIUM" run cleaning.yaml "output=other/$name-parts.h5" "${words[@]}" --quiet --resume
  same "$name.h5" "other/$name-parts.h5"
}
bits c-box
bits c-ball optimizer.k=ball
sed -i 's/, bound: 2//' cleaning.yaml
bits c-adam name=saba optimizer.name=adam
bits c-momentum name=f2sa optimizer.name=momentum
finish
