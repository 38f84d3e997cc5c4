#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=180
# Readers of labelled data: the same samples in every format, single against double precision, wrong
# labels on purpose, files that are wrong.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/readers.py" make || complain "cannot make the data"
cat >exact.yaml <<'DECK'
problem: bilevel.solve
output: out.h5
bilevel:
  task: {name: cleaning, data: first.csv, classes: 3, l2: 0.02, train: 22, validation: 2, test: 0}
  method: {name: exact, at: zero.h5, tolerance: 1e-11}
DECK
sed 's/data: first.csv/format: idx, train-images: images.gz, train-labels: labels.gz/' exact.yaml >idx.yaml
exact() { # exact NAME OVERRIDES…
  local name=$1
  shift
  expect 0 "$QUADRIVIUM" run exact.yaml "output=$name-out.h5" --quiet "$@"
}
exact first bilevel.task.standardise=true
exact named bilevel.task.standardise=true bilevel.task.data=named.csv.gz bilevel.task.label=class
exact svm bilevel.task.standardise=true bilevel.task.data=data.svm
exact tsv bilevel.task.data=data.tsv.gz bilevel.task.features=7
expect 0 "$QUADRIVIUM" run idx.yaml output=idx-out.h5 --quiet

# drawn batches of bytes: single against double, any number of ranks
cat >walk.yaml <<'DECK'
problem: bilevel.solve
output: out.h5
bilevel:
  task: {name: cleaning, data: big.csv, classes: 2, standardise: true, noise: 0.3, noise-kind: other, bias: true}
  method: {name: bo-rep, parameters: given, iterations: 30, eta: 0.5, gamma: 0.1, nu: 0.1, batch: 70, steps: 3}
DECK
try walk.yaml single
try walk.yaml other
try walk.yaml double bilevel.task.precision=double
try walk.yaml redraw bilevel.task.noise-kind=redraw
bits_on "2 3 4" walk.yaml single
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/readers.py" check || complain "a figure is out of its bounds"

# bad TEXT FILE CONTENT OVERRIDES…: the file is refused, exit code 65
bad() {
  local text=$1 name=$2 content=$3
  shift 3
  printf '%b' "$content" >"$name"
  expect 65 "$QUADRIVIUM" run exact.yaml "bilevel.task.data=$name" --quiet --force "$@"
  says err.txt "$text"
}
bad "x.csv:2:3: column 2 is not finite" x.csv '0,1,2\n1,nan,3\n2,1,1\n'
bad "x.csv:1: the label 0.5 is no whole number" x.csv '0.5,1,2\n1,2,3\n2,1,1\n'
bad "has 2 different labels, from 0 to 1, but bilevel.task.classes is 3" x.csv '0,1,2\n1,2,3\n'
bad "has no column 'kind'" x.csv '0,1,2\n1,2,3\n2,1,1\n' bilevel.task.label=kind
bad "has 3 samples, but 24 are asked for" x.csv '0,1,2\n1,2,3\n2,1,1\n'
bad "x.svm:2: '0:4' has an index that is not in 1 to 16777216" x.svm '0 1:1\n1 0:4\n2 2:1\n'
bad "x.svm:1: '1:2' does not come in increasing order" x.svm '0 3:1 1:2\n'
bad "x.svm:3: '2=1' is no pair index:value" x.svm '0 1:1\n1 1:4\n2 2=1\n'
bad "x.svm:1: '2:inf' has no finite value" x.svm '0 2:inf\n'
bad "x.svm:1: 'spam' is no label" x.svm 'spam 2:1\n'
bad "x.svm:1: '9:1' is beyond bilevel.task.features" x.svm '0 9:1\n' bilevel.task.features=8
bad "x.tsv:2: 'no tab' is no label" x.tsv '0\ta b\nno tab\n'
bad "holds no samples" x.tsv '# nothing\n'
bad "test.csv: has 3 features, the training data have 5" test.csv '0,1,2,3\n' \
  bilevel.task.data=first.csv bilevel.task.test-data=test.csv
bad "test.csv:1: label 7 of sample 0 is not one of the 3 classes" test.csv '7,1,2,3,4,5\n' \
  bilevel.task.data=first.csv bilevel.task.test-data=test.csv
head -c 40 data.tsv.gz >cut.tsv.gz
expect 65 "$QUADRIVIUM" run exact.yaml bilevel.task.data=cut.tsv.gz --force
says err.txt "cut.tsv.gz: truncated or damaged gzip data"

# badidx TEXT BYTES: images of these bytes
badidx() {
  printf '%b' "$2" >images.raw
  expect 65 "$QUADRIVIUM" run idx.yaml bilevel.task.train-images=images.raw --quiet --force
  says err.txt "$1"
}
badidx "begins with 00 00 0d 03, expected 00 00 08" '\0\0\015\003\0\0\0\001'
badidx "images.raw: is cut off: 2 bytes are missing" '\0\0\010\002\0\0'
badidx "is cut off: 3 bytes are missing of the 4" '\0\0\010\002\0\0\0\002\0\0\0\002a'
badidx "goes on behind the 4 bytes" '\0\0\010\002\0\0\0\002\0\0\0\002abcdef'
badidx "labels.gz: has 24 labels, but there are 2 images" '\0\0\010\002\0\0\0\002\0\0\0\002abcd'
badidx "has axes of length zero" '\0\0\010\002\0\0\0\000\0\0\0\002'
badidx "has one axis, expected [sample, row, column]" '\0\0\010\001\0\0\0\002ab'
expect 65 "$QUADRIVIUM" run idx.yaml bilevel.task.classes=2 --quiet --force
says err.txt "labels.gz: label 2 of sample 2 is not one of the 2 classes"
expect 66 "$QUADRIVIUM" run idx.yaml bilevel.task.train-labels=none.gz --quiet --force
expect 78 "$QUADRIVIUM" run exact.yaml bilevel.task.name=regularisation bilevel.task.per=feature --quiet --force
finish
