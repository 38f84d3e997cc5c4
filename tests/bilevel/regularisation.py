# SPDX-License-Identifier: GPL-3.0-or-later
# Regularisation selection by dense algebra: y*, Phi, and the hypergradient by central differences.
import sys

import h5py
import numpy as np

n, m, d = 60, 30, 4
r = np.random.default_rng(5)


def shape(per, bias):
    classes = 2 if per == "feature" else 3
    return classes, {"feature": d, "class": classes, "scalar": 1}[per]


def make():
    for classes in (2, 3):
        w = r.normal(size=(d, classes))
        with h5py.File(f"data{classes}.h5", "w") as f:
            for name, count in (("train", n), ("validation", m), ("test", m)):
                x = r.normal(size=(count, d))
                f[name + "/x"] = x
                f[name + "/label"] = np.argmax(x @ w + r.gumbel(size=(count, classes)), 1)
    for size in (4, 3, 1):
        with h5py.File(f"points{size}.h5", "w") as f:
            f["x"] = r.normal(size=(2, size)) - 2


def scores(a, y, per):
    return np.c_[np.zeros(len(a)), a @ y] if per == "feature" else a @ y.reshape(a.shape[1], -1)


def loss(a, t, y, per):
    s = scores(a, y, per)
    top = s.max(1, keepdims=True)
    return (np.log(np.exp(s - top).sum(1)) + top[:, 0] - s[np.arange(len(t)), t]).mean()


def solve(a, t, x, per, bias):
    lines = a.shape[1]
    columns = 1 if per == "feature" else 3
    weight = {"feature": lambda: np.exp(x), "class": lambda: np.tile(np.exp(x), d),
              "scalar": lambda: np.full(d * columns, np.exp(x[0]))}[per]()
    weight = np.r_[weight, np.zeros(columns)] if bias else weight
    y = np.zeros(lines * columns)
    for _ in range(100):
        s = scores(a, y, per)
        p = np.exp(s - s.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        if per == "feature":
            g = a.T @ (p[:, 1] - t) / n
            h = (a * (p[:, 1] * p[:, 0])[:, None]).T @ a / n
        else:
            g = (a.T @ (p - np.eye(3)[t])).ravel() / n
            h = sum(np.kron(np.outer(a[i], a[i]), np.diag(p[i]) - np.outer(p[i], p[i])) for i in range(n)) / n
        # with a bias, constants of all classes do nothing: the smallest step
        step = np.linalg.lstsq(h + np.diag(weight), g + weight * y, rcond=1e-12)[0]
        y = y - step
        if np.abs(step).max() < 1e-14:
            break
    return y


def check():
    bad = 0
    for per in ("feature", "class", "scalar"):
        for bias in (False, True):
            if bias and per != "feature":
                continue
            classes, size = shape(per, bias)
            with h5py.File(f"data{classes}.h5") as f, h5py.File(f"{per}-{bias}.h5") as g, \
                    h5py.File(f"points{size}.h5") as p:
                a, t = f["train/x"][()], f["train/label"][()]
                v, u = f["validation/x"][()], f["validation/label"][()]
                if bias:
                    a, v = np.c_[a, np.ones(n)], np.c_[v, np.ones(m)]
                phi = lambda x: loss(v, u, solve(a, t, x, per, bias), per)
                for k, x in enumerate(p["x"][()]):
                    y = solve(a, t, x, per, bias)
                    slope = [(phi(x + 1e-4 * e) - phi(x - 1e-4 * e)) / 2e-4 for e in np.eye(size)]
                    errors = (np.abs(g["result/lower"][k].ravel() - y).max(),
                              abs(g["result/objective"][k] - phi(x)),
                              np.abs(g["result/hypergradient"][k] - slope).max())
                    print(per, bias, k, errors)
                    bad += not (errors[0] < 1e-9 and errors[1] < 1e-10 and errors[2] < 1e-8)
    with h5py.File("walk.h5") as f:
        objective = f["series/objective"][()]
        print("objective from", objective[0], "to", objective[-1], f["series/test_accuracy"][-1])
        bad += not objective[-1] < objective.max() - 0.05
    sys.exit(int(bad > 0))


make() if sys.argv[1] == "make" else check()
