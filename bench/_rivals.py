# SPDX-License-Identifier: GPL-3.0-or-later
# Parts of bench/_rivals.sh, for an experiment, `pictures` or `mail`:
#   decks               write the decks of all trials, name them
#   final NOISE SEED…   choose each method's best trial, write its decks for these seeds, name them
#   curves NAME…        copies of these runs in curves/ without what the first report says, which hides the rest
#   table NOISE SEED…   the table of these runs; accuracy and loss are means of the last five reports
import os
import shutil
import sys

import h5py
import numpy as np

FOLDER = "/usr/share/datasets/fashion-mnist/"
ABOVE, LENGTH, SHRINKING, BELOW = range(4)  # what is tuned: eta, eta of normalised steps, eta of steps that shrink; gamma
EXPERIMENTS = {
    "pictures": {
        "calls": 11000,  # 2000 iterations of BO-REP
        "task": "name: cleaning, train: 20000, validation: 5000, standardise: true, l2: 0.01",
        # tuned on 10000 more of the training pictures: the test pictures have no part in the choice
        "trial": f"format: idx, classes: 10, train-images: {FOLDER}train-images-idx3-ubyte.gz, "
                 f"train-labels: {FOLDER}train-labels-idx1-ubyte.gz, test: 10000",
        "final": "data: fashion-mnist",
        "trial-noise": 0.5, "batch": 512, "gamma": 0.1, "nu": 0.1, "steps": 3,
        "epoch": 40,  # calls that see all training samples once
        "tuned": {ABOVE: (200, 2e3, 2e4, 2e5), LENGTH: (0.5, 1.5, 5, 15), SHRINKING: (2e3, 2e4, 2e5, 2e6),
                  BELOW: (0.003, 0.01, 0.03, 0.1)},
        "level": 0.82,
        "spread": 0.002,  # of accuracies: half of the standard error of 10000 pictures
    },
    "mail": {
        "calls": 4200,  # 600 iterations of BO-REP
        "task": "name: rnn-cleaning, data: mail.tsv.gz, classes: 2, l2: 1e-3, length: 60, features: 4096, train: 2000, "
                "validation: 400, noise-kind: other",
        "trial": "test: 1500",
        "final": "test-data: held.tsv.gz, test: 1",
        "trial-noise": 0.3, "batch": 32, "gamma": 0.2, "nu": 0.02, "steps": 6,
        "epoch": 63,
        "tuned": {ABOVE: (20, 200, 2e3, 2e4), LENGTH: (0.2, 0.6, 2, 6), SHRINKING: (200, 2e3, 2e4, 2e5),
                  BELOW: (0.02, 0.06, 0.2, 0.6)},
        "level": 0.85,
        "spread": 0.004,
    },
}
HERE = EXPERIMENTS[sys.argv[1]]
N = HERE["steps"]
# calls an iteration, calls at the start, what is tuned, keys of its own; three terms, and three steps a call of the
# methods that take more than one there
METHODS = {
    "bo-rep": (4 + N / 2, 0, LENGTH, f"parameters: given, period: 2, steps: {N}"),
    "slip": (5, 0, LENGTH, ""),
    "accbo": (12 + N / 2, 0, LENGTH, f"period: 2, steps: {N}, terms: 3"),
    "soba": (5, 0, ABOVE, ""),
    "saba": (5, 3.5 * HERE["epoch"], ABOVE, ""),
    "ma-soba": (5, 0, ABOVE, ""),
    "amigo": (11, 0, ABOVE, "steps: 3"),
    "stocbio": (9, 0, ABOVE, "steps: 3"),
    "ttsa": (5, 0, SHRINKING, "terms: 3"),
    "f2sa": (12, 0, ABOVE, "steps: 3"),
    # its weights have no steps: gamma is tuned; the pass over all samples is one call; many wrong labels are no
    # outliers, and limits of 0.5 to 2 leave them most of their weight
    "loss-history": (1 + 1 / HERE["epoch"], 0, BELOW, "outlier: 0"),
}
if os.environ.get("QV_METHODS"):
    METHODS = {m: METHODS[m] for m in os.environ["QV_METHODS"].split()}


def tuned(method):
    return "gamma" if METHODS[method][2] == BELOW else "eta"


