#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# A run that is stopped twice and goes on, on other numbers of ranks, gives the same file.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
deck=$QV_SOURCE/inputs/submodular/churn.yaml
base=(submodular.verify=0 run.step=2000
  "submodular.stream={from: turnstile, size: 500, updates: 60000, order: random}")
# twice ENGINE BASE…: straight, and in three parts
twice() {
  local over=("submodular.engine={name: $1}" "${@:2}")
  expect 0 on 0 run "$deck" output=straight.h5 --force "${over[@]}"
  bits_after_stops "4: 0: 2" "$deck" straight "${over[@]}"
}
for engine in batched sampled lazy-greedy; do twice $engine "${base[@]}"; done
base[2]="submodular.stream={from: turnstile, size: 500, updates: 12000, order: random}"
base[0]=submodular.verify=500
for engine in lattanzi sieve-streaming sieve-streaming-pp threshold-greedy \
  "portfolio, members: [sampled, batched, sieve-streaming, stochastic-greedy]" \
  "batched, dormant: false"; do
  twice "$engine" "${base[@]}" run.step=1000
done
# A checkpoint between two reports loses no count.
over=("${base[@]}" submodular.report.every=7000 run.step=900)
expect 0 on 0 run "$deck" output=straight.h5 --force "${over[@]}"
bits_after_stops "2: 0" "$deck" straight "${over[@]}"
if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
  /usr/bin/python3 - <<'END' || complain "the distributions over all updates"
import h5py
f = h5py.File("other/straight-parts.h5")
n, calls, most = (f["/series/" + c][...] for c in ("update", "oracle_calls", "update_calls_max"))
for group, what in (("result", "calls"), ("run", "seconds")):
    left, count, quantile = (f[f"/{group}/{c}"][...] for c in
                             ("left", f"update_{what}_count", f"update_{what}_quantile"))
    assert count.sum() == n[-1] == 12000 and (left[1:] > left[:-1]).all() and count[-1] == 0
    assert (quantile[1:] >= quantile[:-1]).all() and left[0] <= quantile[0]
    if what == "calls":
        assert (left * count).sum() <= calls[-1] <= ((left[1:] - 1) * count[:-1]).sum()
        assert quantile[-1] == most.max()
        assert count[left > quantile[2]].sum() <= 0.01 * n[-1]
    else:
        longest = f["/run/series/update_seconds_max"][...].max()
        assert quantile[-1] == longest and left[-1] > longest
END
fi
# Rounded objectives: prefixes are pushed again in the order of the picks, to the same bits.
for deck in variety dishes; do
  over=("submodular.stream={from: turnstile, size: 10, updates: 4000}" "submodular.engine={name: batched}"
    submodular.report.every=30 run.step=170 submodular.verify=170)
  expect 0 on 0 run "$QV_SOURCE/inputs/submodular/$deck.yaml" output=straight.h5 --force "${over[@]}"
  bits_after_stops "2: 3: 0" "$QV_SOURCE/inputs/submodular/$deck.yaml" straight "${over[@]}"
done
finish
