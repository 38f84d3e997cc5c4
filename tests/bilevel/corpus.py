# SPDX-License-Identifier: GPL-3.0-or-later
# corpus.py make: main.tsv.gz, test.tsv, and same.h5, whose three splits hold their texts as buckets
# (all of main.tsv.gz for training and for validation). corpus.py check: what a run of each gave.
import gzip
import sys

import h5py
import numpy as np

LONGEST, BUCKETS, L2 = 6, 64, 1e-4


def bucket(word):
    h = 0xCBF29CE484222325
    for byte in word.encode():
        h = (h ^ byte) * 0x100000001B3 % 2**64
    return h % BUCKETS


def make():
    r = np.random.default_rng(3)
    words = [f"wörd{k}" for k in range(200)]
    sets = {}
    for name, n in (("main.tsv.gz", 120), ("test.tsv", 60)):
        label = r.integers(0, 2, n)
        texts = [[words[k] for k in r.integers(100 * c, 100 + 100 * c, r.integers(1, 9))] for c in label]
        with (gzip.open if name.endswith("gz") else open)(name, "wt", encoding="utf-8") as f:
            f.writelines(f"{3 * c - 2}\t{' '.join(t)}\n" for c, t in zip(label, texts))
        tokens = np.full((n, LONGEST), -1)
        for i, text in enumerate(texts):
            numbers = [bucket(w) for w in text[:LONGEST]]
            tokens[i, :len(numbers)] = numbers
        sets[name] = tokens, label
    with h5py.File("same.h5", "w") as f:
        for key, name in (("train", "main.tsv.gz"), ("validation", "main.tsv.gz"), ("test", "test.tsv")):
            f[key + "/tokens"], f[key + "/label"] = sets[name]


def check():
    ours, whole, noisy = (h5py.File(k) for k in ("corpus.h5", "same-out.h5", "noisy.h5"))
    first = {k: ours["series/" + k][0] for k in ("objective", "lower_objective", "test_accuracy")}
    want = {k: whole["series/" + k][0] for k in first}
    # at the start both have the same weights, and all texts weigh 1/2 in the lower level
    ridge = want["lower_objective"] - 0.5 * want["objective"]
    mean = (90 * 2 * (first["lower_objective"] - ridge) + 30 * first["objective"]) / 120
    wrong = noisy["result/corrupted"][()]
    print(first, want, mean - want["objective"], wrong.mean(), first["objective"] - want["objective"])
    return (abs(mean - want["objective"]) < 1e-12 and first["test_accuracy"] == want["test_accuracy"]
            and abs(first["objective"] - want["objective"]) > 1e-6  # the split is not all of it
            and wrong.shape == (90,) and 0.15 < wrong.mean() < 0.45
            and "corrupted" not in ours["result"])


if sys.argv[1] == "make":
    make()
else:
    sys.exit(not check())
