# SPDX-License-Identifier: GPL-3.0-or-later
# self_distillation.py make: points; check: the printed losses, and the rest by numpy's algebra.
import sys

import h5py
import numpy as np

ALPHA = [0, 0.25, 0.35, 0.347, 0.348, 0.349, 1]
TARGET = np.array([0.38476636465198066, 1.2333967683416893, 1.33232242218057, 0.6920159488889518,
                   -0.29756145531871736, -0.24189291901377769, -0.7964485769175675, -0.9616480167034174,
                   -0.49672509509916934, -0.3469066003991437, 0.5589512650600734])
PRINTED = [[.16477, .15076, .14915, .15561, .16735, .18251, .49505],
           [.16477, .15309, .14958, .14903, .14946, .15011, .15250],
           [.16477, .15424, .15089, .14983, .14954, .14948, .14959]]
bad = 0


def hold(what, good, *figures):
    global bad
    print(what, *figures, "" if good else "NOT MET")
    bad += not good


def kernel(a, b):
    return np.exp(-80 * (a[:, None] - b[None]) ** 2)


def losses(target, alpha, steps):
    x, v = np.linspace(0, 1, len(target)), np.linspace(0, 1, 101)
    k, inverse = kernel(x, x), np.linalg.inv(kernel(x, x) + 0.2 * np.eye(len(x)))
    c, out = inverse @ target, []
    for _ in range(steps):
        out.append(((kernel(v, x) @ c - np.sin(2 * np.pi * v)) ** 2).mean())
        c = inverse @ (alpha * target + (1 - alpha) * k @ c)
    return out


def check():
    with h5py.File("exact.h5") as f:
        loss, value, slope, y = (f["result/" + k][()] for k in ("distillation_loss", "objective", "hypergradient", "lower"))
    got = np.hstack([loss[:3], value[:3, None]])
    hold("printed losses", np.abs(got - PRINTED).max() <= 0.5e-5, np.abs(got - PRINTED).max())
    want = np.array([losses(TARGET, a, 6) for a in ALPHA])
    hold("losses", np.abs(loss - want).max() < 1e-13, np.abs(loss - want).max())
    x = np.linspace(0, 1, 11)
    for a, c in zip(ALPHA[1:], y[1:]):
        want = np.linalg.solve(kernel(x, x) + 0.2 / a * np.eye(11), TARGET)
        hold(f"limit, {a}", np.abs(c - want).max() < 1e-10, np.abs(c - want).max())
    hold("best of 0.347, 0.348, 0.349", np.argmin(value[3:6]) == 1 and abs(value[4] - 0.149587) < 0.5e-6, value[3:6])
    hold("its slope changes sign there", slope[3, 0] < 0 < slope[5, 0], slope[3:6].ravel())
    with h5py.File("ridge.h5") as f:  # alpha = 1: a single regression, at each step and in the limit
        loss, value = f["result/distillation_loss"][()], f["result/objective"][()]
    hold("ridge with lambda 0.575", abs(value[0] - 0.149587) < 0.5e-6 and abs(loss[0, 0] - value[0]) < 1e-13, value)

    def phi(alpha):
        v = np.linspace(0, 1, 101)
        c = np.linalg.solve(kernel(x, x) + 0.2 / alpha * np.eye(11), TARGET)
        return ((kernel(v, x) @ c - np.sin(2 * np.pi * v)) ** 2).mean()

    a, b = 0.2, 0.6  # golden section
    for _ in range(60):
        p, q = b - (b - a) * 0.6180339887498949, a + (b - a) * 0.6180339887498949
        a, b = (a, q) if phi(p) < phi(q) else (p, b)
    for name, limit in ("soba", 1e-6), ("bo-rep", 2e-3), ("f2sa", 1e-2):
        with h5py.File(name + ".h5") as f:
            alpha, value = f["result/upper"][0], f["result/certified_objective"][()]
            distillation = f["result/distillation_loss"][()]
        hold(name, abs(alpha - a) < limit and abs(value - phi(a)) < 0.1 * limit**2 + 1e-12, alpha, value, a, phi(a))
        want = losses(TARGET, alpha, len(distillation))
        hold("its losses", np.abs(distillation - want).max() < 1e-13 and len(want) == (6 if name == "soba" else 3))
    with h5py.File("soba.h5") as f:
        g, c = f["series/hypergradient_norm"][()], f["series/certified_gradient"][()]
        there = ~np.isnan(c)
        hold("certificates", there.sum() > 3 and np.abs(g - c)[there].max() < 1e-8, np.abs(g - c)[there].max())
    with h5py.File("given.h5") as f, h5py.File("exact.h5") as e:
        hold("given samples", (f["result/objective"][()] == e["result/objective"][()]).all())
    with h5py.File("few.h5") as f:
        want = np.array([losses(np.array([1, -2, 0.5]), a, 6) for a in ALPHA])
        hold("three samples", np.abs(f["result/distillation_loss"][()] - want).max() < 1e-13)
    sys.exit(int(bad > 0))


if sys.argv[1] == "make":
    for name, points in ("alpha.h5", ALPHA), ("one.h5", [1]):
        with h5py.File(name, "w") as f:
            f["x"] = np.array(points, float)[:, None]
else:
    check()
