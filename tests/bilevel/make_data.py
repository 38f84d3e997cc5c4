# SPDX-License-Identifier: GPL-3.0-or-later
# Files that anyone could write: a quadratic problem, labelled data with wrong labels, points.
import h5py
import numpy as np

r = np.random.default_rng(1)
dx, dy = 5, 7


def definite(n):
    b = r.normal(size=(n, n))
    return b @ b.T / n + np.eye(n)


with h5py.File("quad.h5", "w") as f:
    for name, value in dict(A=definite(dy), F=definite(dy), H=3 * definite(dx),
                            C=r.normal(size=(dx, dy)), K=0.2 * r.normal(size=(dx, dy)),
                            a=r.normal(size=dy), f=r.normal(size=dy), h=r.normal(size=dx)).items():
        f["data/" + name] = value
with h5py.File("points.h5", "w") as f:
    f["x"] = r.normal(size=(4, dx))

n, m, d, classes = 150, 90, 5, 3
w = 2 * r.normal(size=(d, classes))


def draw(count):
    x = r.normal(size=(count, d))
    return x, np.argmax(x @ w + 0.3 * r.gumbel(size=(count, classes)), 1)


for name, count in (("data.h5", n), ("large.h5", 700)):
    x, true = draw(count)
    label = np.where(r.random(count) < 0.4, (true + r.integers(1, classes, count)) % classes, true)
    with h5py.File(name, "w") as f:
        f["train/x"], f["train/label"], f["train/label_true"] = x, label, true
        f["validation/x"], f["validation/label"] = draw(m)
        f["test/x"], f["test/label"] = draw(400)
with h5py.File("lambda.h5", "w") as f:
    f["x"] = r.normal(size=(2, n))
