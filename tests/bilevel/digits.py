# SPDX-License-Identifier: GPL-3.0-or-later
# Exact answers on handwritten digits (64 pixels, 10 classes) and breast cancer (30 features, 2 classes):
# y* by Newton's method, z* by Cholesky's factor of a dense Hessian, and differences of Phi along random
# directions, with y* solved anew, in extended precision.
#   make DIGITS CANCER   write the data and the points
#   check                compare
import sys

import h5py
import numpy as np

L2 = 0.02
STEP, WEIGHTS = 5e-4, (3 / 4, -3 / 20, 1 / 60)  # central differences of sixth order
# run, data, points, is x a weight a sample, a feature or a class
RUNS = (("digits-cleaning", "digits", "sample"), ("cancer-cleaning", "cancer", "sample"),
        ("digits-class", "digits", "class"), ("cancer-feature", "cancer", "feature"))
# of y, z, Phi and the hypergradient, relative; of differences, to the gradient's and the direction's length
LIMITS = (3e-13, 2e-12, 5e-14, 1e-12, 5e-13)


def make(digits, cancer):
    r = np.random.default_rng(11)
    a = np.loadtxt(digits, delimiter=",")
    b = np.loadtxt(cancer, delimiter=",", skiprows=1)
    a[:, :-1] /= 16
    b[:, :-1] = (b[:, :-1] - b[:, :-1].mean(0)) / b[:, :-1].std(0)
    for name, table, n, m in (("digits", a, 400, 300), ("cancer", b, 300, 269)):
        table = table[r.permutation(len(table))]
        with h5py.File(name + ".h5", "w") as f:
            for part, rows in (("train", table[:n]), ("validation", table[n:n + m])):
                f[part + "/x"], f[part + "/label"] = rows[:, :-1], rows[:, -1].astype(np.int64)
    for name, size, middle in (("digits-cleaning", 400, 0), ("cancer-cleaning", 300, 0), ("digits-class", 10, -5),
                               ("cancer-feature", 30, -5)):
        with h5py.File(f"{name}-points.h5", "w") as f:
            f["x"] = np.array((np.full(size, middle), middle + 1.5 * r.normal(size=size)))


def probabilities(s):
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


class Problem:
    """g and f of softmax regression; with a weight a feature the first class's scores are 0."""

    def __init__(self, data, per):
        self.per = per
        with h5py.File(data + ".h5") as f:
            (self.a, self.t), (self.v, self.u) = ([f[f"{p}/{k}"][()] for k in ("x", "label")]
                                                  for p in ("train", "validation"))
        if per == "feature":  # with a bias, which counts as a feature without a weight
            self.a, self.v = (np.c_[q, np.ones(len(q))] for q in (self.a, self.v))
        self.d, self.classes = self.a.shape[1], self.t.max() + 1
        self.free = np.arange(1 if per == "feature" else 0, self.classes)  # columns of W that are variables
        self.rows = {q: (self.a.astype(q), self.v.astype(q)) for q in (np.float64, np.longdouble)}

    def expand(self, y):
        w = np.zeros((self.d, self.classes), y.dtype)
        w[:, self.free] = y.reshape(self.d, -1)
        return w

    def weights(self, x):
        """Of the samples' losses and, twice, of the squares of y."""
        one = np.ones(self.d * len(self.free), x.dtype)
        if self.per == "sample":
            return 1 / (1 + np.exp(-x)), 2 * L2 * one
        if self.per == "class":
            return np.ones(len(self.t), x.dtype), np.tile(np.exp(x), self.d)
        return np.ones(len(self.t), x.dtype), np.r_[np.exp(x), 0]

    def gradient(self, x, y):
        s, ridge = self.weights(x)
        a = self.rows[y.dtype.type][0]
        p = probabilities(a @ self.expand(y))
        p[np.arange(len(p)), self.t] -= 1
        return (a.T @ (s[:, None] * p))[:, self.free].ravel() / len(a) + ridge * y

    def hessian(self, x, y):
        s, ridge = self.weights(x)
        p, k = probabilities(self.a @ self.expand(y))[:, self.free], len(self.free)
        rows = (np.sqrt(s / len(s))[:, None, None] * self.a[:, :, None] * p[:, None, :]).reshape(len(s), -1)
        h = np.diag(ridge) - rows.T @ rows
        for c in range(k):
            h[c::k, c::k] += (self.a * (s * p[:, c])[:, None]).T @ self.a / len(s)
        return h

    def newton(self, x):
        y = np.zeros(self.d * len(self.free))
        before = np.inf
        for _ in range(200):
            g = self.gradient(x, y)
            if np.abs(g).max() < 1e-14 or np.abs(g).max() < 1e-10 and np.abs(g).max() >= before:
                return y
            before = np.abs(g).max()
            step = np.linalg.solve(self.hessian(x, y), g)
            size = min(1, 10 / np.linalg.norm(step))
            y = y - size * step
        raise ArithmeticError("Newton's method does not end")

    def follow(self, x, y, inverse):
        """y*(x) by the inverse of a Hessian nearby, in extended precision."""
        y = y.astype(np.longdouble)
        for _ in range(40):
            g = self.gradient(x, y)
            if np.abs(g).max() < 1e-17:
                break
            y = y - inverse @ g.astype(float)
        return y, np.abs(g).max()

    def loss(self, y):
        s = self.rows[y.dtype.type][1] @ self.expand(y)
        top = s.max(1)
        return (np.log(np.exp(s - top[:, None]).sum(1)) + top - s[np.arange(len(s)), self.u]).mean()

    def slope(self, y):
        p = probabilities(self.v @ self.expand(y))
        p[np.arange(len(p)), self.u] -= 1
        return (self.v.T @ p)[:, self.free].ravel() / len(p)

    def cross(self, x, y, z):
        if self.per == "sample":
            s = self.weights(x)[0]
            p = probabilities(self.a @ self.expand(y))
            p[np.arange(len(p)), self.t] -= 1
            return s * (1 - s) * np.sum(p * (self.a @ self.expand(z)), 1) / len(s)
        product = (y * z).reshape(self.d, -1)
        return np.exp(x) * (product.sum(0) if self.per == "class" else product[:-1, 0])


