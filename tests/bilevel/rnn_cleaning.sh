#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# Hyper-cleaning of texts: it tells wrong labels from true ones; any number of ranks, stop and resume,
# padding; what is refused.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/texts.py" || complain "cannot make the data"
cp "$QV_SOURCE/inputs/bilevel/rnn-cleaning.yaml" .
sed 's/method:.*/method: {name: exact}/' rnn-cleaning.yaml >exact.yaml
for method in soba stocbio; do
  sed "s/method:.*/method: {name: $method, iterations: 4, eta: 0.1, gamma: 0.1, nu: 0.1, batch: 50}/" \
    rnn-cleaning.yaml >$method.yaml
done

expect 0 "$QUADRIVIUM" run rnn-cleaning.yaml output=long.h5 --quiet
/usr/bin/python3 - <<'PYTHON' || complain "a figure is out of its bounds"
import h5py, sys
f = h5py.File("long.h5")
first, last = ({k: f["series/" + k][i] for k in ("test_accuracy", "weight_clean", "weight_corrupted")}
               for i in (0, -1))
print(first, last)
sys.exit(not (last["test_accuracy"] > max(0.85, first["test_accuracy"] + 0.2)
              and last["weight_clean"] > last["weight_corrupted"] + 0.15
              and first["weight_clean"] == first["weight_corrupted"]
              and "certified_objective" not in f["result"]))
PYTHON

few=(bilevel.method.iterations=6 bilevel.method.batch=90)
all=(bilevel.method.iterations=6 bilevel.method.batch=200 bilevel.task.precision=double bilevel.seeds=2)
try rnn-cleaning.yaml drawn "${few[@]}"
for ranks in 2 3 4; do bits_on $ranks rnn-cleaning.yaml drawn "${few[@]}" run.step=$((2 * ranks)); done
bits_after_stops "2:2 3" rnn-cleaning.yaml drawn "${few[@]}"
try rnn-cleaning.yaml all "${all[@]}"
bits_on 3 rnn-cleaning.yaml all "${all[@]}"
for method in soba stocbio; do
  try $method.yaml $method
  bits_on 2 $method.yaml $method
done
try rnn-cleaning.yaml wide "${few[@]}" bilevel.task.data=vectors.h5 bilevel.task.length=5
try rnn-cleaning.yaml same "${few[@]}" bilevel.task.data=padded.h5
/usr/bin/python3 - <<'PYTHON' || complain "padding shows, or the second seed is not the run of that seed"
import h5py, sys
result = {k: h5py.File(k + ".h5")["result/lower"] for k in ("drawn", "same", "all", "wide")}
same = (result["drawn"][()] == result["same"][()]).all()
print(same, result["wide"].shape)
# blocks: 7 columns instead of 50 in one layer of 16
sys.exit(not (same and result["wide"].shape[0] == result["drawn"].shape[0] - 43 * 16
              and (result["all"][0] != result["all"][1]).any()))
PYTHON

bad() { # bad CODE TEXT PYTHON OVERRIDES…
  local code=$1 text=$2 change=$3
  shift 3
  cp texts.h5 bad.h5
  /usr/bin/python3 -c "
import h5py
with h5py.File('bad.h5', 'r+') as f: $change" || complain "the change does not work: $change"
  expect "$code" "$QUADRIVIUM" run rnn-cleaning.yaml output=bad-out.h5 bilevel.task.data=bad.h5 --quiet "$@"
  says err.txt "$text"
}
bad 65 "/train/tokens[3] has no words: it begins with -1" "f['train/tokens'][3] = -1"
bad 65 "/test/tokens[1, 8] is 4, must be -1 behind the end" "f['test/tokens'][1] = [2] + [-1] * 7 + [4]"
bad 65 "/validation/tokens[0, 2] is -7" "f['validation/tokens'][0] = [2, 3, -7] + [-1] * 6"
bad 65 "/train/label[5] is 2" "f['train/label'][5] = 2"
bad 65 "/embedding has 4 words" "f['embedding'] = [[0.0, 1.0]] * 4"
expect 78 "$QUADRIVIUM" run exact.yaml --quiet
says err.txt "'exact' needs a lower level that is convex"
bad 78 "the recipe needs a lower level that is convex" "pass" bilevel.method.parameters=recipe
finish
