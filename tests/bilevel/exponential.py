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
sys.exit(int(bad > 0))
