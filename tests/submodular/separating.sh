#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=120
# Copies of ten kinds in turn, the oldest out: the calls of a sieve grow with the window, those of
# random picks do not. Against an adversary who looks, the file is the same on 1 to 4 ranks and after
# a stop.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
for ((i = 0; i < 3000; i++)); do
  line=$i kind=$((i / 300)) # in blocks, which the feed mixes
  for ((j = 0; j < 10; j++)); do line+=" $((10 * kind + j))"; done
  echo "$line"
done >kinds.txt
cat >deck.yaml <<'END'
problem: submodular.stream
output: out.h5
submodular:
  objective: {name: coverage, data: kinds.txt, format: sets}
  stream: {from: separating, window: 200}
  engine: {name: batched, augment: none}
  k: 20
  report: {every: 0}
END

# calls ENGINE WINDOW: oracle calls an update
calls() {
  expect 0 on 0 run deck.yaml output=c.h5 --force "submodular.engine={name: $1, augment: none}" \
    "submodular.stream={from: separating, window: $2, save: saved.txt}"
  for set in oracle_calls update; do
    h5dump -d /series/$set c.h5 | sed -n '/^   DATA {/,/}/s/.*(0): //p'
  done | tr '\n' ' ' | awk '{print int($1 / $2)}'
}
if command -v h5dump >/dev/null; then
  for engine in batched sampled lattanzi sieve-streaming sieve-streaming-pp; do
    short=$(calls $engine 200)
    long=$(calls $engine 800)
    echo "$engine: $short calls an update in a window of 200, $long in one of 800"
    case $engine in
      sieve*) [ "$long" -ge $((5 * short / 2)) ] || complain "$engine does not grow" ;;
      *) [ "$long" -le $((3 * short / 2)) ] || complain "$engine grows" ;;
    esac
  done
  # The stream itself: ten in turn are of ten kinds, and the oldest goes.
  awk '$1 == "+" {in_turn[n % 10] = int($2 / 300); order[n++] = $2
                  if (n % 10 == 0) {split("", seen); for (i = 0; i < 10; i++) seen[in_turn[i]] = 1
                                    if (length(seen) != 10) bad = 1}}
       $1 == "-" {if ($2 != order[gone++]) bad = 1}
       END {exit bad || n != 3000}' saved.txt || complain "not the stream that it should be"
fi

# data without copies
seq 1 2000 | awk '{print $1, $1, $1 + 1}' >chain.txt
expect 78 on 0 run deck.yaml submodular.objective.data=chain.txt
says err.txt 'many copies of few elements'

# the adversary who looks
over=("submodular.stream={from: adaptive, size: 300, updates: 3000}" run.step=300
  "submodular.engine={name: sampled}" "submodular.report={every: 100}" submodular.verify=500)
expect 0 on 0 run deck.yaml output=a.h5 "${over[@]}"
bits_on "2 3 4" deck.yaml a "${over[@]}"
bits_after_stops "3: 0" deck.yaml a "${over[@]}"
expect 78 on 0 run deck.yaml output=s.h5 "${over[@]}" submodular.stream.save=s.txt
finish
