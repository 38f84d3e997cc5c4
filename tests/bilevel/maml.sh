#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=180
# MAML and ANIL on pairs of made-up classes: a step along the derivative of the reported objective, pairs
# that were not seen are served, any number of ranks, stop and resume, refusals.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/episodes.py" || complain "cannot make the data"
deck() { # deck METHOD ITERATIONS MORE
  printf '%s\n' 'problem: bilevel.solve' 'output: out.h5' 'bilevel:' \
    '  task: {name: representation, data: images.h5, hidden: 16, shots: 10, held-out: 6, precision: double}' \
    "  method: {name: $1, iterations: $2, eta: 0.3, gamma: $([ "$1" = anil ] && echo 1 || echo 0.3), steps: 4$3}"
}
# a short step of size e lowers the objective of all episodes by e |derivative|^2, to first order
for method in maml anil; do
  deck $method 1 ', every: 1' >one.yaml
  expect 0 "$QUADRIVIUM" run one.yaml output=one-$method.h5 --quiet bilevel.method.eta=1e-6
  expect 0 "$QUADRIVIUM" run one.yaml output=rough-$method.h5 --quiet bilevel.method.eta=1e-6 \
    bilevel.method.first-order=true
  deck $method 120 >$method.yaml
  expect 0 on 2 run $method.yaml output=$method.h5 --quiet bilevel.task.precision=single \
    bilevel.method.every=40
done
/usr/bin/python3 - <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, sys
good = True
for method, calls in ("maml", (6, 4)), ("anil", (6, 4)):
    with h5py.File(f"one-{method}.h5") as f, h5py.File(f"rough-{method}.h5") as g:
        fall = lambda h: h["series/objective"][0] - h["series/objective"][1]
        slope, rough = (h["series/direction_norm"][1] ** 2 * 1e-6 for h in (f, g))
        print(method, fall(f) / slope - 1, fall(g) / rough - 1)
        good &= abs(fall(f) / slope - 1) < 1e-4 and abs(fall(g) / rough - 1) > 1e-2
        good &= tuple(f[f"series/{k}_calls"][1] for k in ("gradient", "product")) == calls
        good &= tuple(g[f"series/{k}_calls"][1] for k in ("gradient", "product")) == (6, 0)
    with h5py.File(method + ".h5") as f:
        test, query = f["series/test_accuracy"], f["series/query_accuracy"]
        print(method, test[0], test[-1], query[0], query[-1])
        good &= test[-1] > test[0] + 0.1 and query[-1] > 0.85 and query[0] < 0.7
        good &= f["result/lower"].shape == (34,) and "certified_objective" not in f["result"]
sys.exit(not good)
PYTHON
few=(bilevel.method.batch=9 bilevel.method.iterations=6 bilevel.seeds=2)
for method in maml anil; do try $method.yaml few-$method "${few[@]}"; done
bits_on "2 3 4" maml.yaml few-maml "${few[@]}"
bits_after_stops "2:2 3" anil.yaml few-anil "${few[@]}"

expect 78 "$QUADRIVIUM" check maml.yaml bilevel.task.heads=each
says err.txt "bilevel.task.heads must be shared"
expect 78 "$QUADRIVIUM" check maml.yaml bilevel.certificate.every=2
says err.txt "certificate"
sed 's/task:.*/task: {name: sine}/' anil.yaml >sine.yaml
expect 78 "$QUADRIVIUM" check sine.yaml
says err.txt "bilevel.method.name anil needs a task of episodes, as representation is; bilevel.task.name sine has none"
finish
