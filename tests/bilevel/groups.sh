#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=fast timeout=240
# Several seeds over groups of ranks: the same bits as one after the other, also when the number of
# groups changes at a checkpoint, and when some seeds diverge.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
cat >seeds.yaml <<'DECK'
problem: bilevel.solve
output: one.h5
bilevel:
  seeds: 5
  task: {name: cleaning, data: large.h5, classes: 3, l2: 0.02}
  method: {name: bo-rep, iterations: 30, every: 10, budget: 4, batch: 100}
DECK
expect 0 on 1 run seeds.yaml --quiet
bits_on 4 seeds.yaml one
bits_on 3 seeds.yaml one bilevel.groups=2
# half-done rows of three groups go on in two, then in one; each stop is after 19 iterations of a group
expect 75 on 4 run seeds.yaml output=stopped.h5 --quiet run.step=19 run.wall-time=1e-9 bilevel.groups=3
expect 75 on 3 run seeds.yaml output=stopped.h5 --quiet run.step=19 run.wall-time=1e-9 bilevel.groups=2 --resume
expect 75 on 2 run seeds.yaml output=stopped.h5 --quiet run.step=19 run.wall-time=1e-9 bilevel.groups=1 --resume
expect 0 on 4 run seeds.yaml output=stopped.h5 --quiet --resume
same one.h5 stopped.h5
/usr/bin/python3 - <<'PYTHON' || complain "the stopped run did not keep its counts"
import h5py, sys
one, stopped = (h5py.File(name)["run/series"] for name in ("one.h5", "stopped.h5"))
sys.exit(not ((one["reductions"][()] == stopped["reductions"][()]).all() and (stopped["seconds"][:, -1] > 0).all()))
PYTHON

# of four seeds some diverge, at iterations of their own
cat >diverge.yaml <<'DECK'
problem: bilevel.solve
output: diverge.h5
bilevel:
  seeds: 4
  task: {name: exponential, start: 5, noise: 100}
  method: {name: soba, iterations: 400, every: 50, eta: 9e-4, gamma: 0.1, nu: 0.1}
DECK
expect 2 on 1 run diverge.yaml --quiet
expect 2 on 4 run diverge.yaml output=diverge-groups.h5 --quiet
same diverge.h5 diverge-groups.h5
/usr/bin/python3 - <<'PYTHON' || complain "all seeds ended in the same way"
import h5py, sys
sys.exit(len(set(h5py.File("diverge.h5")["result/verdict"][()])) != 2)
PYTHON

# a mistake in the data is said once
expect 65 on 4 run seeds.yaml output=wrong.h5 bilevel.task.data=quad.h5 --quiet
[ "$(grep -c '/train/x' err.txt)" = 1 ] || complain "the mistake is not said once"
finish
