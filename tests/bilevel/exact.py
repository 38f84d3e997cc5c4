# SPDX-License-Identifier: GPL-3.0-or-later
# The exact method against dense linear algebra, and against Newton's method and central differences
# of our own here.
import sys

import h5py
import numpy as np

bad = 0


def close(what, got, want, tolerance):
    global bad
    error = np.max(np.abs(np.asarray(got) - want)) / max(1, np.max(np.abs(want)))
    good = np.shape(got) == np.shape(want) and error <= tolerance
    print(f"{what}: {error:.2g} [{tolerance:g}]{'' if good else ' NOT MET'}")
    bad += not good


def load(name):
    with h5py.File(name) as f:
        return {k: v[()] for k, v in f["result"].items() if isinstance(v, h5py.Dataset)}


with h5py.File("quad.h5") as f:
    A, C, F, H, K, a, b, h = (f["data/" + k][()] for k in "ACFHKafh")
solve = np.linalg.solve


def quadratic(x):
    y = -solve(A, C.T @ x + a)
    z = solve(A, F @ y + K.T @ x + b)
    phi = y @ F @ y / 2 + x @ H @ x / 2 + x @ K @ y + b @ y + h @ x
    return y, z, H @ x + K @ y + h - C @ z, phi


with h5py.File("points.h5") as f:
    points = f["x"][()]
want = [np.array(v) for v in zip(*map(quadratic, points))]
r = load("quad-at.h5")
for name, value in zip(("lower", "adjoint", "hypergradient", "objective"), want):
    close("quadratic " + name, r[name], value, 1e-11)
close("quadratic upper", r["upper"], points, 0)
hessian = H + C @ solve(A, F @ solve(A, C.T)) - K @ solve(A, C.T) - C @ solve(A, K.T)
x = -solve(hessian, quadratic(np.zeros(len(H)))[2])
r = load("quad-solution.h5")
close("solution upper", r["upper"], x[None], 1e-11)
close("solution lower", r["lower"], quadratic(x)[0][None], 1e-11)
close("solution objective", r["objective"], [quadratic(x)[3]], 1e-11)
close("solution hypergradient", r["hypergradient"], np.zeros((1, len(x))),
      1e-12 * max(1, np.linalg.norm(quadratic(0 * x)[2])))


def softmax(s):
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def cleaning(name, bias, l2, classes=3):
    with h5py.File(name) as f:
        X, t = f["train/x"][()], f["train/label"][()]
        V, u = f["validation/x"][()], f["validation/label"][()]
    if bias:
        X, V = (np.hstack([q, np.ones((len(q), 1))]) for q in (X, V))
    keep = np.ones(X.shape[1])
    keep[-1] = not bias
    T, U = np.eye(classes)[t], np.eye(classes)[u]

    def lower(lam):
        s = 1 / (1 + np.exp(-lam))
        W = np.zeros((X.shape[1], classes))
        ridge = np.diag(np.repeat(2 * l2 * keep, classes))

        def derivatives(W):
            P = softmax(X @ W)
            g = X.T @ (s[:, None] * (P - T)) / len(X) + 2 * l2 * keep[:, None] * W
            R = np.einsum("ic,cd->icd", P, np.eye(classes)) - np.einsum("ic,id->icd", P, P)
            M = np.einsum("i,ij,ik,icd->jckd", s, X, X, R) / len(X)
            return g, M.reshape(W.size, W.size) + ridge

        for _ in range(60):
            g, M = derivatives(W)
            W = W - np.linalg.lstsq(M, g.ravel(), rcond=1e-13)[0].reshape(W.shape)
        return W, derivatives(W)[1], s

    def phi(lam):
        W = lower(lam)[0]
        return -np.mean(np.log(softmax(V @ W)[np.arange(len(u)), u]))

    def answers(lam):
        W, M, s = lower(lam)
        df = V.T @ (softmax(V @ W) - U) / len(V)
        z = np.linalg.lstsq(M, df.ravel(), rcond=1e-13)[0].reshape(W.shape)
        cross = s * (1 - s) * np.sum((softmax(X @ W) - T) * (X @ z), 1) / len(X)
        return W, z, -cross, phi(lam)

    return answers, phi


with h5py.File("lambda.h5") as f:
    points = f["x"][()]
for name, bias, l2 in (("cleaning-at.h5", False, 0.02), ("bias-at.h5", True, 0.05)):
    answers, phi = cleaning("data.h5", bias, l2)
    want = [np.array(v) for v in zip(*map(answers, points))]
    r = load(name)
    for what, value in zip(("lower", "adjoint", "hypergradient", "objective"), want):
        close(f"{name} {what}", r[what], value, 2e-10)
    step = 1e-4
    for i in (0, 7, 149):
        e = step * np.eye(len(points[0]))[i]
        slope = (phi(points[0] + e) - phi(points[0] - e)) / (2 * step)
        close(f"{name} central difference {i}", r["hypergradient"][0, i], slope, 1e-9)
sys.exit(int(bad > 0))
