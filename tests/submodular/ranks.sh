#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# Every engine and every objective on 1 to 4 ranks, with guesses dealt out to single ranks, with rows
# dealt out to groups of ranks, and with both: the same file, counts included. So is a run that is
# stopped and goes on with another split.
. "$QV_SOURCE/tests/support/cli.sh"
inputs=$QV_SOURCE/inputs/submodular
awk 'BEGIN {srand(7); for (x = 0; x < 37; x++) {line = ""; for (e = 0; e < 40; e++) {
  v = int(90 * rand()) / 7; line = line (e ? "," : "") (v > 4 ? v : 0)}; print line}}' >table.csv

# everywhere NAME SPLITS OVERRIDE…: one rank, then RANKS:RANKS-PER-GROUP
everywhere() {
  local name=$1 splits=$2 split
  shift 2
  expect 0 on 0 run deck.yaml output=one.h5 --force "$@"
  for split in $splits; do
    expect 0 on "${split%:*}" run deck.yaml output=more.h5 --force "$@" \
      submodular.ranks-per-group="${split#*:}"
    "$QUADRIVIUM" diff one.h5 more.h5 || complain "$name on ${split%:*} ranks in groups of ${split#*:}"
  done
}
cat >deck.yaml <<END
problem: submodular.stream
output: one.h5
submodular:
  objective: {name: facility-location, data: table.csv}
  stream: {from: turnstile, size: 25, updates: 120, order: random}
  k: 5
  report: {every: 30}
  verify: 40
END
# All engines at once; then what a portfolio does not have
everywhere portfolio "2:1 2:2 3:2 4:2 3:3 4:4" "submodular.engine={name: portfolio, period: 2, members:
  [batched, sampled, lattanzi, sieve-streaming, sieve-streaming-pp, lazy-greedy, greedy, stochastic-greedy,
  threshold-greedy]}"
everywhere awake "4:2" "submodular.engine={name: sampled, dormant: false}"
everywhere lazy-greedy "2:2" "submodular.engine={name: lazy-greedy}"

# objective NAME SPLITS REST
objective() {
  everywhere "$1" "$2" "submodular.objective={name: $1, $3}" \
    "submodular.engine={name: portfolio, members: [sampled, batched, greedy]}"
}
objective facility-location "4:2" "data: table.csv, neighbours: 6"
objective exemplar "3:3" "data: $inputs/points.csv, reference: mean"
objective exemplar "2:2" "data: $inputs/points.csv, neighbours: 9"
objective log-det "2:2 3:3" "data: $inputs/points.csv, sigma: 1.5"
objective coverage "3:2" "data: $inputs/separating.txt.gz, format: sets"
objective influence "2:2" "data: $inputs/rumour.txt, samples: 500"
objective saturated "3:3" "data: $inputs/dishes.txt, weights: $inputs/dishes-weights.txt"
objective saturated "2:2" "data: $inputs/dishes.txt, phi: min, cap: 15"

# Stopped twice, each part with another split
for engine in "portfolio, members: [batched, threshold-greedy, lattanzi], period: 3" sieve-streaming-pp; do
  over=("submodular.engine={name: $engine}" run.step=37)
  rm -f more.h5*
  expect 0 on 0 run deck.yaml output=one.h5 --force "${over[@]}"
  expect 75 on 4 run deck.yaml output=more.h5 "${over[@]}" run.wall-time=0.001 submodular.ranks-per-group=2
  expect 75 on 3 run deck.yaml output=more.h5 "${over[@]}" run.wall-time=0.001 --resume submodular.ranks-per-group=3
  expect 0 on 2 run deck.yaml output=more.h5 "${over[@]}" --resume submodular.ranks-per-group=1
  same one.h5 more.h5
done
finish
