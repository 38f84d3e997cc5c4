#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# Clients: with all of them there and one local step, the method without clients; else by hand.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
cat >fed.yaml <<'DECK'
problem: bilevel.solve
output: fed-out.h5
bilevel:
  task: {name: cleaning, data: large.h5, classes: 3, l2: 0.02}
  method: {name: fed-bo-rep, iterations: 30, eta: 1, gamma: 0.3, nu: 0.3, every: 1}
DECK
whole="bilevel.method.batch=700"
for clients in 1 2 7; do try fed.yaml all-$clients $whole bilevel.federated.clients=$clients; done
# 90 validation samples among 10 clients: all of a size
try fed.yaml all-10 $whole bilevel.federated.clients=10
try fed.yaml local $whole bilevel.federated.clients=7 bilevel.federated.local-steps=4
adaptive=(bilevel.method.batch=20 bilevel.federated.{clients=7,local-steps=3,weights=adaptive}
  'bilevel.federated.participation=[0.2,0.4,0.6,0.8,1,0.5,0.3]')
try fed.yaml adaptive "${adaptive[@]}"
expect 78 "$QUADRIVIUM" check fed.yaml 'bilevel.federated.participation=[0.5,1]'
cp fed.yaml cleaning.yaml
sed -i 's/task:.*/task: {name: quadratic, data: quad.h5}/' fed.yaml
try fed.yaml hand bilevel.federated.clients=3 \
  bilevel.federated.local-steps=2 bilevel.method.{iterations=12,eta=0.1,gamma=0.1,nu=0.1}
mv cleaning.yaml fed.yaml
/usr/bin/python3 - <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, numpy as np, sys
bad = 0
def hold(what, good, *figures):
    global bad
    print(what, *figures, "" if good else "NOT MET")
    bad += not good
f = {k: h5py.File(k + ".h5") for k in ("all-1", "all-2", "all-10", "all-7", "local", "adaptive", "hand")}
x = {k: v["result/upper"][()] for k, v in f.items()}
y = {k: v["result/lower"][()] for k, v in f.items()}
for k in ("all-2", "all-10"):  # parts of one size: the mean of means is the mean
    gap = max(np.abs(x[k] - x["all-1"]).max(), np.abs(y[k] - y["all-1"]).max())
    hold(k + " clients are one", gap < 1e-10, gap)
hold("more local steps are another path", np.abs(x["local"] - x["all-7"]).max() > 1e-3)
hold("a round of one local step moves by eta", np.linalg.norm(x["all-1"]) <= 30 * (1 + 1e-12))
# traffic: 700 + 15 numbers twice over, there and back, 7 clients, 30 rounds
got = int(f["all-7"]["series/exchanged_bytes"][-1])
hold("bytes", got == 30 * 7 * 2 * 2 * (700 + 15) * 8, got)
got, one = int(f["adaptive"]["series/exchanged_bytes"][-1]), 2 * 2 * (700 + 15) * 8
hold("bytes of those there", got % one == 0 and abs(got / one - 30 * 3.8) < 5 * np.sqrt(30 * 1.2), got / one)
visits = got / one
calls = [int(f["adaptive"][f"series/{k}_calls"][-1]) for k in ("gradient", "product", "cross")]
hold("calls", calls == [3 * 3 * visits, 3 * visits, 3 * visits], calls)
hold("samples", f["adaptive"]["series/samples"][-1] <= visits * 3 * 40)
# the quadratic problem, equal clients without noise: 12 rounds of two local steps by hand
q = {k: v[()] for k, v in h5py.File("quad.h5")["data"].items()}
A, C, F, H, K, a, l, h = (q[k] for k in "ACFHKafh")
X, Y, Z, M = np.zeros(5), np.zeros(7), np.zeros(7), np.zeros(5)
for _ in range(12):
    for k in range(2):
        d = H @ X + K @ Y + h - C @ Z
        Y, Z = Y - 0.1 * (A @ Y + C.T @ X + a), Z - 0.1 * (A @ Z - (F @ Y + K.T @ X + l))
        M = 0.9 * M + 0.1 * d
        X = X - 0.1 * M / np.linalg.norm(M)
gap = max(np.abs(x["hand"] - X).max(), np.abs(y["hand"] - Y).max())
hold("local steps by hand", gap < 1e-12, gap)
sys.exit(int(bad > 0))
PYTHON
bits_on 3 fed.yaml adaptive "${adaptive[@]}"
bits_after_stops "2:11 0" fed.yaml adaptive "${adaptive[@]}"
finish