def check():
    r = np.random.default_rng(12)
    bad = 0
    for name, data, per in RUNS:
        problem = Problem(data, per)
        with h5py.File(name + ".h5") as f, h5py.File(name + "-points.h5") as p:
            got = {k: f["result/" + k][()] for k in ("upper", "lower", "adjoint", "objective", "hypergradient")}
            points = p["x"][()]
        bad += not np.array_equal(got["upper"], points)
        for k, x in enumerate(points):
            y = problem.newton(x)
            inverse = np.linalg.inv(problem.hessian(x, y))
            y = problem.follow(x.astype(np.longdouble), y, inverse)[0].astype(float)
            h = problem.hessian(x, y)
            factor = np.linalg.cholesky(h)
            z = np.linalg.solve(factor.T, np.linalg.solve(factor, problem.slope(y)))
            want = (y, z, problem.loss(y), -problem.cross(x, y, z))
            keys = ("lower", "adjoint", "objective", "hypergradient")
            errors = [np.linalg.norm(got[key][k].ravel() - w) / np.linalg.norm(w) for key, w in zip(keys, want)]
            furthest, gradient = 0, got["hypergradient"][k]
            directions = (r.normal(size=len(x)), gradient / np.abs(gradient).max())
            worst = 0
            for v in directions:
                difference = np.longdouble(0)
                for j, weight in enumerate(WEIGHTS, 1):
                    for sign in (1, -1):
                        there, left = problem.follow(x.astype(np.longdouble) + sign * j * STEP * v, y, inverse)
                        furthest = max(furthest, left)
                        difference += sign * np.longdouble(weight) * problem.loss(there)
                error = abs(difference / STEP - gradient @ v) / (np.linalg.norm(gradient) * np.linalg.norm(v))
                worst = max(worst, float(error))
            errors.append(worst)
            curvature = np.linalg.eigvalsh(h)
            good = furthest < 1e-12 and all(e <= limit for e, limit in zip(errors, LIMITS))
            print(f"{name}, point {k}: condition {curvature[-1] / curvature[0]:.3g}, y {errors[0]:.2g}, z {errors[1]:.2g}, Phi "
                  f"{errors[2]:.2g}, hypergradient {errors[3]:.2g}, differences {errors[4]:.2g} (|dg/dy| "
                  f"{float(furthest):.1g}){'' if good else ' NOT MET'}")
            bad += not good
    sys.exit(int(bad > 0))


make(*sys.argv[2:]) if sys.argv[1] == "make" else check()
