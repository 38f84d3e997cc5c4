# SPDX-License-Identifier: GPL-3.0-or-later
# Closed forms of the problems, and the rivals' oracle calls by hand.
import sys

import h5py
import numpy as np

bad = 0


def hold(what, good, *figures):
    global bad
    print(what, *figures, "" if good else "NOT MET")
    bad += not good


def upper(name):
    with h5py.File(name + ".h5") as f:
        return f["result/upper"][()]


def series(name, key):
    with h5py.File(name + ".h5") as f:
        return f["series/" + key][()]


def calls(name, *want):
    got = tuple(int(series(name, k)[-1]) for k in ("gradient_calls", "product_calls", "cross_calls"))
    hold("calls of " + name, got == want, got, want)


# decks. A normalised step of eta ends within some eta of the solution
x = upper("sine")
hold("sine", abs(x[0] + np.pi / 2) < 2 * 0.05, x)
x = upper("sine-seeds")
hold("sine, 5 seeds", np.abs(x + np.pi / 2).max() < 4 * 0.05, x.ravel())
with h5py.File("sine.h5") as f:
    hold("sine's least value", abs(f["result/certified_objective"][()] + np.sin(1)) < 5e-3)
calls("sine", 75 + 10 * 249 + 2 * 500, 500, 500)  # Epoch-SGD: 5 + 10 + 20 + 40; 249 updates
x, g = upper("recurrence"), series("recurrence", "hypergradient_norm")
hold("recurrence", abs(x[0] - 3**0.1) < 0.003, x)
hold("its first gradient", g[0] == 10 * 2**9 * (2**10 - 3))
root = np.roots([1 / 3, 0, 1, 0])  # the quartic: Newton's method on x = y + y^3/3
y = -1.0
for _ in range(60):
    X = y + y**3 / 3
    d = lambda v: (v + v**3 / 3) ** 3 + 1 / (1 + v * v) ** 2
    y -= d(y) / ((d(y + 1e-6) - d(y - 1e-6)) / 2e-6)
four = y + y**3 / 3
hold("quartic", abs(upper("quartic")[0] - four) < 0.004, upper("quartic")[0], four)
hold("ridge comes down", series("ridge", "hypergradient_norm")[-1] < 1e-3 * 5)

# certificates on the way, against the closed form, at every seventh report and the first; not counted
for name in ("sine", "recurrence", "quartic", "ridge"):
    g, c = series(name, "hypergradient_norm"), series(name, "certified_gradient")
    there = np.arange(len(g)) % 7 == 0
    hold("certificates of " + name, np.isnan(c[~there]).all() and
         np.abs(c[there] - g[there]).max() <= 1e-8 * max(1, g.max()), np.abs(c[there] - g[there]).max())
with h5py.File("sine.h5") as f:
    c = f["series/certified_objective"][()]
    hold("certified objective", abs(c[0] - np.sin(np.sin(1))) < 1e-9)
hold("no certificate unless asked for", "certified_gradient" not in h5py.File("sine-seeds.h5")["series"])

# the quadratic problem
q = {}
with h5py.File("quad.h5") as f:
    for k in "ACFHKafh":
        q[k] = f["data/" + k][()]
A, C, F, H, K, a, f, h = (q[k] for k in "ACFHKafh")
J = -np.linalg.solve(A, C.T)
y0 = -np.linalg.solve(A, a)


def slope(v):
    y = J @ v + y0
    z = np.linalg.solve(A, F @ y + K.T @ v + f)
    return H @ v + K @ y + h - C @ z


M = np.array([slope(e) - slope(np.zeros(5)) for e in np.eye(5)]).T
best = -np.linalg.solve(M, slope(np.zeros(5)))


def penalty(p):  # stationary: w of f + p g, y of g, f_x + p (g_x(w) - g_x(y)) = 0
    w = lambda v: -np.linalg.solve(F + p * A, K.T @ v + f + p * (C.T @ v + a))
    r = lambda v: H @ v + K @ w(v) + h + p * C @ (w(v) - (J @ v + y0))
    m = np.array([r(e) - r(np.zeros(5)) for e in np.eye(5)]).T
    return -np.linalg.solve(m, r(np.zeros(5)))


