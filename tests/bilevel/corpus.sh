#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# Hyper-cleaning of texts out of lines "label, tab, words", gzip too: the splits hold the texts of the
# file, words are their buckets; made-up noise; any number of ranks; what is refused.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/corpus.py" make || complain "cannot make the data"
cat >corpus.yaml <<'DECK'
problem: bilevel.solve
bilevel:
  task: {name: rnn-cleaning, data: main.tsv.gz, test-data: test.tsv, features: 64, length: 6,
         train: 90, validation: 30, classes: 2, hidden: 8, head: 8, precision: double}
  method: {name: bo-rep, iterations: 2, eta: 0.2, gamma: 0.5, nu: 0.02, period: 2, steps: 2, batch: 32}
DECK
sed 's/data: main.*64,/data: same.h5,/; s/train: 90, validation: 30,//' corpus.yaml >same.yaml
expect 0 "$QUADRIVIUM" run corpus.yaml output=corpus.h5 --quiet
expect 0 "$QUADRIVIUM" run same.yaml output=same-out.h5 --quiet
try corpus.yaml noisy bilevel.task.{noise=0.3,noise-kind=other}
bits_on 2 corpus.yaml noisy bilevel.task.{noise=0.3,noise-kind=other}
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/corpus.py" check || complain "a figure is not that of the texts"

printf '0\tone two\n1\t \n' >empty.tsv
expect 65 "$QUADRIVIUM" run corpus.yaml --quiet bilevel.task.data=empty.tsv output=bad.h5
says err.txt "empty.tsv:2: has a label, but no words"
expect 65 "$QUADRIVIUM" run corpus.yaml --quiet bilevel.task.train=100 output=bad.h5
says err.txt "main.tsv.gz: has 120 samples, but 130 are asked for"
expect 78 "$QUADRIVIUM" run corpus.yaml --quiet bilevel.task.format=csv output=bad.h5
says err.txt "rnn-cleaning reads hdf5 and text, not csv"
finish
