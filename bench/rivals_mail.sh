#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=7200
# Hyper-cleaning of mail (SpamAssassin; 2000 training, 400 clean validation texts, 20 and 30 % of the labels
# flipped) by a recurrent network and every method, tested on 1500 texts that tuning has not seen. About half an
# hour of one core. Bar as in rivals.sh, at an accuracy of 0.85. Needs ../shared/data/text beside the source tree.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/bench/_rivals.sh"
. "$QV_SOURCE/tests/support/mail.sh"
need_h5py
mail all.tsv.gz || { echo "skipped: no ../shared/data/text"; exit 77; }
/usr/bin/python3 - <<'PYTHON'
import gzip
import random
lines = gzip.open("all.tsv.gz", "rt").readlines()
random.Random(0).shuffle(lines)
for name, part in ("held", lines[:1500]), ("mail", lines[1500:]):
    with gzip.open(name + ".tsv.gz", "wt") as f:
        f.writelines(part)
PYTHON
compete mail 0.2 0.3
finish
