#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# Weights from the history of losses: against a version written anew, planted wrong labels beside BO-REP,
# any number of ranks, stop and resume, refusals.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/loss_history.py" make || complain "cannot make the data"
sed 's/data: .*/data: noise-10.h5/; s/classes: .*/classes: 3/; s/l2: .*/l2: 0.01/' \
  "$QV_SOURCE/inputs/bilevel/loss-history.yaml" >deck.yaml
whole=(bilevel.method.batch=600 bilevel.method.gamma=0.5)
try deck.yaml few "${whole[@]}" bilevel.method.iterations=2
try deck.yaml third "${whole[@]}" bilevel.method.iterations=3
try deck.yaml whole "${whole[@]}" bilevel.method.iterations=40
try deck.yaml harder "${whole[@]}" bilevel.method.iterations=25 bilevel.method.outlier=0.7 bilevel.method.warm-up=5
drawn=(bilevel.method.batch=100 bilevel.method.iterations=100 bilevel.method.gamma=0.5)
try deck.yaml drawn "${drawn[@]}"
for part in 10 40; do
  try deck.yaml loss-history-$part bilevel.task.data=noise-$part.h5 bilevel.method.batch=100 \
    bilevel.method.iterations=600 bilevel.method.gamma=0.5
  sed "s/method:.*/method: {name: bo-rep, iterations: 600}/" deck.yaml >bo-rep.yaml
  try bo-rep.yaml bo-rep-$part bilevel.task.data=noise-$part.h5
done
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/loss_history.py" check || complain "a figure is out of its bounds"

bits_on "2 3" deck.yaml drawn "${drawn[@]}"
bits_after_stops "2:33 3" deck.yaml drawn "${drawn[@]}"
expect 0 on 2 run deck.yaml output=longer.h5 "${drawn[@]}" --quiet bilevel.method.iterations=51
try deck.yaml longer "${drawn[@]}" --resume
same drawn.h5 longer.h5

expect 78 "$QUADRIVIUM" check deck.yaml bilevel.certificate.every=2
says err.txt "certificate"
expect 78 "$QUADRIVIUM" check deck.yaml bilevel.method.eta=1
says err.txt "eta"
sed 's/task:.*/task: {name: sine}/; /^    /d' deck.yaml >sine.yaml
expect 78 "$QUADRIVIUM" check sine.yaml
says err.txt "bilevel.method.name loss-history needs a task with a weight for each training sample"
finish
