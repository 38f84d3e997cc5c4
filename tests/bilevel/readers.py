# SPDX-License-Identifier: GPL-3.0-or-later
# The same samples in every format, and what Phi must be: two samples of n are left out for
# validation, whichever; the program's value must be that of some two.
import gzip
import itertools
import struct
import sys

import h5py
import numpy as np

n, d, classes, l2 = 24, 5, 3, 0.02
r = np.random.default_rng(3)
label = np.arange(n) % classes
x = r.integers(0, 40, (n, d)) + 12 * (label[:, None] == np.arange(d) % classes)
words = [f"w{k}" for k in range(12)]
texts = [[words[(label[i] * 3 + j * j) % 12] for j in range(3 + i % 4)] for i in range(n)]
buckets = 7


def fnv(word):
    h = 0xcbf29ce484222325
    for byte in word.encode():
        h = (h ^ byte) * 0x100000001b3 % 2**64
    return h


counts = np.zeros((n, buckets))
for i, text in enumerate(texts):
    for word in text:
        counts[i, fnv(word) % buckets] += 1


def idx(name, array):
    with gzip.open(name, "wb") as f:
        f.write(struct.pack(">BBBB", 0, 0, 8, array.ndim))
        f.write(struct.pack(">" + "I" * array.ndim, *array.shape))
        f.write(array.astype(np.uint8).tobytes())


def make():
    with open("first.csv", "w") as f:
        for i in range(n):
            f.write(",".join(map(str, [label[i] + 1, *x[i]])) + "\n")
    with gzip.open("named.csv.gz", "wt") as f:
        f.write("# half of each number\na,b,c,class,d,e\n")
        for i in range(n):
            f.write(" ".join(map(str, [*(x[i, :3] / 2), label[i], *(x[i, 3:] / 2)])) + "\n")
    with open("data.svm", "w") as f:
        for i in range(n):
            f.write(f"{label[i] - 1:+d} " + " ".join(f"{k + 1}:{x[i, k]}" for k in range(d) if x[i, k]) + "\n")
    with gzip.open("data.tsv.gz", "wt") as f:
        for i in range(n):
            f.write(f"{label[i]}\t{' '.join(texts[i])}\n")
    idx("images.gz", x.reshape(n, 1, d))
    idx("labels.gz", label)
    big = np.repeat(np.arange(900)[:, None] % 2, 6, 1) * r.integers(0, 200, (900, 6))
    big += r.integers(0, 56, (900, 6))
    np.savetxt("big.csv", np.c_[np.arange(900) % 2, big], fmt="%d", delimiter=",")
    with h5py.File("zero.h5", "w") as f:
        f["x"] = np.zeros((1, n - 2))


def solve(a, t):
    w = np.zeros(a.shape[1] * classes)
    e = np.eye(classes)[t]
    for _ in range(60):
        s = a @ w.reshape(-1, classes)
        p = np.exp(s - s.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        g = (a.T @ (p - e)).ravel() / (2 * len(t)) + 2 * l2 * w  # sigmoid(0) = 1/2
        q = p[:, :, None] * (np.eye(classes) - p[:, None, :])
        h = np.einsum("ij,ik,iab->jakb", a, a, q).reshape(len(w), len(w))
        step = np.linalg.solve(h / (2 * len(t)) + 2 * l2 * np.eye(len(w)), g)
        w -= step
        if np.abs(step).max() < 1e-13:
            break
    return w.reshape(-1, classes)


def candidates(a, standardise):
    values = []
    for out in itertools.combinations(range(n), 2):
        out = list(out)
        rest = ~np.isin(np.arange(n), out)
        b = a
        if standardise:
            b = (a - a[rest].mean(0)) / a[rest].std(0)
        s = b[out] @ solve(b[rest], label[rest])
        values.append((np.log(np.exp(s).sum(1)) - s[[0, 1], label[out]]).mean())
    return np.array(values)


def check():
    bad = 0
    for name, data, standardise in (("first", x, True), ("named", x / 2, True), ("svm", x, True),
                                    ("tsv", counts, False), ("idx", x / 255, False)):
        with h5py.File(name + "-out.h5") as f:
            value = f["result/objective"][0]
        error = np.abs(candidates(data.astype(float), standardise) - value).min()
        print(name, error)
        bad += not error < 1e-9
    with h5py.File("first-out.h5") as f, h5py.File("svm-out.h5") as g:
        bad += not (f["result/lower"][()] == g["result/lower"][()]).all()
    with h5py.File("single.h5") as f, h5py.File("double.h5") as g:
        for k in ("lower", "upper"):
            a, b = f["result/" + k][()], g["result/" + k][()]
            error = np.abs(a - b).max() / np.abs(b).max()
            print("single against double,", k, error)
            bad += not 0 < error < 2e-5
    for name, low, high in (("other", 0.24, 0.36), ("redraw", 0.1, 0.2)):
        with h5py.File(name + ".h5") as f:
            share = (f["result/corrupted"][()] != 0).mean()
        print(name, "corrupted", share)
        bad += not low < share < high
    sys.exit(int(bad > 0))


make() if sys.argv[1] == "make" else check()
