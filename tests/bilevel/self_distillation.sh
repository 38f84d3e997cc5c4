#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=60
# Self-distillation: the printed losses and the best share of targets, by exact points and by methods.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/self_distillation.py" make || complain "cannot make the points"
deck=$QV_SOURCE/inputs/bilevel/self-distillation.yaml
cat >exact.yaml <<'DECK'
problem: bilevel.solve
output: exact.h5
bilevel:
  task: {name: self-distillation}
  method: {name: exact, at: alpha.h5, tolerance: 1e-12}
DECK
expect 0 "$QUADRIVIUM" run exact.yaml output=exact.h5 --quiet
sed 's/name: self-distillation/&, steps: 1, l2: 0.57534/; s/alpha.h5/one.h5/' exact.yaml >ridge.yaml
expect 0 "$QUADRIVIUM" run ridge.yaml output=ridge.h5 --quiet
expect 0 "$QUADRIVIUM" run "$deck" output=soba.h5 bilevel.certificate.every=7 --quiet
cat >bo-rep.yaml <<'DECK'
problem: bilevel.solve
output: bo-rep.h5
bilevel:
  task: {name: self-distillation, start: 0.5, steps: 3}
  method: {name: bo-rep, parameters: given, iterations: 3000, eta: 2e-4, gamma: 0.3, nu: 0.3}
DECK
expect 0 "$QUADRIVIUM" run bo-rep.yaml output=bo-rep.h5 --quiet
sed '/method:/d' bo-rep.yaml >f2sa.yaml
echo '  method: {name: f2sa, iterations: 3000, eta: 1, gamma: 0.5, nu: 0.5, penalty: 2000, steps: 5}' >>f2sa.yaml
expect 0 "$QUADRIVIUM" run f2sa.yaml output=f2sa.h5 --quiet
# given samples are used as they are
expect 0 "$QUADRIVIUM" run exact.yaml output=given.h5 'bilevel.task.targets=[0.38476636465198066,1.2333967683416893,1.33232242218057,0.6920159488889518,-0.29756145531871736,-0.24189291901377769,-0.7964485769175675,-0.9616480167034174,-0.49672509509916934,-0.3469066003991437,0.5589512650600734]' --quiet
expect 0 "$QUADRIVIUM" run exact.yaml output=few.h5 'bilevel.task.targets=[1,-2,0.5]' --quiet
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/self_distillation.py" check || complain "a figure is out of its bounds"

for name in exact bo-rep; do bits_on 2 $name.yaml $name; done
expect 78 "$QUADRIVIUM" check bo-rep.yaml bilevel.task.l2=0
finish
