# SPDX-License-Identifier: GPL-3.0-or-later
# images.h5: samples of eight classes, told apart by products of a few of their entries, so that no
# linear rule does; pairs.h5: the same samples as episodes, written out; texts.h5: episodes of texts.
import h5py
import numpy as np

r = np.random.default_rng(4)
CLASSES, N, D = 8, 800, 10
label = r.integers(0, CLASSES, N)
centre = 2.0 * (np.arange(CLASSES)[:, None] >> np.arange(3) & 1) - 1
x = 0.4 * r.normal(size=(N, D))
sign = r.choice([-1.0, 1.0], (N, 3))
for k in range(3):
    x[:, 2 * k] += 1.5 * sign[:, k]
    x[:, 2 * k + 1] += 1.5 * sign[:, k] * centre[label, k]
with h5py.File("images.h5", "w") as f:
    f["train/x"], f["train/label"] = x, label
with h5py.File("texts.h5", "w") as f:
    for name, episodes in ("task", 12), ("test", 4):
        for s in "support", "query":
            y = r.integers(0, 2, (episodes, 10))
            tokens = r.integers(4, 25, (episodes, 10, 6))
            tokens[..., 2] = 2 * y + r.integers(0, 2, y.shape)
            tokens[:, ::3, 5] = -1
            f[f"{name}/{s}/tokens"], f[f"{name}/{s}/label"] = tokens, y
# the labelled samples again, and rounded to bytes, in tables
with open("images.csv", "w") as f:
    f.writelines(",".join([str(3 * c - 5)] + [repr(float(v)) for v in row]) + "\n" for c, row in zip(label, x))
whole = np.clip(np.round(40 * x + 128), 0, 255).astype(int)
with open("bytes.csv", "w") as f:
    f.writelines(",".join(map(str, [c, *row])) + "\n" for c, row in zip(label, whole))
with h5py.File("bytes.h5", "w") as f:
    f["train/x"], f["train/label"] = whole, label

# texts of five classes, each with words of its own among common ones; and all their pairs are the same
# task: is the marked word of the first or of the second kind?
words = ["common%d" % k for k in range(20)]
with open("corpus.tsv", "w") as f:
    for i in range(300):
        c = int(r.integers(0, 5))
        text = [words[k] for k in r.integers(0, 20, r.integers(3, 9))]
        text[int(r.integers(0, len(text)))] = "mark%d" % c
        f.write("%d\t%s\n" % (2 * c + 1, " ".join(text)))
