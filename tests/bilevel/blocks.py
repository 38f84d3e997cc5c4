# SPDX-License-Identifier: GPL-3.0-or-later
# A quadratic problem of twelve upper variables and its minima under bounds of groups of three, of matrices of 2 x 3
# and of one of 6 x 2, by projected gradients with exact projections.
import sys

import h5py
import numpy as np

BOUND = 0.3


def make():
    r = np.random.default_rng(3)
    dx, dy = 12, 7

    def definite(n):
        b = r.normal(size=(n, n))
        return b @ b.T / n + np.eye(n)

    with h5py.File("twelve.h5", "w") as f:
        for name, value in dict(A=definite(dy), F=definite(dy), H=3 * definite(dx), C=0.3 * r.normal(size=(dx, dy)),
                                K=0.2 * r.normal(size=(dx, dy)), a=r.normal(size=dy), f=r.normal(size=dy),
                                h=3 * r.normal(size=dx) * np.repeat((1, 0.2, 1, 0.1), 3) * np.tile((1, 0.2), 6)).items():
            f["data/" + name] = value


def project(x, rows):
    if rows == 0:  # groups
        length = np.linalg.norm(x.reshape(-1, 3), axis=1)
        return x * np.repeat(np.minimum(1, BOUND / np.maximum(length, 1e-300)), 3)
    u, s, v = np.linalg.svd(x.reshape(-1, rows, 2 if rows == 6 else 3), full_matrices=False)
    return (u * np.minimum(s, BOUND)[:, None, :] @ v).ravel()


def sizes(x, rows):
    if rows == 0:
        return np.linalg.norm(x.reshape(-1, 3), axis=1)
    return np.linalg.svd(x.reshape(-1, rows, 2 if rows == 6 else 3), compute_uv=False).ravel()


def check():
    solve = np.linalg.solve
    with h5py.File("twelve.h5") as file:
        A, C, F, H, K, a, f, h = (file["data/" + k][()] for k in "ACFHKafh")
    hessian = H + C @ solve(A, F @ solve(A, C.T)) - K @ solve(A, C.T) - C @ solve(A, K.T)
    y0 = -solve(A, a)
    linear = K @ y0 + h - C @ solve(A, F @ y0 + f)
    curvature = np.linalg.eigvalsh(hessian)
    bad = int(curvature[0] <= 0)
    for name, rows in (("group", 0), ("nuclear", 2), ("upright", 6)):
        x = np.zeros(12)
        for _ in range(20000):
            before, x = x, project(x - (hessian @ x + linear) / curvature[-1], rows)
        left, size = np.abs(x - before).max(), sizes(x, rows)
        at = size > BOUND - 1e-9
        errors, scores = [], []
        for run in (name, name + "-finer"):
            with h5py.File(run + ".h5") as file:
                got = file["result/upper"][()].ravel()
            g = hessian @ got + linear
            errors.append(np.linalg.norm(got - x))
            scores.append(sizes(g, rows).sum() + got @ g / BOUND)  # K(g) + x'g/bound: 0 at the minimum alone
            bad += not sizes(got, rows).max() < BOUND + 1e-12
        good = left < 1e-14 and 0 < at.sum() < len(at) and errors[0] < 0.01 and scores[0] < 0.05
        good = good and 7 < errors[0] / errors[1] < 14 and 7 < scores[0] / scores[1] < 14
        print(f"{name}: {at.sum()} of {len(at)} at the bound; |x - x*| {errors[0]:.3g}, {errors[1]:.3g}; scores "
              f"{scores[0]:.3g}, {scores[1]:.3g}{'' if good else ' NOT MET'}")
        bad += not good
    box, ones, group = (h5py.File(name + ".h5")["result/upper"][()] for name in ("box", "ones", "group"))
    if not np.array_equal(box, ones) or np.array_equal(box, group):
        print("groups of one variable are not the box")
        bad += 1
    sys.exit(int(bad > 0))


make() if sys.argv[1] == "make" else check()
