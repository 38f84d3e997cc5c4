#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# y updated when x has drifted: y stays as near to y* as the recipe tolerates, by fewer steps than with a
# fixed period once x moves to and fro; any number of ranks, stop and resume.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
cat >exponential.yaml <<'DECK'
problem: bilevel.solve
output: out.h5
bilevel:
  task: {name: exponential}
  method: {name: bo-rep, iterations: 3000, every: 1, eta: 0.02}
DECK
for update in period drift; do
  expect 0 "$QUADRIVIUM" run exponential.yaml --quiet output=$update.h5 bilevel.method.update=$update
done
/usr/bin/python3 - <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, numpy as np, sys
good, calls = True, {}
for update in "period", "drift":
    with h5py.File(update + ".h5") as f:
        near, slope = f["series/lower_distance"][()], f["series/hypergradient_norm"][()]
        steps = np.diff(f["series/gradient_calls"][()]) - 2
        s = {k: f["result/parameters/" + k][()] for k in f["result/parameters"]}
    calls[update] = steps.sum()
    print(update, calls[update], near[1:].max(), s["tracking"], slope[-500:].mean(), np.diff(np.nonzero(steps)[0])[:5])
    good &= near[1:].max() < s["tracking"] and slope[-500:].mean() < 1
    # x goes straight at first, where both rules are one: a period, or the next iteration
    first = np.diff(np.nonzero(steps)[0])[:20]
    good &= first.min() >= s["period"] and first.max() <= s["period"] + 1
    good &= np.all(steps[steps > 0] == s["steps"])
sys.exit(not (good and calls["drift"] < 0.8 * calls["period"]))
PYTHON

cat >cleaning.yaml <<'DECK'
problem: bilevel.solve
output: cleaning-out.h5
bilevel:
  task: {name: cleaning, data: large.h5, classes: 3, l2: 0.02}
  method: {name: bo-rep, iterations: 40, eta: 0.2, budget: 2, batch: 200, update: drift}
DECK
bits 17 cleaning.yaml all
expect 78 "$QUADRIVIUM" check cleaning.yaml bilevel.method.parameters=given
says err.txt "bilevel.method.update"
finish
