# SPDX-License-Identifier: GPL-3.0-or-later
# loss_history.py make: samples with 10 and with 40 per cent of wrong labels. loss_history.py check: the
# weights of whole epochs written anew, and who is down-weighted, beside BO-REP's weights.
import sys

import h5py
import numpy as np

N, D, CLASSES, L2, GAMMA = 600, 6, 3, 0.01, 0.5
FULL = np.log(2.0**20 - 1)


def make():
    r = np.random.default_rng(5)
    w = 2 * r.normal(size=(D, CLASSES))
    for part in 10, 40:
        def draw(n):
            x = r.normal(size=(n, D))
            return x, np.argmax(x @ w + 0.3 * r.gumbel(size=(n, CLASSES)), 1)
        x, true = draw(N)
        wrong = r.random(N) < part / 100
        with h5py.File(f"noise-{part}.h5", "w") as f:
            f["train/x"], f["train/label_true"] = x, true
            f["train/label"] = np.where(wrong, (true + r.integers(1, CLASSES, N)) % CLASSES, true)
            f["validation/x"], f["validation/label"] = draw(200)
            f["test/x"], f["test/label"] = draw(1000)


def anew(epochs, outlier, warm_up):
    with h5py.File("noise-10.h5") as f:
        x, label = f["train/x"][()], f["train/label"][()]
    hot, w, weight, losses = np.eye(CLASSES)[label], np.zeros((D, CLASSES)), np.full(N, 1 - 2.0**-20), []
    for epoch in range(1, epochs + 1):
        p = np.exp(x @ w)
        p /= p.sum(1, keepdims=True)
        w = w - GAMMA * (x.T @ (weight[:, None] * (p - hot)) / N + 2 * L2 * w)
        s = x @ w
        losses.append(np.log(np.exp(s).sum(1)) - s[np.arange(N), label])
        m = np.mean(losses, 0)
        if epoch >= warm_up:
            d = m - m.mean() - outlier * m.std()
            weight = np.where(d > 0, np.exp(-(np.maximum(d, 0) ** 2) / (2 * m.var())), 1 - 2.0**-20)
            weight = np.minimum(weight, 1 - 2.0**-20)
    return w, weight


def check():
    good = True
    for name, *how in ("few", 2, 2, 3), ("third", 3, 2, 3), ("whole", 40, 2, 3), ("harder", 25, 0.7, 5):
        w, weight = anew(*how)
        with h5py.File(name + ".h5") as f:
            error = (np.abs(f["result/lower"][()] - w).max(),
                     np.abs(f["result/sample_weight"][()] / weight - 1).max())
            down = (f["result/upper"][()] < FULL - 1e-9).sum()
            bare = "certified_objective" not in f["result"]
        print(name, error, down, "down-weighted")
        good &= max(error) < 1e-9 and down == (weight < 1 - 2.0**-20).sum() and bool(down) == (name != "few")
        good &= bare
    with h5py.File("drawn.h5") as f:
        calls = [int(f[f"series/{k}"][-1]) for k in ("gradient_calls", "product_calls", "cross_calls", "samples")]
        print("calls", calls)
        good &= calls == [100 + 16, 0, 0, 100 * 100 + 16 * N]
    for part, bounds in LIMITS.items():
        for method in "loss-history", "bo-rep":
            with h5py.File(f"{method}-{part}.h5") as f:
                wrong = f["result/corrupted"][()] == 1
                weight, accuracy = f["result/sample_weight"][()], f["series/test_accuracy"][-1]
                means = f["series/weight_clean"][-1], f["series/weight_corrupted"][-1]
            down = weight < (1 - 2.0**-19 if method == "loss-history" else 0.5)
            figures = (down & wrong).sum() / max(down.sum(), 1), (down & wrong).sum() / wrong.sum()
            print(f"{part} % wrong, {method}: {down.sum()} of {wrong.sum()} down, precision {figures[0]:.3f}, "
                  f"recall {figures[1]:.3f}, mean weights {means[0]:.3f} {means[1]:.3f}, test {accuracy:.4f}")
            good &= all(v >= b for v, b in zip(figures, bounds[method]))
    return good


# least precision and recall
LIMITS = {10: {"loss-history": (0.9, 0.5), "bo-rep": (0.6, 0.85)},
          40: {"loss-history": (0.9, 0.05), "bo-rep": (0.8, 0.8)}}
if sys.argv[1] == "make":
    make()
else:
    sys.exit(not check())
