#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=quality timeout=600
# The memory that `check` tells is what a run takes, within 25 %, for every objective.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/memory.sh"
awk 'BEGIN {srand(3)
  for (e = 0; e < 60000; e++) {
    printf "%d", e >"sets.txt"; printf "%d", e >"lists.txt"
    for (i = 0; i < 50; i++) {printf " %d", int(200000 * rand()) >"sets.txt"
      if (i < 25) printf " %d %.3f", 2000 * i + int(2000 * rand()), rand() >"lists.txt"}
    print "" >"sets.txt"; print "" >"lists.txt"}
  for (i = 0; i < 900000; i++) print int(60000 * rand()), int(60000 * rand()) >"edges.txt"
  for (i = 0; i < 1500; i++) {for (j = 0; j < 2500; j++) printf "%.2f ", rand() >"table.txt"; print "" >"table.txt"}
  for (i = 0; i < 4000; i++) print rand(), rand(), rand() >"points.txt"
  for (i = 0; i < 1800; i++) {for (j = 0; j < 1800; j++) printf "%s ", i == j ? 1 : "1e-4" >"kernel.txt"; print "" >"kernel.txt"}}'
cat >deck.yaml <<'END'
problem: submodular.stream
output: out.h5
submodular:
  objective: {name: coverage, data: sets.txt, format: sets}
  stream: {from: sliding-window, window: 500, updates: 3000}
  engine: {name: batched}
  k: 20
END
# tells OBJECTIVE OVERRIDE…
tells() { same_memory 0 1.25 deck.yaml "submodular.objective={$1}" "${@:2}"; }
tells 'name: coverage, data: sets.txt, format: sets'
tells 'name: coverage, data: edges.txt, format: edges'
tells 'name: coverage, data: sets.txt, format: sets' submodular.engine.name=lazy-greedy submodular.engine.period=100
tells 'name: saturated, data: lists.txt, format: lists'
tells 'name: influence, data: edges.txt, samples: 300000'
tells 'name: influence, data: edges.txt, samples: 300000, probability: 0.03'
tells 'name: facility-location, data: table.txt'
tells 'name: facility-location, data: table.txt, neighbours: 300'
tells 'name: exemplar, data: points.txt' submodular.stream.updates=1500
tells 'name: log-det, kernel: matrix, data: kernel.txt' submodular.k=100
tells 'name: log-det, data: points.txt, sigma: 0.1' submodular.k=300
finish
