#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=quality timeout=900
# 200 systems of Agekyan and Anosova to t = 100, at most 2e7 force evaluations each.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
expect 0 on 2 run "$QV_SOURCE/inputs/threebody/free-fall.yaml" output=free-fall.h5 --quiet
/usr/bin/python3 - <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, numpy as np, sys
with h5py.File("free-fall.h5") as f:
    r = {k: v[()] for k, v in f["result"].items()}
    names = h5py.check_enum_dtype(f["result/verdict"].dtype)
arrived = r["verdict"] == names["reached"]
e = r["energy_error"][arrived]
print("arrived", arrived.sum(), "median", np.median(e), "p99", np.quantile(e, 0.99),
      "evaluations", r["force_evaluations"].mean())
others = np.flatnonzero(~arrived)
for i in others:
    print("system", r["system"][i], [k for k, v in names.items() if v == r["verdict"][i]],
          "t", r["time"][i], "escaper", r["escaper"][i], "a", r["binary_semi_major_axis"][i],
          "e", r["binary_eccentricity"][i])
bad = arrived.sum() < 195 or np.median(e) > 2e-12 or np.quantile(e, 0.99) > 1e-9
bad = bad or (r["force_evaluations"] > 2.01e7).any() or (r["verdict"][others] != names["escaped"]).any()
sys.exit(int(bad))
PYTHON
finish
