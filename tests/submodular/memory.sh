#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=quality timeout=900
# The memory that `check` tells is what the fullest rank of a run takes, within 25 %, for every objective,
# on 1, 2 and 4 ranks.
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
  stream: {from: sliding-window, window: 500, updates: 1200}
  engine: {name: batched}
  k: 20
END
# tells OBJECTIVE OVERRIDE…
tells() {
  local ranks
  for ranks in 0 2 4; do
    echo "$*, ranks $ranks:"
    same_memory "$ranks" 1.25 deck.yaml "submodular.objective={$1}" "${@:2}"
  done
}
tells 'name: coverage, data: sets.txt, format: sets'
tells 'name: coverage, data: edges.txt, format: edges'
tells 'name: coverage, data: sets.txt, format: sets' submodular.engine.name=lazy-greedy submodular.engine.period=100
tells 'name: saturated, data: lists.txt, format: lists'
tells 'name: influence, data: edges.txt, samples: 150000'
tells 'name: influence, data: edges.txt, samples: 300000, probability: 0.03'
tells 'name: facility-location, data: table.txt'
tells 'name: facility-location, data: table.txt' submodular.ranks-per-group=4
tells 'name: facility-location, data: table.txt, neighbours: 300' submodular.ranks-per-group=4
tells 'name: exemplar, data: points.txt'
tells 'name: exemplar, data: points.txt' submodular.ranks-per-group=1
tells 'name: exemplar, data: points.txt, neighbours: 100'
tells 'name: log-det, kernel: matrix, data: kernel.txt' submodular.k=100
tells 'name: log-det, data: points.txt, sigma: 0.1' submodular.k=300
if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
  /usr/bin/python3 -c 'import h5py, numpy
with h5py.File("table.h5", "w") as f:
    f["data"] = numpy.random.default_rng(3).random((5000, 3600))'
  tells 'name: facility-location, data: table.h5'
  tells 'name: facility-location, data: table.h5, neighbours: 100'
fi
finish
