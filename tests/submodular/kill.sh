#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=long timeout=1800
# kill -9 at 20 random offsets of a stream, for an engine of every class: there is no half file, and
# --resume on another number of ranks gives the same bits, counts of oracle calls included.
. "$QV_SOURCE/tests/support/cli.sh"
deck=$QV_SOURCE/inputs/submodular/churn.yaml
seed=20260101
random() { # random LIMIT: 0 … LIMIT - 1, the same sequence each time
  seed=$(((seed * 1103515245 + 12345) % 2147483648))
  echo $((seed / 65536 % $1))
}
# kill_often ENGINE UPDATES [shared]: shared: each time in groups of another size
kill_often() {
  local over=(submodular.verify=0 submodular.report.every=1000 run.step=500 "checkpoint.every=4 steps"
    "submodular.engine={name: $1}"
    "submodular.stream={from: turnstile, size: 800, updates: $2, order: random}")
  local kills=0 round=0 ranks pid victim left split=1
  rm -f straight.h5 r.h5*
  expect 0 on 0 run "$deck" output=straight.h5 "${over[@]}"
  while [ "$kills" -lt 20 ] && [ "$round" -lt 80 ]; do
    round=$((round + 1))
    ranks=$((1 + $(random 4)))
    [ -z "${3-}" ] || split=$((1 + $(random 4)))
    mpiexec -n $ranks "$QUADRIVIUM" run "$deck" output=r.h5 "${over[@]}" --resume \
      submodular.ranks-per-group=$split >/dev/null 2>err.txt &
    pid=$!
    sleep "0.$((40 + $(random 55)))"
    victim=$(ranks_of $pid | sed -n "$((1 + $(random $ranks)))p")
    if [ -n "$victim" ] && [ ! -e r.h5 ] && kill -9 "$victim" 2>/dev/null; then kills=$((kills + 1)); fi
    wait $pid || true
    for left in $(ranks_of $pid); do complain "rank $left outlived its launcher"; done
    if [ -e r.h5 ]; then
      same straight.h5 r.h5
      rm -f r.h5*
    fi
  done
  echo "$1: $kills kills in $round rounds"
  [ "$kills" -ge 20 ] || complain "only $kills kills"
  expect 0 on 3 run "$deck" output=r.h5 "${over[@]}" --resume
  same straight.h5 r.h5
  [ -z "$(find . -name '*.part')" ] || complain "temporary files are left"
}
kill_often batched 400000
kill_often lattanzi 300000
kill_often sieve-streaming-pp 300000
kill_often "stochastic-greedy, period: 5" 100000
kill_often "portfolio, members: [batched, stochastic-greedy], period: 20" 20000 shared
kill_often "portfolio, members: [sampled, sieve-streaming, threshold-greedy], period: 20" 200000
finish
