#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=long,sample timeout=300
# The quick deck on this machine's own package index: seconds, right as Python sees it, the same on two
# ranks. Skipped where apt has no lists.
. "$QV_SOURCE/tests/support/cli.sh"
command -v apt-cache >/dev/null || { echo "skipped: no apt-cache"; exit 77; }
"$QV_SOURCE/scripts/debian-packages.sh" tags >debian-tags.txt || complain "debian-packages.sh"
[ "$(wc -l <debian-tags.txt)" -gt 3000 ] || { echo "skipped: apt has no lists"; exit 77; }
deck=$QV_SOURCE/inputs/submodular/debian-quick.yaml
expect 0 on 0 run "$deck" submodular.stream.save=stream.txt
expect 0 on "$NP" run "$deck" output=other.h5
same debian-quick.h5 other.h5
python=/usr/bin/python3
if "$python" -c 'import h5py' 2>/dev/null; then
  "$python" "$QV_SOURCE/tests/submodular/outside.py" debian-quick.h5 debian-tags.txt sets - stream.txt \
    0.2 batched || complain "outside"
fi
finish
