# SPDX-License-Identifier: GPL-3.0-or-later
# Figures of the BO-REP runs: the promises of the method, and the parameters of the recipe computed
# here from the data.
import sys

import h5py
import numpy as np

bad = 0


def hold(what, good, *figures):
    global bad
    print(what, *figures, "" if good else "NOT MET")
    bad += not good


with h5py.File("cleaning.h5") as f:
    r, s, p = f["result"], f["series"], f["result/parameters"]
    p = {k: v[()] for k, v in p.items()}
    it = s["iteration"][()]
    calls = {k: s[k + "_calls"][()] for k in ("gradient", "product", "cross")}
    samples, weights = s["samples"][()], s["weight_clean"][()], 
    clean, corrupted = s["weight_clean"][()], s["weight_corrupted"][()]
    upper, objective = r["upper"][()], r["objective"][()]
    accuracy = s["test_accuracy"][()]
    names = h5py.check_enum_dtype(r["verdict"].dtype)
    hold("verdict", r["verdict"][()] == names["reached"])
    hold("shapes", r["upper"].shape == (700,) and r["lower"].shape == (5, 3))
    hold("objective is that of the last report", objective == s["objective"][-1])
    hold("certified objective is near", abs(r["certified_objective"][()] - objective) < 0.02,
         r["certified_objective"][()], objective)
hold("iterations", it[0] == 0 and it[-1] == 2000)
hold("start", clean[0] == 0.5 and corrupted[0] == 0.5)
hold("the recipe's step", np.isclose(p["eta"], 64 * np.sqrt(700) / 2000, rtol=1e-14))
hold("beta, batch", p["beta"] == 0.9 and p["batch"] == 512)
hold("nu is gamma", p["nu"] == p["gamma"])
# steps of the recipe that follow from its own constants
mu, lg, sigma, eps = (p[k] for k in ("convexity", "smoothness", "noise", "tracking"))
hold("mu", mu == 0.04)
hold("gamma", np.isclose(p["gamma"], min(1 / (2 * lg), mu * eps**2 / (8 * sigma**2)), rtol=1e-12))
period = max(1, np.floor(eps / (2 * lg / mu * p["eta"])))
hold("I", p["period"] == period, period)
hold("N", p["steps"] == min(np.ceil(8 / (mu * p["gamma"])), 20 * period), p["steps"])
hold("R", np.isclose(p["radius"], 2 * eps + lg / mu * period * p["eta"], rtol=1e-12))
hold("epochs", p["init_epochs"] == 7 and np.isclose(p["init_radius"], 20 * eps))
# oracle calls of 1.3 between two reports
steps = np.diff(it)
updates = np.diff(np.maximum(it - 1, 0) // period)
hold("gradients", np.array_equal(np.diff(calls["gradient"]), updates * p["steps"] + 2 * steps))
hold("products", np.array_equal(np.diff(calls["product"]), steps))
hold("crosses", np.array_equal(np.diff(calls["cross"]), steps))
# the last batches: 512 of 700 below, 90 of 90 above
hold("samples", np.array_equal(np.diff(samples), updates * p["steps"] * 512 + steps * (4 * 256 + 2 * 90)))
hold("x moves by eta a step", np.linalg.norm(upper) <= 2000 * p["eta"] * (1 + 1e-12))
hold("weights part", clean[-1] > 0.6 and corrupted[-1] < 0.4, clean[-1], corrupted[-1])
hold("accuracy rises", accuracy[-1] >= accuracy[0], accuracy[0], accuracy[-1])

# the matrix of the lower level at the start: its largest eigenvalue
with h5py.File("large.h5") as f:
    X, t = f["train/x"][()], f["train/label"][()]
W = np.zeros((5, 3))
for _ in range(50):
    S = np.exp(X @ W)
    P = S / S.sum(1, keepdims=True)
    g = X.T @ (0.5 * (P - np.eye(3)[t])) / 700 + 0.04 * W
    R = np.einsum("ic,cd->icd", P, np.eye(3)) - np.einsum("ic,id->icd", P, P)
    M = 0.5 * np.einsum("ij,ik,icd->jckd", X, X, R).reshape(15, 15) / 700 + 0.04 * np.eye(15)
    W = W - np.linalg.solve(M, g.ravel()).reshape(W.shape)
hold("l_g1", np.isclose(lg, np.linalg.eigvalsh(M)[-1], rtol=1e-6), lg)
hold("eps_y", np.isclose(eps, 0.1 * np.linalg.norm(W), rtol=1e-6), eps)
# noise of the gradient of 512 of 700 samples: exact variance of sampling without replacement
G = np.einsum("ij,ic->ijc", X, 0.5 * (P - np.eye(3)[t]))
variance = ((G - G.mean(0)) ** 2).sum() / 699 / 512 * (1 - 512 / 700)
hold("sigma", np.isclose(sigma, np.sqrt(variance), rtol=0.4), sigma, np.sqrt(variance))
sys.exit(int(bad > 0))