gap = lambda name, to=best: np.abs(upper(name) - to).max()
hold("saba, no noise", gap("quad-saba") < 1e-9, gap("quad-saba"))
hold("saba, noise", 0 < gap("noisy-saba") < 0.1, gap("noisy-saba"))
calls("quad-saba", 3 * 4001, 4001, 4001)
hold("ttsa, no noise", gap("quad-ttsa") < 0.1 * np.abs(best).max(), gap("quad-ttsa"))
hold("ttsa, noise", 0 < gap("noisy-ttsa") < 0.2 * np.abs(best).max(), gap("noisy-ttsa"))
hold("ttsa, ball", abs(np.linalg.norm(upper("ball-ttsa")) - 0.05) < 1e-15)
got = [int(series("quad-ttsa", k)[-1]) for k in ("gradient_calls", "product_calls", "cross_calls")]
hold("calls of ttsa", got[0] == 3 * 6000 and got[2] == 6000 and abs(got[1] / 6000 - 7) < 5 * 4.32 / 77.5, got)
for p in (20, 200):
    hold(f"f2sa, penalty {p}", gap(f"quad-f2sa-{p}", penalty(p)) < 1e-9, gap(f"quad-f2sa-{p}", penalty(p)))
ratio = gap("quad-f2sa-20") / gap("quad-f2sa-200")
hold("f2sa's bias is of the order 1/penalty", 8 < ratio < 12, ratio)
hold("f2sa, noise", 0 < gap("noisy-f2sa", penalty(20)) < 0.3, gap("noisy-f2sa", penalty(20)))
calls("noisy-f2sa", 4000 * (10 * 3 + 3), 0, 0)
for name in ("slip", "accbo"):
    coarse, fine = (gap(f"quad-{name}-{eta}") for eta in ("0.002", "0.0005"))
    hold(name + ", no noise", coarse < 0.02 and fine < 0.005 and fine < coarse, coarse, fine)
    hold(name + ", noise", 0 < gap("noisy-" + name) < 0.1, gap("noisy-" + name))
calls("noisy-slip", 50 + 3 * 4000, 4000, 4000)
# accbo: two h an iteration but the first; 1999 updates of 3 steps
calls("noisy-accbo", 1999 * 3 + 2 * (2 * 4000 - 1), 20 * (2 * 4000 - 1), 2 * 4000 - 1)

for name, limit in (("saba", 1e-9), ("ttsa", 0.02), ("f2sa", 1e-3), ("slip", 3e-3), ("accbo", 3e-3)):
    hold("quartic, " + name, abs(upper("four-" + name)[0] - four) < limit, upper("four-" + name)[0])

# 12 / 0.02 = 600 steps down, and the plateau
for name in ("slip", "accbo"):
    g = series("exp-" + name, "hypergradient_norm")
    hit = int(np.argmax(g < 1))
    hold("exponential, " + name, 590 < hit < 660 and g[-300:].mean() < 0.8, hit, g[-300:].mean())

# finite sums
g = {k: np.abs(upper(k) - upper("full-soba")).max() for k in ("ridge-saba", "odd-saba", "ridge-soba")}
hold("tables take the noise away: distance from the run on all samples", g["ridge-soba"] > 0.01 and
     5 * max(g["ridge-saba"], g["odd-saba"]) < g["ridge-soba"], g)
d = {k: series(k, "lower_distance")[-20:].mean() for k in g}
hold("and from y*", 50 * max(d["ridge-saba"], d["odd-saba"]) < d["ridge-soba"], d)
calls("ridge-saba", 8 + 2 * 4 + 3 * 4000, 8 + 4000, 8 + 4000)
calls("odd-saba", 12 + 2 * 6 + 3 * 4000, 12 + 4000, 12 + 4000)
hold("samples", int(series("ridge-saba", "samples")[-1]) == 80 + 40 + 20 * 4000)
sys.exit(int(bad > 0))
