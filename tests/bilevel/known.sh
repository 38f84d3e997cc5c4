#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=fast timeout=120
# Problems with known answers: the decks of inputs/bilevel reach them, and so do the rivals of BO-REP,
# at the cost that their descriptions give.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/bits.sh"
need_h5py
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/make_data.py" || complain "cannot make the data"
decks=$QV_SOURCE/inputs/bilevel
for name in sine recurrence quartic ridge; do expect 0 "$QUADRIVIUM" run "$decks/$name.yaml" "output=$name.h5" bilevel.certificate.every=7 --quiet; done
expect 0 "$QUADRIVIUM" run "$decks/sine.yaml" output=sine-seeds.h5 bilevel.seeds=5 --quiet

of() { # of TASK METHOD NAME ITERATIONS: steps that suit the small problems
  printf 'problem: bilevel.solve\noutput: %s.h5\nbilevel:\n  task: %s\n  method: {name: %s, iterations: %s%s}\n' \
    "$3" "$1" "$2" "$4" "$5" >"$3.yaml"
  expect 0 "$QUADRIVIUM" run "$3.yaml" --quiet
}
quad='{name: quadratic, data: quad.h5}'
noisy='{name: quadratic, data: quad.h5, noise: 0.05}'
steps=', eta: 0.01, gamma: 0.1, nu: 0.1'
of "$quad" saba quad-saba 4000 "$steps"
of "$noisy" saba noisy-saba 4000 "$steps"
of "$noisy" soba noisy-soba 4000 "$steps"
of "$quad" ttsa quad-ttsa 6000 ", eta: 0.3, gamma: 1, nu: 0.3, terms: 15, decay: 0.6, lower-decay: 0.4"
of "$noisy" ttsa noisy-ttsa 6000 ", eta: 0.3, gamma: 1, nu: 0.3, terms: 15"
of "$quad" ttsa ball-ttsa 500 ", eta: 0.3, gamma: 1, nu: 0.3, terms: 40, bound: 0.05"
for p in 20 200; do of "$quad" f2sa "quad-f2sa-$p" 6000 ", eta: 0.02, gamma: 0.3, nu: 0.3, penalty: $p"; done
of "$noisy" f2sa noisy-f2sa 4000 ", eta: 0.01, gamma: 0.1, nu: 0.1, penalty: 20"
for eta in 0.002 0.0005; do
  of "$quad" slip "quad-slip-$eta" 8000 ", eta: $eta, gamma: 0.2, nu: 0.2, init-steps: 50"
  of "$quad" accbo "quad-accbo-$eta" 8000 ", eta: $eta, gamma: 0.2, nu: 0.3, period: 2, steps: 4, terms: 40, averaging: 0.8"
done
of "$noisy" slip noisy-slip 4000 ", eta: 0.002, gamma: 0.1, nu: 0.1, init-steps: 50"
of "$noisy" accbo noisy-accbo 4000 ", eta: 0.002, gamma: 0.1, nu: 0.3, period: 2, steps: 3, terms: 20"
four='{name: quartic, start: 1.5}'
of "$four" saba four-saba 6000 ', eta: 0.02, gamma: 0.2, nu: 0.2'
of "$four" ttsa four-ttsa 6000 ', eta: 0.3, gamma: 0.5, nu: 0.2, terms: 60'
of "$four" f2sa four-f2sa 6000 ', eta: 0.01, gamma: 0.2, nu: 0.2, penalty: 1000'
of "$four" slip four-slip 6000 ', eta: 0.001, gamma: 0.2, nu: 0.2'
of "$four" accbo four-accbo 6000 ', eta: 0.001, gamma: 0.2, nu: 0.2, terms: 60'
# unbounded smoothness: the normalised ones come down from 6
exponential='{name: exponential, noise: 0.1, start: 6}'
of "$exponential" slip exp-slip 1200 ', eta: 0.02, gamma: 0.1, nu: 0.1, every: 1, init-steps: 200'
of "$exponential" accbo exp-accbo 1200 ', eta: 0.02, gamma: 0.1, nu: 0.3, every: 1, terms: 10, init-epochs: 6, init-steps: 8'
# finite sums: batches of 10 of 80 and 40, of 7 of 80 and 40 (12 and 6, not all of a size)
ridge='{name: ridge, upper: 6, samples: 80, validation: 40, start: -1}'
of "$ridge" saba ridge-saba 4000 ', eta: 1, gamma: 0.1, nu: 0.1, batch: 10'
of "$ridge" saba odd-saba 4000 ', eta: 1, gamma: 0.1, nu: 0.1, batch: 7'
of "$ridge" soba ridge-soba 4000 ', eta: 1, gamma: 0.1, nu: 0.1, batch: 10'
of "$ridge" soba full-soba 4000 ', eta: 1, gamma: 0.1, nu: 0.1, batch: 80'
/usr/bin/python3 "$QV_SOURCE/tests/bilevel/known.py" || complain "a figure is out of its bounds"

expect 78 "$QUADRIVIUM" check ridge-saba.yaml bilevel.task.name=regularisation bilevel.method.name=f2sa
for name in quad-ttsa ridge-saba noisy-accbo; do
  try $name.yaml $name bilevel.method.iterations=50 --force
  bits_on 3 $name.yaml $name bilevel.method.iterations=50
done
# the tables go through a checkpoint
bits_after_stops "2:13 0" ridge-saba.yaml ridge-saba bilevel.method.iterations=50
finish