def deck(name, method, value, seed, noise, data, reports):
    each, start, _, keys = METHODS[method]
    iterations = round((HERE["calls"] - start) / each)
    steps = f"{tuned(method)}: {value}"
    if tuned(method) == "eta":
        steps += f", gamma: {(3 if method == 'ttsa' else 1) * HERE['gamma']}, nu: {HERE['nu']}"
    with open(name + ".yaml", "w") as f:
        f.write(f"""problem: bilevel.solve
output: {name}.h5
seed: {seed}
bilevel:
  task: {{{HERE["task"]}, {data}, noise: {noise}}}
  method: {{name: {method}, iterations: {iterations}, every: {-(-iterations // reports)}, batch: {HERE["batch"]}, {steps},
           tolerance: 0.3{", " * bool(keys)}{keys}}}
""")
    print(name)


def trials():
    for m in METHODS:
        for i, value in enumerate(HERE["tuned"][METHODS[m][2]]):
            yield f"{m}-trial-{i}", m, value


def decks():
    for name, m, value in trials():
        deck(name, m, value, 100, HERE["trial-noise"], HERE["trial"], 1)


def last(name, key):
    try:
        with h5py.File(name + ".h5") as f:
            return f["series/" + key][-1]
    except OSError:
        return -np.inf


def chosen(method):
    best = max((t for t in trials() if t[1] == method),
               key=lambda t: (last(t[0], "test_accuracy"), -last(t[0], "objective")))
    if last(best[0], "test_accuracy") == -np.inf:
        sys.exit(f"no trial of {method} came to its end")
    return best[2]


def final(noise, *seeds):
    for m in METHODS:
        value = chosen(m)
        print(f"{m}: {tuned(m)} {value:g}:", " ".join(
            f"{last(t[0], 'test_accuracy'):.4f}" for t in trials() if t[1] == m), file=sys.stderr)
        for seed in seeds:
            deck(f"{m}-{noise}-{seed}", m, value, seed, noise, HERE["final"], 30)


def read(name):
    with h5py.File(name + ".h5") as f:
        s = f["series"]
        calls = s["gradient_calls"][()] + s["product_calls"][()] + s["cross_calls"][()]
        there = np.flatnonzero(s["test_accuracy"][()] >= HERE["level"])
        m = f["result/parameters"]
        return [s["test_accuracy"][-5:].mean(), s["objective"][-5:].mean(), s["weight_clean"][-1],
                s["weight_corrupted"][-1], calls[-1], calls[there[0]] if len(there) else np.inf,
                s["samples"][-1], f["run/series/seconds"][-1], m["gamma"][()]]


def table(noise, *seeds):
    rows = {m: np.array([read(f"{m}-{noise}-{seed}") for seed in seeds]) for m in METHODS}
    print(f"wrong labels: {noise}\n"
          "| method | tuned; gamma | test accuracy (least, most) | validation loss | weights, true and wrong | calls | "
          f"calls to {HERE['level']} | 10^6 samples | s |\n" + "|---" * 9 + "|")
    for m, r in rows.items():
        v = r.mean(0)
        reached = "" if np.isinf(v[5]) else f"{v[5]:.0f}"
        print(f"| `{m}` | {tuned(m)} {chosen(m):g}; {v[8]:g} | {v[0]:.4f} ({r[:, 0].min():.4f}, "
              f"{r[:, 0].max():.4f}) | {v[1]:.4f} | {v[2]:.2f}, {v[3]:.2f} | {v[4]:.0f} | {reached} | "
              f"{1e-6 * v[6]:.1f} | {v[7]:.0f} |")
    worse, uneven = [], [m for m, r in rows.items() if abs(r[:, 4].mean() / HERE["calls"] - 1) > 0.02]
    for m, r in rows.items():
        v, us = r.mean(0), rows.get("bo-rep", r).mean(0)
        if v[0] > us[0] and v[5] < us[5]:
            print(f"{m} is more accurate than bo-rep by {v[0] - us[0]:.4f}, and {us[5] - v[5]:.0f} calls sooner at "
                  f"{HERE['level']}")
            worse += [m] if v[0] > us[0] + HERE["spread"] else []
    if uneven:
        print("not the same number of calls:", *uneven)
    sys.exit(bool(worse or uneven))


def curves(*names):
    os.makedirs("curves", exist_ok=True)
    for name in names:
        shutil.copyfile(name + ".h5", f"curves/{name}.h5")
        with h5py.File(f"curves/{name}.h5", "r+") as f:
            f["series/objective"][0] = f["series/test_accuracy"][0] = np.nan


{"decks": decks, "final": final, "curves": curves, "table": table}[sys.argv[2]](*sys.argv[3:])
