#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=quality timeout=600
# The memory that `check` tells is what a run takes, within 25 %, for every objective.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import resource' 2>/dev/null || { echo "skipped: no python3"; exit 77; }
case $QV_BUILD in *asan*) echo "skipped: a sanitizer's memory"; exit 77 ;; esac
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
tells() {
  local deck=(deck.yaml "submodular.objective={$1}" "${@:2}")
  expect 0 on 0 check "${deck[@]}"
  told=$(sed -n 's/^# memory: \(.*\) on the fullest.*/\1/p' out.txt)
  /usr/bin/python3 - "$told" "$QUADRIVIUM" run "${deck[@]}" output=r.h5 --force <<'END' || complain "$*"
import resource, subprocess, sys
number, unit = sys.argv[1].split()
told = float(number) * {"kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]
subprocess.run(sys.argv[2:], check=True, stderr=subprocess.DEVNULL)
taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(f"{sys.argv[5]}: told {told / 1e6:.1f} MB, taken {taken / 1e6:.1f} MB")
sys.exit(not 1 / 1.25 < told / taken < 1.25)
END
}
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
