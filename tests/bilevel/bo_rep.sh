#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# BO-REP through the decks of inputs/bilevel: figures, any number of ranks, stop and resume.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "skipped: h5py is not installed"; exit 77; }
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
short() { # short RANKS OUTPUT DATA OVERRIDES…
  local ranks=$1 output=$2 data=$3
  shift 3
  expect 0 on "$ranks" run cleaning.yaml "output=$output" "bilevel.task.data=$data" --quiet --force \
    bilevel.method.iterations=40 bilevel.method.budget=4 "$@"
}
mkdir -p other
short 0 drawn.h5 large.h5
short 0 all.h5 data.h5
short 0 seeds.h5 large.h5 bilevel.seeds=2 bilevel.method.batch=33
for ranks in 1 2 3 4; do
  short $ranks other/drawn.h5 large.h5 run.step=$((3 * ranks))
  short $ranks other/all.h5 data.h5
  same drawn.h5 other/drawn.h5
  same all.h5 other/all.h5
done
short 2 other/seeds.h5 large.h5 bilevel.seeds=2 bilevel.method.batch=33
same seeds.h5 other/seeds.h5
short 2 second.h5 large.h5 seed=1 bilevel.method.batch=33
/usr/bin/python3 - <<'PYTHON' || complain "the second seed of a run is not the run of that seed"
import h5py, sys
both, one = h5py.File("seeds.h5"), h5py.File("second.h5")
sys.exit(not ((both["result/upper"][1] == one["result/upper"][()]).all()
              and (both["series/objective"][1] == one["series/objective"][()]).all()
              and both["result/seed"][1] == 1
              and (both["result/upper"][0] != both["result/upper"][1]).any()))
PYTHON

# stopped after some steps, resumed on another number of ranks: the same bits
expect 75 on 2 run cleaning.yaml output=resumed.h5 bilevel.task.data=large.h5 --quiet run.step=7 \
  run.wall-time=1e-9 bilevel.method.iterations=40 bilevel.method.budget=4
expect 75 on 3 run cleaning.yaml output=resumed.h5 bilevel.task.data=large.h5 --quiet run.step=9 \
  run.wall-time=1e-9 bilevel.method.iterations=40 bilevel.method.budget=4 --resume
expect 0 on 1 run cleaning.yaml output=resumed.h5 bilevel.task.data=large.h5 --quiet --resume \
  bilevel.method.iterations=40 bilevel.method.budget=4
same drawn.h5 resumed.h5
finish
