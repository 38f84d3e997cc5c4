#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=600
# Time of an outer iteration of BO-REP on the cleaning of texts (vectors of 50, two recurrent layers of
# 64, 40 words, batches of 32, 6 lower steps every 2 iterations) against PyTorch on one core, the two in
# turn; asked for: at most half of PyTorch's.
. "$QV_SOURCE/tests/support/cli.sh"
[ "${QV_CONFIG:-Release}" = Release ] || { echo "skipped: not a release build"; exit 77; }
/usr/bin/python3 -c 'import h5py, torch' 2>/dev/null || { echo "skipped: no h5py or no PyTorch"; exit 77; }
/usr/bin/python3 - <<'PYTHON'
import h5py, numpy as np
r = np.random.default_rng(0)
with h5py.File("texts.h5", "w") as f:
    for name, n in ("train", 2000), ("validation", 400):
        f[name + "/tokens"] = r.integers(0, 4000, (n, 40)).astype("i4")
        f[name + "/label"] = r.integers(0, 2, n)
PYTHON
cat >rnn.yaml <<'DECK'
problem: bilevel.solve
output: rnn.h5
bilevel:
  task: {name: rnn-cleaning, data: texts.h5, classes: 2}
  method: {name: bo-rep, iterations: 100, every: 100, eta: 0.1, gamma: 0.1, nu: 0.02, period: 2, steps: 6, batch: 32}
DECK
for round in 1 2 3 4 5; do
  expect 0 "$QUADRIVIUM" run rnn.yaml --quiet --force
  /usr/bin/python3 - >>ours.txt <<'PYTHON'
import h5py
print(1e3 * h5py.File("rnn.h5")["run/series/seconds"][-1] / 100)
PYTHON
  /usr/bin/python3 "$QV_SOURCE/bench/rnn_torch.py" 30 >>torch.txt || complain "PyTorch failed in round $round"
done
/usr/bin/python3 - <<'PYTHON' || complain "less than twice as fast as PyTorch"
import sys
ours, torch = (sorted(float(line) for line in open(name)) for name in ("ours.txt", "torch.txt"))
print("ms an iteration, least and median: ours %.1f %.1f, PyTorch %.1f %.1f; ratio %.1f %.1f" % (
    ours[0], ours[2], torch[0], torch[2], torch[0] / ours[0], torch[2] / ours[2]))
sys.exit(torch[0] < 2 * ours[0])
PYTHON
finish
