# SPDX-License-Identifier: GPL-3.0-or-later
# Figures of tests/bilevel/fashion.sh, and what plain training gives (L-BFGS): on all labels, on the
# samples whose label is true, on the validation set alone.
import gzip
import sys

import h5py
import numpy as np
from scipy.optimize import minimize

folder = "/usr/share/datasets/fashion-mnist/"


def images(name):
    return np.frombuffer(gzip.open(folder + name).read()[16:], np.uint8).reshape(-1, 784).astype(np.float32)


def labels(name):
    return np.frombuffer(gzip.open(folder + name).read()[8:], np.uint8).astype(int)


def train(a, t, l2=0.01):
    n, e = len(t), np.eye(10, dtype=np.float32)[t]

    def value(w):
        w = w.reshape(784, 10).astype(np.float32)
        s = a @ w
        s -= s.max(1, keepdims=True)
        p = np.exp(s)
        total = p.sum(1)
        f = (np.log(total) - s[np.arange(n), t]).mean() + l2 * (w * w).sum()
        return float(f), (a.T @ (p / total[:, None] - e) / n + 2 * l2 * w).ravel().astype(float)

    return minimize(value, np.zeros(7840), jac=True, method="L-BFGS-B",
                    options={"maxiter": 100}).x.reshape(784, 10)


def references():
    x, t = images("train-images-idx3-ubyte.gz"), labels("train-labels-idx1-ubyte.gz")
    v, u = images("t10k-images-idx3-ubyte.gz"), labels("t10k-labels-idx1-ubyte.gz")
    r = np.random.default_rng(0)
    order = r.permutation(len(t))
    a, b = order[:20000], order[20000:25000]
    mean, deviation = x[a].mean(0), np.maximum(x[a].std(0), 1e-6)
    x, v = (x - mean) / deviation, (v - mean) / deviation
    noisy, hit = t[a].copy(), r.random(20000) < 0.5
    noisy[hit] = r.integers(0, 10, hit.sum())
    good = noisy == t[a]
    for name, at, label in (("all labels, half of them wrong", a, noisy),
                            ("true labels alone", a[good], t[a][good]),
                            ("validation set alone", b, t[b])):
        print(f"training on {name}: {(np.argmax(v @ train(x[at], label), 1) == u).mean():.4f}", flush=True)


names = ("test_accuracy", "objective", "weight_clean", "weight_corrupted")
rows = []
for name in sys.argv[1:]:
    with h5py.File(name) as f:
        rows.append([f["series/" + k][-1] for k in names])
    print(name, *(f"{k} {v:.4f}" for k, v in zip(names, rows[-1])), flush=True)
accuracy, objective, clean, corrupted = np.mean(rows, 0)
print(f"mean of {len(rows)}: accuracy {accuracy:.4f} (bar 0.8265), weights {clean:.3f} (0.8) and "
      f"{corrupted:.3f} (0.2), validation loss {objective:.4f}", flush=True)
references()
sys.exit(not (accuracy >= 0.8265 and clean >= 0.8 and corrupted <= 0.2))
