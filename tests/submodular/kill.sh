#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=long timeout=1800
# kill -9 at 20 random offsets of a stream, for an engine of every class: there is no half file, and
# --resume on another number of ranks gives the same bits, counts of oracle calls included.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/kill.sh"
deck=$QV_SOURCE/inputs/submodular/churn.yaml
# kill_often ENGINE UPDATES [shared]: shared: each time in groups of another size
kill_often() {
  local split=${3-}
  vary() {
    also=()
    [ -n "$split" ] || return 0
    random 4
    also=("submodular.ranks-per-group=$((1 + drawn))")
  }
  local over=(submodular.verify=0 submodular.report.every=1000 run.step=500 "checkpoint.every=4 steps"
    "submodular.engine={name: $1}"
    "submodular.stream={from: turnstile, size: 800, updates: $2, order: random}")
  rm -f straight.h5 r.h5*
  expect 0 on 0 run "$deck" output=straight.h5 "${over[@]}"
  echo "$1"
  kill_and_resume 20 80 4 40 94
}
kill_often batched 400000
kill_often lattanzi 300000
kill_often sieve-streaming-pp 300000
kill_often "stochastic-greedy, period: 5" 100000
kill_often "portfolio, members: [batched, stochastic-greedy], period: 20" 20000 shared
kill_often "portfolio, members: [sampled, sieve-streaming, threshold-greedy], period: 20" 200000
finish
