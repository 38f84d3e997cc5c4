#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=120
# Exact answers of the decks in inputs/bilevel: against independent algebra, on 1 to 4 ranks.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
cp "$QV_SOURCE"/inputs/bilevel/{quadratic,cleaning}.yaml .
sed 's/at: points.h5, //' quadratic.yaml >solution.yaml
sed 's/method:.*/method: {name: exact, at: lambda.h5, tolerance: 1e-12}/' cleaning.yaml >exact.yaml

exact() { # exact RANKS NAME DECK OVERRIDES…
  local ranks=$1 name=$2 deck=$3
  shift 3
  expect 0 on "$ranks" run "$deck" "output=$name" "$@" --force --quiet
}
for ranks in 1 2; do
  [ $ranks = 1 ] && folder=. || folder=other
  mkdir -p "$folder"
  exact $ranks "$folder/quad-at.h5" quadratic.yaml
  exact $ranks "$folder/quad-solution.h5" solution.yaml
  exact $ranks "$folder/cleaning-at.h5" exact.yaml
done
exact 1 bias-at.h5 exact.yaml bilevel.task.bias=true bilevel.task.l2=0.05
# more ranks than cores are slow
exact 1 coarse.h5 exact.yaml bilevel.method.tolerance=1e-3
for ranks in 3 4; do
  exact $ranks other/coarse.h5 exact.yaml bilevel.method.tolerance=1e-3
  same coarse.h5 other/coarse.h5
done
for name in quad-at quad-solution cleaning-at; do same $name.h5 other/$name.h5; done
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/exact.py" || complain "a figure is out of its bounds"
finish
