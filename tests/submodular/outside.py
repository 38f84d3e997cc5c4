# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: outside.py OUTPUT DATA FORMAT WEIGHTS STREAM EPSILON ENGINE
Check an output from outside: follow the stream in plain Python, value every summary anew, compare with
greedy, with the deterministic promise of the engine and with the upper bound."""
import gzip
import heapq
import sys

import h5py

output, data, form, weights, stream, epsilon, engine = sys.argv[1:8]
epsilon = float(epsilon)


def lines(path):
    with open(path, "rb") as raw:
        head = raw.read(2)
    with (gzip.open if head == b"\x1f\x8b" else open)(path, "rt") as text:
        for line in text:
            words = line.split("#")[0].replace(",", " ").split()
            if words:
                yield words


covers, order = {}, []


def meet(word):
    if word not in covers:
        covers[word] = {word} if form == "edges" else set()
        order.append(word)
    return covers[word]


for words in lines(data):
    if form == "sets":
        meet(words[0]).update(words[1:])
    elif words[0] != words[1]:
        meet(words[0]).add(words[1])
        meet(words[1]).add(words[0])
weight = {words[0]: float(words[1]) for words in (lines(weights) if weights != "-" else [])}


def worth(items):
    return sum(weight.get(x, 1.0) for x in items)


def greedy(live, k):
    """lazy, the smallest place in the data first among equals"""
    covered, value = set(), 0.0
    heap = [(-worth(covers[e]), place[e], -1, e) for e in live]
    heapq.heapify(heap)
    n = 0
    while heap and n < k:
        bound, at, size, e = heapq.heappop(heap)
        if size == n:
            value -= bound
            covered |= covers[e]
            n += 1
        else:
            heapq.heappush(heap, (-worth(covers[e] - covered), at, n, e))
    return value


place = {e: i for i, e in enumerate(order)}
f = h5py.File(output)
update, summary = f["/series/update"][...], f["/snapshot/summary"][...]
value, bound = f["/series/value"][...], f["/series/upper_bound"][...]
size, alive, gain = f["/series/size"][...], f["/series/live"][...], f["/snapshot/gain"][...]
words = [w.decode() for w in f["/result/id"][...]] if "/result/id" in f else None
share = {"batched": (1 - epsilon) ** 2 / (1 + epsilon) / 2, "sampled": (1 - epsilon) / 2,
         "lattanzi": (1 - epsilon) / 2, "sieve-streaming": (1 - epsilon) / 2,
         "sieve-streaming-pp": (1 - epsilon) / 2, "portfolio": (1 - epsilon) / 2,
         "threshold-greedy": 1 - 2.718281828459045 ** -1 - epsilon,
         "brute-force": 1 - 1e-9}.get(engine, 1 - 2.718281828459045 ** -1)
live, done, report, total, best = set(), 0, 0, 0.0, 0.0


def close(a, b):
    return abs(a - b) <= 1e-9 * max(1.0, abs(b))


def check():
    global report, total, best
    ids = [int(x) for x in summary[report] if x >= 0]
    chosen = [words[x] if words else str(x) for x in ids]
    assert len(set(chosen)) == len(chosen) == size[report], (done, chosen)
    assert set(chosen) <= live and alive[report] == len(live), (done, chosen)
    covered, value_now = set(), 0.0
    for e, g in zip(chosen, gain[report]):
        assert close(worth(covers[e] - covered), g), (done, e, g)
        covered |= covers[e]
    value_now = worth(covered)
    assert close(value_now, value[report]), (done, value_now, value[report])
    reference = greedy(live, summary.shape[1])
    assert bound[report] >= max(reference, value_now) * (1 - 1e-9), (done, bound[report], reference)
    assert value_now >= share * reference * (1 - 1e-9), (done, value_now, reference)
    total += value_now
    best += reference
    report += 1


if report < len(update) and update[report] == 0:
    check()
for words_of_line in lines(stream):
    if words_of_line[0] == "?":
        continue
    e = words_of_line[1]
    (live.add if words_of_line[0] == "+" else live.remove)(e)
    done += 1
    if report < len(update) and update[report] == done:
        check()
assert report == len(update), (report, len(update))
assert done == update[-1], (done, update[-1])
print(f"{report} reports, {total / best if best else 1:.4f} of greedy on average")
