#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=60
# The Python of the README, taken out of it and run on the file of the README's first deck.
set -u
python=/usr/bin/python3
"$python" -c 'import h5py' 2>/dev/null || { echo "skipped: no h5py"; exit 77; }

sed -n '/^```python$/,/^```$/p' "$QV_SOURCE/README.md" | grep -v '^```' >snippet.py
[ -s snippet.py ] || { echo "no Python in the README"; exit 1; }
"$QUADRIVIUM" run --quiet "$QV_SOURCE/inputs/threebody/pythagorean.yaml" || exit 1
"$python" snippet.py | tee out || { echo "the snippet fails"; exit 1; }
[ "${PIPESTATUS[0]}" = 0 ] || { echo "the snippet fails"; exit 1; }

failures=0
expect() {
  grep -qE -- "$1" out || { echo "not printed: $1"; failures=$((failures + 1)); }
}
expect '^threebody.integrate '
expect "^\(1401, 1, 3, 2\) \['time', 'system', 'body', 'axis'\] 1$"
# the position at t = 10 as published for the Brutus code, and the closest approach in our own
# computation with 30 digits
expect '^at t = 10\.0[0-9]* body 0 is at 0\.77848041013[0-9]* 0\.14139230029[0-9]*$'
expect '^closest approach 0\.000413824836[0-9]* at 15\.82992027[0-9]*$'
expect '^relative energy error [0-9.]+e-1[3-9]$'
expect '^verdict reached$'
exit $((failures > 0))
