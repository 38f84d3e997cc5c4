#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# Weights of squares, one a feature, a class, or for all: exact answers against dense algebra and
# central differences; a walk on any number of ranks.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/regularisation.py" make || complain "cannot make the data"
exact() { # exact PER BIAS CLASSES SIZE
  cat >exact.yaml <<DECK
problem: bilevel.solve
output: $1-$2.h5
bilevel:
  task: {name: regularisation, per: $1, data: data$3.h5, classes: $3, bias: ${2,,}}
  method: {name: exact, at: points$4.h5, tolerance: 1e-12}
DECK
  expect 0 "$QUADRIVIUM" run exact.yaml --quiet
}
exact feature False 2 4
exact feature True 2 4
exact class False 3 3
exact scalar False 3 1
cp "$QV_SOURCE/inputs/bilevel/regularisation.yaml" .
expect 0 "$QUADRIVIUM" run regularisation.yaml output=walk.h5 bilevel.task.data=data2.h5 --quiet
expect 0 on 3 run regularisation.yaml output=three.h5 bilevel.task.data=data2.h5 --quiet
same walk.h5 three.h5
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/regularisation.py" check || complain "a figure is out of its bounds"
finish
