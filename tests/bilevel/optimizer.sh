#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# Optimizers of x: they find the known solution of a quadratic problem, lion-k the one in its box;
# the same bits on any number of ranks and after a stop.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
cat >quad.yaml <<'DECK'
problem: bilevel.solve
output: quad-out.h5
bilevel:
  task: {name: quadratic, data: quad.h5}
  method: {name: soba, iterations: 6000, eta: 0.01, gamma: 0.1, nu: 0.1}
DECK
try quad.yaml plain
try quad.yaml sgd bilevel.method.optimizer.name=sgd
same plain.h5 sgd.h5
try quad.yaml momentum bilevel.method.optimizer.name=momentum
try quad.yaml adam bilevel.method.{optimizer.name=adam,decay=0.5,eta=0.05,gamma=1,nu=1}
lion=(bilevel.method.optimizer.{name=lion-k,bound=0.2})
try quad.yaml box "${lion[@]}" bilevel.method.eta=1e-3
try quad.yaml finer "${lion[@]}" bilevel.method.{eta=1e-4,iterations=20000}
try quad.yaml ball "${lion[@]}" bilevel.method.{eta=1e-3,optimizer.k=ball}
try quad.yaml huber "${lion[@]}" bilevel.method.{eta=1e-3,optimizer.k=huber,optimizer.width=0.5}
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
bits 5 cleaning.yaml c-box
bits 5 cleaning.yaml c-ball bilevel.method.optimizer.k=ball
sed -i 's/, bound: 2//' cleaning.yaml
bits 5 cleaning.yaml c-adam bilevel.method.{name=saba,optimizer.name=adam}
bits 5 cleaning.yaml c-momentum bilevel.method.{name=f2sa,optimizer.name=momentum}
finish
