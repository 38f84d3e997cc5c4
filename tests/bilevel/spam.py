# SPDX-License-Identifier: GPL-3.0-or-later
# spam.py TSV NOISE OUT: e-mails (label, blank, words) as sequences of word numbers; a part NOISE of
# the training labels is flipped. Texts that occur twice count once.
import gzip
import sys
from collections import Counter

import h5py
import numpy as np

LENGTH, VOCABULARY, SIZES = 60, 4000, {"train": 2000, "validation": 400, "test": 1500}
source, noise, out = sys.argv[1], float(sys.argv[2]), sys.argv[3]
r = np.random.default_rng(5)
lines = dict.fromkeys(line for line in gzip.open(source, "rt").read().splitlines() if line)
mails = []
for line in lines:
    label, text = line.split("\t")
    mails.append((int(label), text.split()))
mails = [mails[i] for i in r.permutation(len(mails))]
count = Counter(w for _, text in mails[:SIZES["train"]] for w in text)
number = {w: i for i, (w, _) in enumerate(count.most_common(VOCABULARY))}
mails = [(label, [number[w] for w in text if w in number][:LENGTH]) for label, text in mails]
mails = [m for m in mails if m[1]]
first = 0
with h5py.File(out, "w") as f:
    for name, size in SIZES.items():
        part = mails[first:first + size]
        first += size
        tokens = np.full((size, LENGTH), -1, np.int32)
        for i, (_, text) in enumerate(part):
            tokens[i, :len(text)] = text
        label = np.array([m[0] for m in part])
        f[name + "/tokens"] = tokens
        if name == "train":
            f["train/label_true"] = label
            label = np.where(r.random(size) < noise, 1 - label, label)
        f[name + "/label"] = label
