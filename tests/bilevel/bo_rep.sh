#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# BO-REP through the decks of inputs/bilevel: figures, any number of ranks, stop and resume.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
cp "$QV_SOURCE"/inputs/bilevel/{cleaning,exponential}.yaml .

expect 0 "$QUADRIVIUM" run cleaning.yaml output=cleaning.h5 bilevel.task.data=large.h5 --quiet
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/bo_rep.py" || complain "a figure is out of its bounds"

# from zeros all classes are alike, and the first is the answer: a guess, not a hit
sed 's/method: .*/method: {name: soba, iterations: 1, eta: 1, gamma: 0.1, nu: 0.1}/' cleaning.yaml >zeros.yaml
expect 0 on 0 run zeros.yaml output=zeros.h5 bilevel.task.data=large.h5 --quiet
/usr/bin/python3 - <<'PYTHON' || complain "the accuracy of a start from zeros is not the first class's share"
import h5py, sys
run, data = h5py.File("zeros.h5"), h5py.File("large.h5")
sys.exit(bool(abs(run["series/test_accuracy"][0] - (data["test/label"][:] == 0).mean()) > 1e-12))
PYTHON

# short runs for the many: batches that are drawn, batches of all, several seeds
all=(bilevel.method.iterations=40 bilevel.method.budget=4)
drawn=("${all[@]}" bilevel.task.data=large.h5)
try cleaning.yaml drawn "${drawn[@]}"
for ranks in 1 2 3 4; do bits_on $ranks cleaning.yaml drawn "${drawn[@]}" run.step=$((3 * ranks)); done
# stopped after some steps, resumed on another number of ranks
bits_after_stops "2:7 3:9 1" cleaning.yaml drawn "${drawn[@]}"
try cleaning.yaml all "${all[@]}"
bits_on "1 2 3 4" cleaning.yaml all "${all[@]}"
try cleaning.yaml seeds "${drawn[@]}" bilevel.seeds=2 bilevel.method.batch=33
bits_on 2 cleaning.yaml seeds "${drawn[@]}" bilevel.seeds=2 bilevel.method.batch=33
expect 0 on 2 run cleaning.yaml output=second.h5 "${drawn[@]}" --quiet seed=1 bilevel.method.batch=33
/usr/bin/python3 - <<'PYTHON' || complain "the second seed of a run is not the run of that seed"
import h5py, sys
both, one = h5py.File("seeds.h5"), h5py.File("second.h5")
sys.exit(not ((both["result/upper"][1] == one["result/upper"][()]).all()
              and (both["series/objective"][1] == one["series/objective"][()]).all()
              and both["result/seed"][1] == 1
              and (both["result/upper"][0] != both["result/upper"][1]).any()))
PYTHON
finish
