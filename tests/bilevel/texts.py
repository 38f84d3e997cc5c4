# SPDX-License-Identifier: GPL-3.0-or-later
# Made-up texts of two classes, told apart by a few words, some labels wrong: texts.h5, and
# padded.h5 with more padding and, beside, vectors.h5 with vectors of its words.
import h5py
import numpy as np

r = np.random.default_rng(3)
WORDS, LONGEST = 30, 9


def split(n):
    label = r.integers(0, 2, n)
    tokens = np.full((n, LONGEST), -1)
    for i in range(n):
        length = r.integers(1, LONGEST + 1)
        tokens[i, :length] = r.integers(6, WORDS, length)
        tokens[i, r.integers(0, length)] = 3 * label[i] + r.integers(0, 3)
    return tokens, label


sets = {name: split(n) for name, n in (("train", 160), ("validation", 120), ("test", 200))}
wrong = np.where(r.random(160) < 0.3, 1 - sets["train"][1], sets["train"][1])
for name, pad in (("texts.h5", 0), ("padded.h5", 7), ("vectors.h5", 0)):
    with h5py.File(name, "w") as f:
        for key, (tokens, label) in sets.items():
            f[key + "/tokens"] = np.pad(tokens, ((0, 0), (0, pad)), constant_values=-1).astype("i4")
            f[key + "/label"] = wrong if key == "train" else label
        f["train/label_true"] = sets["train"][1]
        if name == "vectors.h5":
            f["embedding"] = r.normal(size=(WORDS + 2, 7)).astype("f4")
