#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=180
# More iterations on --resume, from the end or from the middle of a run, on another number of ranks: the
# bits of a run of all iterations; what cannot go on is said.
. "$QV_SOURCE/tests/support/cli.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
deck() { # deck NAME TASK METHOD
  printf '%s\n' 'problem: bilevel.solve' "output: $1.h5" 'bilevel:' "  task: {name: $2}" "  method: {name: $3}" >"$1.yaml"
}
# the last run has gone on and not begun anew
went_on() {
  if grep -qE 'beginning|passed over' err.txt; then complain "$1 began anew"; fi
}
steps='iterations: 100, eta: 1e-2, gamma: 0.1, nu: 0.05'
data='data: large.h5, classes: 3'
deck saba "cleaning, $data" "saba, $steps, batch: 100"
deck bo-rep "cleaning, $data" "bo-rep, $steps, parameters: given, every: 8, batch: 100, period: 3, init-epochs: 3, init-steps: 9"
deck slip "cleaning, $data" "slip, $steps, every: 7, batch: 100, z: {by: cg}"
deck ttsa 'ridge' "ttsa, $steps"
mkdir -p straight
few=(bilevel.seeds=2 --quiet)
for name in saba bo-rep slip ttsa; do
  # a power of two by default: the first 50, at reports that the longer run has as well, and others
  expect 0 "$QUADRIVIUM" run $name.yaml output=straight/$name.h5 "${few[@]}" bilevel.method.iterations=250
  expect 0 on 2 run $name.yaml output=$name.h5 "${few[@]}" bilevel.method.iterations=51
  expect 0 on 3 run $name.yaml output=$name.h5 "${few[@]}" bilevel.method.iterations=250 --resume
  went_on $name
  same straight/$name.h5 $name.h5
done
# twice, and one row at a time
expect 0 "$QUADRIVIUM" run saba.yaml output=twice.h5 --quiet bilevel.method.iterations=50
expect 0 "$QUADRIVIUM" run saba.yaml output=twice.h5 --quiet bilevel.method.iterations=80 --resume
expect 0 "$QUADRIVIUM" run saba.yaml output=twice.h5 --quiet --resume
went_on twice
expect 0 "$QUADRIVIUM" run saba.yaml output=straight/twice.h5 --quiet
same straight/twice.h5 twice.h5
# from the middle of the second seed, with certificates
certified=("${few[@]}" bilevel.certificate.every=2 bilevel.method.every=10)
expect 0 "$QUADRIVIUM" run bo-rep.yaml output=straight/middle.h5 "${certified[@]}" bilevel.method.iterations=70
expect 75 "$QUADRIVIUM" run bo-rep.yaml output=middle.h5 "${certified[@]}" bilevel.method.iterations=40 \
  run.step=55 run.wall-time=1e-9
expect 0 on 2 run bo-rep.yaml output=middle.h5 "${certified[@]}" bilevel.method.iterations=70 --resume
went_on middle
same straight/middle.h5 middle.h5
# a seed that diverges ends where it did
wild=(bilevel.seeds=2 bilevel.method.eta=1e-2 --quiet)
deck wild 'exponential' "soba, $steps"
expect 2 "$QUADRIVIUM" run wild.yaml output=straight/wild.h5 "${wild[@]}" bilevel.method.iterations=40
expect 2 "$QUADRIVIUM" run wild.yaml output=wild.h5 "${wild[@]}" bilevel.method.iterations=20
expect 2 "$QUADRIVIUM" run wild.yaml output=wild.h5 "${wild[@]}" bilevel.method.iterations=40 --resume
went_on wild
same straight/wild.h5 wild.h5

expect 78 "$QUADRIVIUM" run saba.yaml output=twice.h5 --quiet bilevel.method.iterations=60 --resume
says err.txt "bilevel.method.iterations can only grow"
deck recipe "cleaning, $data" 'bo-rep, iterations: 10'
expect 0 "$QUADRIVIUM" run recipe.yaml --quiet
expect 78 "$QUADRIVIUM" run recipe.yaml --quiet bilevel.method.iterations=20 --resume
says err.txt "the recipe made eta, or the length of the start, from the number of iterations"
finish
