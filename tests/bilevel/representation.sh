#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# Hyper-representation: an encoder that pairs of classes taught serves pairs that it has not seen; the
# exact hypergradient is the derivative of Phi; any number of ranks, stop and resume; bad data.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/episodes.py" || complain "cannot make the data"
cp "$QV_SOURCE/inputs/bilevel/representation.yaml" .
expect 0 "$QUADRIVIUM" run representation.yaml output=long.h5 --quiet bilevel.method.iterations=200
/usr/bin/python3 - <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, sys
f = h5py.File("long.h5")
test = f["series/test_accuracy"]
print(test[0], test[-1], f["result/lower"].shape, f["result/certified_gradient"][()])
sys.exit(not (test[0] < 0.75 and test[-1] > 0.9 and f["result/lower"].shape == (22, 34)))
PYTHON

# Phi on both sides of a point, and the hypergradient there
/usr/bin/python3 - <<'PYTHON'
import h5py, numpy as np
x = h5py.File("long.h5")["result/upper"][()]
d = np.random.default_rng(0).normal(size=x.shape)
with h5py.File("points.h5", "w") as f:
    f["x"] = [x + s * 1e-4 * d for s in (-2, -1, 0, 1, 2)]
PYTHON
sed 's/method:.*/method: {name: exact, at: points.h5, tolerance: 1e-12}/' representation.yaml >exact.yaml
expect 0 "$QUADRIVIUM" run exact.yaml output=exact.h5 --quiet bilevel.task.precision=double bilevel.task.l2=0.1
/usr/bin/python3 - <<'PYTHON' || complain "the hypergradient is not the derivative"
import h5py, sys
f = h5py.File("exact.h5")
p, x = f["result/objective"][()], h5py.File("points.h5")["x"][()]
slope = (p[0] - 8 * p[1] + 8 * p[3] - p[4]) / 12
want = f["result/hypergradient"][2] @ (x[3] - x[2])
print(slope, want, abs(slope / want - 1))
sys.exit(not abs(slope / want - 1) < 1e-6)
PYTHON

grep -v "task:" representation.yaml | sed 's/eta: 0.05/eta: 0.05, parameters: given, gamma: 0.1, nu: 0.1/
  s/^bilevel:/&\n  task: {name: representation, encoder: rnn, data: texts.h5, heads: shared, head: 6, hidden: 8}/' >texts.yaml
few=(bilevel.method.iterations=6 bilevel.method.batch=9 bilevel.task.adapt-steps=3)
try representation.yaml pairs "${few[@]}"
bits_on "2 3 4" representation.yaml pairs "${few[@]}"
bits_after_stops "2:2 1" representation.yaml pairs "${few[@]}"
try texts.yaml words bilevel.method.iterations=6
bits_on 3 texts.yaml words bilevel.method.iterations=6

expect 65 "$QUADRIVIUM" run representation.yaml output=bad.h5 --quiet bilevel.task.held-out=28
says err.txt "8 classes make 28 pairs"
expect 65 "$QUADRIVIUM" run representation.yaml output=bad.h5 --quiet bilevel.task.shots=100
says err.txt "each class must have 2 bilevel.task.shots samples"
/usr/bin/python3 -c "
import h5py
with h5py.File('texts.h5', 'r+') as f: f['task/query/label'][2, 3] = 2"
expect 65 "$QUADRIVIUM" run texts.yaml output=bad.h5 --quiet bilevel.method.iterations=6
says err.txt "/task/query/label[2, 3] is 2, must be a whole number from 0 to 1"
expect 78 "$QUADRIVIUM" run representation.yaml output=bad.h5 --quiet bilevel.task.head=4
says err.txt "the recipe needs a lower level that is convex"
# pairs of the classes of a corpus by the recurrent encoder: held-out ones are learnt from a few texts
cat >corpus.yaml <<'DECK'
problem: bilevel.solve
bilevel:
  task: {name: representation, encoder: rnn, data: corpus.tsv, hidden: 12, shots: 8, held-out: 3, features: 512}
  method: {name: bo-rep, parameters: given, iterations: 40, eta: 0.1, gamma: 0.5, nu: 0.1, steps: 3}
DECK
try corpus.yaml corpus
bits_on 3 corpus.yaml corpus
/usr/bin/python3 - <<'PYTHON' || complain "the encoder does not serve pairs that are held out"
import h5py, sys
f = h5py.File("corpus.h5")
test = f["series/test_accuracy"]
print("texts:", test[0], test[-1], f["result/lower"].shape)
sys.exit(not (test[0] < 0.8 and test[-1] > 0.9 and f["result/lower"].shape[0] == 7))
PYTHON
expect 78 "$QUADRIVIUM" check corpus.yaml output=bad.h5 bilevel.task.format=csv
says err.txt "bilevel.task.encoder rnn reads hdf5 and text, not csv"
expect 65 "$QUADRIVIUM" run corpus.yaml output=bad.h5 --quiet bilevel.task.shots=100
says err.txt "5 classes make 10 pairs"

# pairs out of a table are those out of HDF5, bytes too
mkdir -p tables
for name in images bytes; do
  expect 0 "$QUADRIVIUM" run representation.yaml output=$name-out.h5 --quiet --force \
    bilevel.method.iterations=3 bilevel.task.data=$name.h5
  expect 0 on 2 run representation.yaml output=tables/$name-out.h5 --quiet \
    bilevel.method.iterations=3 bilevel.task.data=$name.csv
  for set in result/lower result/upper series; do
    h5diff $name-out.h5 tables/$name-out.h5 /$set /$set || complain "/$set of $name.csv is not that of $name.h5"
  done
done
finish
