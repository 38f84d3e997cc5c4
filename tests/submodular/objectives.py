# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: objectives.py OUTPUT OBJECTIVE DATA [KEY=VALUE …]
Value every summary of an output anew, in plain Python and numpy, from the data as written."""
import math
import sys

import h5py
import numpy as np

output, objective, data = sys.argv[1:4]
options = dict(word.split("=") for word in sys.argv[4:])
f = h5py.File(output)
summary, value = f["/snapshot/summary"][...], f["/series/value"][...]
words = [w.decode() for w in f["/result/id"][...]] if "/result/id" in f else None


def lines(path):
    with open(path) as text:
        for line in text:
            parts = line.split("#")[0].replace(",", " ").split()
            if parts:
                yield parts


def table(path):
    return np.array([[float(x) for x in row] for row in lines(path)])


def log_det(chosen):
    x = table(data)[[int(e) for e in chosen]]
    far = ((x[:, None, :] - x[None, :, :]) ** 2).sum(axis=2)
    k = np.exp(-far / (2 * float(options["sigma"]) ** 2))
    return np.linalg.slogdet(np.eye(len(chosen)) + k)[1] if chosen else 0.0


def saturated(chosen):
    have, weight = {}, {row[0]: float(row[1]) for row in lines(options["weights"])}
    for row in lines(data):
        if row[0] in chosen:
            for feature, amount in zip(row[1::2], row[2::2]):
                have[feature] = have.get(feature, 0.0) + float(amount)
    phi = {"sqrt": math.sqrt, "log1p": math.log1p, "min": lambda m: min(m, float(options["cap"]))}
    return sum(weight[u] * phi[options["phi"]](m) for u, m in have.items())


def exemplar(chosen):
    x = table(data)
    far = ((x - np.array([float(c) for c in options["point"].split(",")])) ** 2).sum(axis=1)
    near = far.copy()
    for e in chosen:
        near = np.minimum(near, ((x - x[int(e)]) ** 2).sum(axis=1))
    return (far - near).sum()


edges = [(a, b, float(p)) for a, b, p in lines(data)] if objective == "influence" else []


def influence(chosen):
    """5,000 worlds of Python's own coins"""
    rng = np.random.default_rng(len(chosen) + 1)
    total, worlds = 0, 5000
    coins = rng.random((worlds, len(edges)))
    for w in range(0, worlds):
        out = {}
        for (a, b, p), coin in zip(edges, coins[w]):
            if coin < p:
                out.setdefault(a, []).append(b)
        met, queue = set(chosen), list(chosen)
        while queue:
            for b in out.get(queue.pop(), ()):
                if b not in met:
                    met.add(b)
                    queue.append(b)
        total += len(met)
    return total / worlds


worth = {"log-det": log_det, "saturated": saturated, "exemplar": exemplar, "influence": influence}[objective]
known, worst = {}, 0.0
for row, got in zip(summary, value):
    chosen = tuple(words[x] if words else str(x) for x in row if x >= 0)
    key = tuple(sorted(chosen))
    if objective == "influence" and key not in known and len(known) >= 3:
        continue
    if key not in known:
        known[key] = worth(chosen)
    worst = max(worst, abs(got - known[key]) / max(1.0, abs(known[key])))
limit = {"influence": 0.04, "exemplar": 1e-9, "saturated": 1e-9, "log-det": 1e-10}[objective]
assert worst <= limit, worst
assert value.max() > 0 and len(known) >= 3
print(f"{objective}: {len(known)} summaries, largest relative difference {worst:.2g}")
