# SPDX-License-Identifier: GPL-3.0-or-later
# The known answer: steps to |grad Phi| < 1, plateau, distance of y.
import sys

import h5py
import numpy as np

bad = 0
with h5py.File("map.h5") as f:  # y* = M x at the unit vectors, grad Phi = sinh(2 x) + M' cos(M x)
    M, slope = f["result/lower"][()].T, f["result/hypergradient"][()]
want = np.array([np.sinh(2 * e) + M.T @ np.cos(M @ e) for e in np.eye(4)])
bad += np.abs(slope - want).max() > 1e-9
print("grad Phi at unit vectors", np.abs(slope - want).max())
best = np.zeros(4)
for _ in range(100):
    g = np.sinh(2 * best) + M.T @ np.cos(M @ best)
    H = np.diag(2 * np.cosh(2 * best)) - M.T @ np.diag(np.sin(M @ best)) @ M
    best = best - np.linalg.solve(H, g)
bad += np.linalg.norm(g) > 1e-10
for name, eta, low, high, most in (("slow.h5", 0.005, 0.08, 0.25, 0.5), ("fast.h5", 0.02, 0.15, 0.55, 1)):
    with h5py.File(name) as f:
        g, y = f["series/hypergradient_norm"][()], f["series/lower_distance"][()]
        exact = f["result/certified_gradient"][()]
    hits = np.argmax(g < 1, axis=1)
    expected = np.linalg.norm(6 - best) / eta
    plateau = g[:, -400:].mean(1)
    worst = np.array([y[k, :hits[k]].max() for k in range(len(y))])
    good = ((hits > 0) & (hits >= 0.95 * expected) & (hits <= 1.02 * expected)).all()
    good &= ((plateau > low) & (plateau < high)).all() and (worst < most).all()
    good &= np.allclose(exact, g[:, -1], rtol=1e-6, atol=1e-8)
    print(name, "steps", hits, "expected", expected, "plateau", plateau, "distance", worst,
          "" if good else "NOT MET")
    bad += not good
# the audit: on the way down all four x are nearly equal, so |df/dx| = 2 sinh 2x, and its change along
# itself 2 cosh 2x: L1 = 1. A has eigenvalues from 0.5 to 3
words = []
for eta in (0.02, 0.005):
    with h5py.File(f"audit-{eta}.h5") as f:
        a = {k: v[()] for k, v in f["result/audit"].items()}
        kept = h5py.check_enum_dtype(f["result/audit/radius_verdict"].dtype)["kept"]
        eps = 0.1 * np.linalg.norm(f["result/lower"][()])
    good = abs(a["l_x1"] - 1) < 0.01 and 0 <= a["l_x0"] < 20
    good &= np.allclose([a["convexity"], a["smoothness"], a["tracking"]], [0.5, 3, eps], rtol=1e-6)
    good &= a["period"] == max(1, np.floor(eps / (2 * 6 * eta))) and a["steps"] == 160
    good &= np.isclose(a["radius"], 2 * eps + 6 * 50 * eta, rtol=1e-6)
    good &= (a["radius_verdict"] == kept) == (1 >= a["radius"]) and a["steps_verdict"] != kept
    words.append(a["period_verdict"] == kept)
    print("audit", eta, a, "" if good else "NOT MET")
    bad += not good
bad += words != [False, False]
sys.exit(int(bad > 0))
