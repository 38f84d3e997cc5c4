#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# Unbounded smoothness with a known answer: BO-REP crosses |grad Phi| = 1 after |x0 - x*| / eta steps.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
deck=$QV_SOURCE/inputs/bilevel/exponential.yaml
/usr/bin/python3 -c 'import h5py, numpy
with h5py.File("units.h5", "w") as f: f["x"] = numpy.eye(4)'
cat >map.yaml <<'DECK'
problem: bilevel.solve
output: map.h5
bilevel:
  task: {name: exponential}
  method: {name: exact, at: units.h5, tolerance: 1e-13}
DECK
expect 0 "$QUADRIVIUM" run map.yaml --quiet
expect 0 "$QUADRIVIUM" run "$deck" output=slow.h5 --quiet
expect 0 "$QUADRIVIUM" run "$deck" output=fast.h5 --quiet bilevel.method.eta=0.02 bilevel.method.iterations=1200
# (I, N) = (50, 30) with a ball of 1 is smaller than the drift of y, and a smaller step mends that
for eta in 0.02 0.005; do
  expect 0 "$QUADRIVIUM" run "$deck" output=audit-$eta.h5 --quiet bilevel.method.{eta=$eta,iterations=600,period=50,steps=30} \
    bilevel.audit=true bilevel.seeds=1 bilevel.method.every=10
done
expect 0 on 2 run "$deck" output=two.h5 --quiet bilevel.method.eta=0.02 bilevel.method.iterations=1200
same fast.h5 two.h5
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/exponential.py" || complain "a figure is out of its bounds"
finish
