#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# Decks and data that are wrong: the exit code, the place, and no file; runs that diverge.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
cp "$QV_SOURCE"/inputs/bilevel/{quadratic,cleaning}.yaml .
for name in quad data points; do cp $name.h5 $name.good; done

# bad CODE TEXT PYTHON FILE DECK OVERRIDES…: change FILE by PYTHON, run DECK
bad() {
  local code=$1 text=$2 change=$3 name=$4 deck=$5
  shift 5
  cp "${name%.h5}.good" "$name"
  /usr/bin/python3 -c "
import h5py, numpy as np
with h5py.File('$name', 'r+') as f:
    def put(k, v):
        if k in f: del f[k]
        f[k] = v
    $change" || complain "the change does not work: $change"
  expect "$code" "$QUADRIVIUM" run "$deck" --quiet "$@"
  says err.txt "$text"
  if [ -e quad-out.h5 ] || [ -e cleaning-out.h5 ]; then complain "a file was made in spite of: $text"; fi
  cp "${name%.h5}.good" "$name"
}
sed 's/at: points.h5, //' quadratic.yaml >solution.yaml
sed 's/method:.*/method: {name: exact}/' cleaning.yaml >no-solution.yaml
quad() { bad 65 "$1" "$2" quad.h5 quadratic.yaml; }
quad "quad.h5: /data/A is not symmetric" "f['data/A'][0, 1] += 1e-9"
quad "/data/F is not symmetric" "f['data/F'][0, 1] += 1e-9"
quad "/data/H is not symmetric" "f['data/H'][3, 1] += 1e-9"
quad "/data/A is not positive definite" "f['data/A'][...] = -f['data/A'][...]"
quad "/data/K holds 1 numbers that are not finite" "f['data/K'][1, 2] = np.nan"
quad "/data/K has the shape [7, 5]" "put('data/K', np.ones((7, 5)))"
quad "/data/h" "del f['data/h']"
bad 65 "the Hessian of Phi is not positive definite" "f['data/H'][...] -= 1e3 * np.eye(5)" quad.h5 solution.yaml
bad 65 "/x has the shape [4, 6]" "put('x', np.ones((4, 6)))" points.h5 quadratic.yaml
data() { bad 65 "$1" "$2" data.h5 cleaning.yaml; }
data "/train/x[17, 2] is nan, must be finite" "f['train/x'][17, 2] = np.nan"
data "/train/label[3] is 3, must be a whole number from 0 to 2" "f['train/label'][3] = 3"
data "/validation/label[0] is -1" "f['validation/label'][0] = -1"
data "/train/label: class 2 has no samples" "f['train/label'][...] = f['train/label'][...] % 2"
data "/validation/x has the shape [90, 4]" "put('validation/x', np.ones((90, 4)))"
data "/train/label has the shape [149]" "put('train/label', np.zeros(149, int))"
data "/validation/x" "del f['validation']"
bad 78 "bilevel.method.at must be given" "pass" data.h5 no-solution.yaml
bad 78 "did you mean 'cleaning'" "pass" data.h5 cleaning.yaml bilevel.task.name=cleanin
bad 78 "bilevel.method.every (50) is more than" "pass" data.h5 cleaning.yaml \
  bilevel.method.every=50 bilevel.method.iterations=10
bad 78 "eta" "pass" data.h5 cleaning.yaml bilevel.method.parameters=given
expect 66 "$QUADRIVIUM" run cleaning.yaml bilevel.task.data=none.h5
head -c 2000 data.h5 >cut.h5
expect 65 "$QUADRIVIUM" run cleaning.yaml bilevel.task.data=cut.h5
# once, not on each rank
/usr/bin/python3 -c "
import h5py
with h5py.File('data.h5', 'r+') as f: f['train/label'][140] = 9"
expect 65 on 2 run cleaning.yaml
[ "$(grep -c 'must be a whole number' err.txt)" = 1 ] || complain "the message is not said once"

# a run that diverges ends at that step with what is there, and says what blew up
cp data.good data.h5
expect 2 "$QUADRIVIUM" run cleaning.yaml bilevel.method.iterations=500 bilevel.method.parameters=given \
  bilevel.method.eta=1 bilevel.method.gamma=0.1 bilevel.method.nu=1e6
says err.txt "diverged at iteration"
says err.txt "no longer finite"
[ -e cleaning-out.h5 ] || complain "nothing was kept of the run that diverged"
finish
