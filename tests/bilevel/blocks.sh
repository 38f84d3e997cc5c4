#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# lion-k with bounds of groups and of singular values: the solution of a quadratic problem as projected
# gradients find it, an error that falls with the step; regularisation, on any number of ranks and after a stop.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/blocks.py" make || complain "cannot make the data"
cat >quad.yaml <<'DECK'
problem: bilevel.solve
output: quad-out.h5
bilevel:
  task: {name: quadratic, data: twelve.h5}
  method: {name: soba, iterations: 2000, every: 2000, eta: 3e-3, gamma: 0.3, nu: 0.3,
           optimizer: {name: lion-k, bound: 0.3}}
DECK
group=(bilevel.method.optimizer.{k=group,group=3})
nuclear=(bilevel.method.optimizer.{k=nuclear,rows=2,columns=3})
upright=(bilevel.method.optimizer.{k=nuclear,rows=6,columns=2})
finer=(bilevel.method.{eta=3e-4,iterations=20000,every=20000})
try quad.yaml group "${group[@]}"
try quad.yaml group-finer "${group[@]}" "${finer[@]}"
try quad.yaml nuclear "${nuclear[@]}"
try quad.yaml nuclear-finer "${nuclear[@]}" "${finer[@]}"
try quad.yaml upright "${upright[@]}"
try quad.yaml upright-finer "${upright[@]}" "${finer[@]}"
try quad.yaml box bilevel.method.optimizer.k=box
try quad.yaml ones bilevel.method.optimizer.{k=group,group=1}
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/blocks.py" check || complain "a figure is out of its bounds"

cat >weights.yaml <<'DECK'
problem: bilevel.solve
output: weights-out.h5
bilevel:
  task: {name: regularisation, per: class, data: large.h5, classes: 3}
  method: {name: saba, iterations: 12, every: 4, eta: 0.05, gamma: 0.3, nu: 0.3, batch: 100,
           optimizer: {name: lion-k, bound: 2, k: group, group: 3}}
DECK
sed 's/k: group, group: 3/k: nuclear, rows: 1, columns: 3/' weights.yaml >matrix.yaml
bits 5 weights.yaml w-group
bits 5 matrix.yaml w-nuclear
# a matrix of one row is a group, but for rounding
/usr/bin/python3 -c 'import h5py
a, b = (h5py.File(f"w-{k}.h5")["result/upper"][()] for k in ("group", "nuclear"))
exit(not (abs(a - b).max() < 1e-13 and abs(a).max() > 0.1))' || complain "a matrix of one row is not a group"

# what is no longer finite ends the run with a word, not in LAPACK
wild() { # wild OVERRIDES…
  expect 2 "$QUADRIVIUM" run quad.yaml output=wild.h5 bilevel.method.gamma=1e3 --force "$@"
  says err.txt "no longer finite"
}
wild "${group[@]}"
wild "${nuclear[@]}"

# what makes no sense is said
refuse() { # refuse TEXT COMMAND…
  local text=$1
  shift
  expect 78 "$QUADRIVIUM" "$@"
  says err.txt "$text"
  [ ! -e no.h5 ] || complain "no.h5 is there"
}
o=bilevel.method.optimizer
refuse $o.group check quad.yaml $o.k=group
refuse $o.rows check quad.yaml $o.k=nuclear $o.columns=3
refuse $o.columns check quad.yaml $o.k=nuclear $o.rows=3
refuse $o.group check quad.yaml $o.k=group $o.group=0
refuse $o.rows check quad.yaml $o.k=nuclear $o.rows=0 $o.columns=3
refuse $o.rows check quad.yaml $o.k=group $o.group=3 $o.rows=3
refuse "groups of 5 leave some of the 12 upper variables over" run quad.yaml output=no.h5 $o.k=group $o.group=5 --quiet
refuse "matrices of 2 rows and 4 columns leave some of the 12 upper variables over" \
  run quad.yaml output=no.h5 $o.k=nuclear $o.rows=2 $o.columns=4 --quiet
refuse "groups of 2 leave some of the 3 upper variables over" \
  run weights.yaml output=no.h5 $o.k=group $o.group=2 --quiet
cat >ridge.yaml <<'DECK'
problem: bilevel.solve
output: no.h5
bilevel:
  task: {name: ridge}
  method: {name: soba, iterations: 10, eta: 0.01, gamma: 0.1, nu: 0.1, optimizer: {name: lion-k, bound: 1, k: group, group: 4}}
DECK
refuse "groups of 4 leave some of the 6 upper variables over" check ridge.yaml
expect 0 "$QUADRIVIUM" check ridge.yaml bilevel.task.upper=8
refuse "groups of 4 leave some of the 1 upper variables over" check ridge.yaml bilevel.task.name=sine
sed 's/name: ridge/name: cleaning, data: large.h5, classes: 3/' ridge.yaml >cleaning.yaml
refuse "those of bilevel.task.name cleaning belong to samples" check cleaning.yaml
finish
