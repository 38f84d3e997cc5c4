#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=quality timeout=2400
# Mail with a part of the labels flipped (SpamAssassin): cleaning finds more of the test mail's classes at
# its end than training with equal weights does at any report, early stopping included. Needs
# ../shared/data/text beside the source tree.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/mail.sh"
need_h5py
mail mail.tsv.gz || { echo "skipped: no ../shared/data/text"; exit 77; }
cat >spam.yaml <<'DECK'
problem: bilevel.solve
seed: 1
bilevel:
  seeds: 3
  task:
    {name: rnn-cleaning, data: mail.tsv.gz, classes: 2, l2: 1e-3, length: 60, features: 4096,
     train: 2000, validation: 400, test: 1500, noise-kind: other}
  method: {name: bo-rep, iterations: 600, every: 50, eta: 2, gamma: 0.2, nu: 0.02, period: 2, steps: 6, batch: 32}
DECK
for noise in 0.2 0.3; do
  expect 0 on 1 run spam.yaml output=cleaned-$noise.h5 --quiet bilevel.task.noise=$noise
  # weights that do not move
  expect 0 on 1 run spam.yaml output=equal-$noise.h5 --quiet bilevel.task.noise=$noise bilevel.method.eta=1e-12
  /usr/bin/python3 - $noise <<'PYTHON' || complain "cleaning is not better at noise $noise"
import h5py, sys
noise = sys.argv[1]
cleaned, equal = (h5py.File(f"{name}-{noise}.h5")["series"] for name in ("cleaned", "equal"))
final, best = cleaned["test_accuracy"][:, -1].mean(), equal["test_accuracy"][()].max(1).mean()
end = equal["test_accuracy"][:, -1].mean()
true, wrong = (cleaned[k][:, -1].mean() for k in ("weight_clean", "weight_corrupted"))
print(f"noise {noise}: test accuracy {final:.4f}; with equal weights {end:.4f}, at best {best:.4f}; "
      f"mean weights {true:.3f}, {wrong:.3f}")
sys.exit(not (final > best and final > end + 0.03 and true > 2 * wrong))
PYTHON
done
finish
