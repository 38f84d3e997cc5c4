#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# The decks of inputs/submodular: the same file on 1 to 4 ranks and for any quantum of work, and right
# as a Python of few lines sees it from outside.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
inputs=$QV_SOURCE/inputs/submodular
python=/usr/bin/python3
"$python" -c 'import h5py' 2>/dev/null || python=

# outside OUTPUT DATA FORMAT WEIGHTS STREAM EPSILON ENGINE
outside() {
  [ -n "$python" ] || return
  "$python" "$QV_SOURCE/tests/submodular/outside.py" "$@" || complain "outside: $*"
}

for deck in baskets baskets-optimum churn; do
  expect 0 on 0 run "$inputs/$deck.yaml" "submodular.stream.save=$deck.stream"
  for ranks in 1 2 3 4; do bits_on $ranks "$inputs/$deck.yaml" $deck run.step=$((97 * ranks)); done
done
outside baskets.h5 "$inputs/baskets-sets.txt" sets "$inputs/baskets-weights.txt" \
  "$inputs/baskets-updates.txt" 0.1 sampled
outside baskets.h5 "$inputs/baskets-sets.txt" sets "$inputs/baskets-weights.txt" \
  baskets.stream 0.1 sampled
outside baskets-optimum.h5 "$inputs/baskets-sets.txt" sets "$inputs/baskets-weights.txt" \
  "$inputs/baskets-updates.txt" 0 brute-force
expect 0 on 0 run "$inputs/separating.yaml" submodular.stream.save=separating.stream
outside separating.h5 "$inputs/separating.txt.gz" sets - separating.stream 0.2 batched
outside churn.h5 "$inputs/separating.txt.gz" sets - churn.stream 0.2 batched

# The saved stream gives the same answers as the generator.
expect 0 on 2 run "$inputs/churn.yaml" output=again.h5 "submodular.stream={from: file, path: churn.stream}"
for set in /series/value /series/oracle_calls /snapshot/summary; do
  h5diff churn.h5 again.h5 $set >/dev/null 2>&1 || [ -z "$(command -v h5diff)" ] ||
    complain "$set differs when the stream comes from a file"
done

# The optimum after the 8th update, by hand: south 4.5, west 4 and one of north (apple, pear), ...
if [ -n "$python" ]; then
  "$python" - <<'END' || complain "values by hand"
import h5py
f = h5py.File("baskets-optimum.h5")
value = dict(zip(f["/series/update"][...], f["/series/value"][...]))
assert value[1] == 4          # north: four fruits of weight 1
assert value[3] == 9.5        # north 4, south 2.5 + 1 + 1, east adds grape
assert value[4] == 9.5        # north, south and one of east (grape) or west (fig, date)
assert value[5] == 14.5       # hill 6, south 4.5, north 4
assert value[22] == 0 and len(f["/series/update"]) == 22
assert list(f["/series/ratio"][...])[-1] == 1 and f["/series/upper_bound"][...][-1] == 0
END
fi

# Every stream that is made, and every engine, with invariants checked on the way.
# any ENGINE STREAM
any() {
  expect 0 on 0 run "$inputs/churn.yaml" output=any.h5 --force "submodular.engine={name: $1}" \
    "submodular.stream={from: $2, order: random, save: any.stream}" submodular.verify=50
  outside any.h5 "$inputs/separating.txt.gz" sets - any.stream 0.2 "$1"
}
any batched "sliding-window, window: 40"
any sampled "insert-then-delete"
any lazy-greedy "turnstile, size: 50, updates: 600"
any sampled "churn, size: 60, hot: 10, updates: 600"
any batched "burst, block: 30, updates: 2600"
any greedy "turnstile, size: 20, updates: 300"
any lattanzi "turnstile, size: 60, updates: 1200"
any sieve-streaming "churn, size: 60, hot: 10, updates: 600"
any sieve-streaming-pp "burst, block: 30, updates: 2300"
any threshold-greedy "turnstile, size: 50, updates: 300"
any portfolio "turnstile, size: 50, updates: 600"
finish
