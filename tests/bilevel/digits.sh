#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# Exact answers on real samples, handwritten digits and breast cancer of scikit-learn: against dense algebra
# and differences of Phi; the same bits on 2 ranks. Needs python3-sklearn, or its tables in $QV_SHARED.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
table() { # table NAME
  find /usr/lib/python3/dist-packages/sklearn "${QV_SHARED:-/nonexistent}" "$QV_SOURCE/../shared/data" \
    "$QV_SOURCE/../../shared/data" -name "$1" 2>/dev/null | head -1
}
digits=$(table digits.csv.gz)
cancer=$(table breast_cancer.csv)
if [ -z "$digits" ] || [ -z "$cancer" ]; then
  echo "skipped: no digits.csv.gz and breast_cancer.csv"
  exit 77
fi
export OPENBLAS_NUM_THREADS=1
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/digits.py" make "$digits" "$cancer" || complain "cannot make the data"
exact() { # exact NAME TASK
  cat >"$1.yaml" <<DECK
problem: bilevel.solve
output: $1.h5
bilevel:
  task: {$2}
  method: {name: exact, at: $1-points.h5, tolerance: 1e-14}
DECK
  try "$1.yaml" "$1"
  bits_on 2 "$1.yaml" "$1"
}
exact digits-cleaning "name: cleaning, data: digits.h5, classes: 10, l2: 0.02"
exact cancer-cleaning "name: cleaning, data: cancer.h5, classes: 2, l2: 0.02"
exact digits-class "name: regularisation, per: class, data: digits.h5, classes: 10"
exact cancer-feature "name: regularisation, per: feature, data: cancer.h5, classes: 2, bias: true"
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/digits.py" check || complain "a figure is out of its bounds"
finish
