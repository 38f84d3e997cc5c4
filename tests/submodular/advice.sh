#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=60
# `check` says where recomputing or a sieve is the better choice, and is silent where it is not.
. "$QV_SOURCE/tests/support/cli.sh"
seq 1 50 | awk '{print $1, $1 % 7}' >sets.txt
cat >deck.yaml <<'END'
problem: submodular.stream
output: out.h5
submodular:
  objective: {name: coverage, data: sets.txt, format: sets}
  stream: {from: sliding-window, window: 5000}
  engine: {name: batched}
  k: 20
  report: {every: 100}
END
# advises TEXT OVERRIDE…: the check says TEXT; silent OVERRIDE…: it advises nothing
advises() {
  expect 0 on 0 check deck.yaml "${@:2}"
  cat out.txt err.txt >said.txt
  says said.txt "$1"
}
silent() {
  expect 0 on 0 check deck.yaml "$@"
  if cat out.txt err.txt | grep -E 'cheaper|sieve-streaming makes|grow with|answers:'; then complain "advice for $*"; fi
}
silent
silent submodular.engine.name=sampled
silent submodular.engine.name=lazy-greedy submodular.report.every=5000
advises 'engine lazy-greedy with period 1000 is cheaper' submodular.report.every=1000
advises 'about 5.2 oracle calls an update instead of at least 6' submodular.report.every=1000
advises 'is so short against k = 20' submodular.stream.window=40 submodular.report.every=1
silent submodular.stream.window=1000 submodular.report.every=1
# all guesses awake, `sampled` costs more than choosing anew at each of a thousand live elements
advises 'engine lazy-greedy with period 1 is cheaper' submodular.report.every=1 \
  'submodular.stream={from: turnstile, size: 800, updates: 1000}' \
  'submodular.engine={name: sampled, dormant: false}'
advises 'the engine sieve-streaming makes the same promise' \
  'submodular.stream={from: sliding-window, window: 5000, updates: 5000}'
silent 'submodular.stream={from: sliding-window, window: 5000, updates: 5000}' \
  submodular.engine.name=sieve-streaming
advises 'its oracle calls grow with the window' 'submodular.stream={from: separating, window: 5000}' \
  submodular.engine.name=sieve-streaming-pp
silent 'submodular.stream={from: separating, window: 5000}'
advises 'this stream looks at the answers' \
  'submodular.stream={from: adaptive, size: 5000, updates: 100}'
finish
