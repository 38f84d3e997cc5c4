#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=120
# The decks of inputs/bilevel that read a file run as they are on what data.py makes, and find what it
# hides: wrong labels weigh less than right ones, and every point is solved.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/inputs/bilevel/data.py" || complain "cannot make the data"
for deck in cleaning loss-history regularisation representation rnn-cleaning quadratic; do
  expect 0 "$QUADRIVIUM" run "$QV_SOURCE/inputs/bilevel/$deck.yaml" --quiet
done
/usr/bin/python3 - <<'END' || complain "a figure is out of its bounds"
import sys
import h5py

def last(name, column):
    with h5py.File(f"{name}-out.h5") as f:
        return float(f[f"series/{column}"][-1, ...].flat[0])

bad = []
for name, apart in ("cleaning", 0.5), ("rnn-cleaning", 0.05), ("loss-history", 0.02):
    clean, corrupted = last(name, "weight_clean"), last(name, "weight_corrupted")
    print(f"{name}: mean weight of right labels {clean:.3f}, of wrong ones {corrupted:.3f}")
    if not clean > corrupted + apart:
        bad.append(name)
with h5py.File("quad-out.h5") as f:
    worst = max(f["result/lower_residual"][:].max(), f["result/adjoint_residual"][:].max())
    print(f"quadratic: {len(f['result/lower_residual'])} points, largest residual {worst:.1e}")
    if not worst <= 1e-12 or len(f["result/lower_residual"]) != 5:
        bad.append("quadratic")
sys.exit(bool(bad))
END
finish
