#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# Files of systems that are wrong inside: exit code 65, the file, the line or the set, nothing made.
. "$QV_SOURCE/tests/support/cli.sh"
cat >deck.yaml <<'DECK'
problem: threebody.integrate
output: x.h5
threebody:
  systems: {from: file, path: systems.csv}
  time: {end: 0.1}
DECK
head=system,body,mass,x,y,vx,vy
one=1,1,1,0,0,0,0
two=1,2,1,1,0,0,1
three=1,3,1,0,2,1,0

# bad TEXT LINE…: the program refuses a file of these lines and says TEXT
bad() {
  local text=$1
  shift
  printf '%s\n' "$@" >systems.csv
  expect 65 "$QUADRIVIUM" run deck.yaml
  says err.txt "$text"
  [ ! -e x.h5 ] || complain "a file was made in spite of: $text"
}
bad "systems.csv:4:5: 'abc' in column 'mass' is not a number" $head $one $two 1,3,abc,0,2,1,0
bad "systems.csv:3: line has 6 columns, expected 7" $head $one 1,2,1,1,0,0 $three
bad "systems.csv:2: mass 0; a mass must be positive" $head 1,1,0,0,0,0,0 $two $three
bad "systems.csv:2: mass -1; a mass must be positive" $head 1,1,-1,0,0,0,0 $two $three
bad "systems.csv:3: bodies 1 and 2 of system 1 are at the same place" $head $one 1,2,1,0,0,0,1 $three
bad "systems.csv:2: system 1 has 2 rows; a system has 3 bodies" $head $one $two
bad "systems.csv:4: body 2 of system 1 again; it is on line 3 already" $head $one $two $two $three
bad "systems.csv:4: body 4; bodies are numbered 0 to 2 or 1 to 3" $head $one $two 1,4,1,0,2,1,0
bad "systems.csv:2: body 3, but line 3 has a body 0; bodies are numbered 0 to 2 or 1 to 3 in all of a file" \
  $head $three 1,0,1,0,0,0,0 $two
bad "systems.csv:3: body 1.5; bodies are numbered 0 to 2 or 1 to 3" $head $one 1,1.5,1,1,0,0,1 $three
bad "systems.csv:2: system 0.5; expected a whole number up to 2^53" $head 0.5,1,1,0,0,0,0 $two $three
bad "systems.csv: no column 'vy'" system,body,mass,x,y,vx 1,1,1,0,0,0
bad "systems.csv: there is a column 'z' but no column 'vz'; expected both or neither" $head,z 1,1,1,0,0,0,0,0
bad "systems.csv: 8 columns without a header; expected 7 (system, body, mass, x, y, vx, vy) or 9" \
  $one,0 $two,0 $three,0
bad "systems.csv" $head
bad "systems.csv:3" $head $one 1,2,1,nan,0,0,1 $three
bad "systems.csv:3" $head $one 1,2,1,1e999,0,0,1 $three
: >systems.csv
expect 65 "$QUADRIVIUM" run deck.yaml
head -c 3000 /dev/urandom >systems.csv
expect 65 "$QUADRIVIUM" run deck.yaml
[ "$(wc -l <err.txt)" -le 30 ] || complain "noise gives $(wc -l <err.txt) lines"
printf '%s\n' $head $one $two $three | gzip | head -c 40 >systems.csv
expect 65 "$QUADRIVIUM" run deck.yaml
# the message comes once on two ranks, and a good file works: plain, gzip, blanks, any order of rows
printf '%s\n' $head $one $two >systems.csv
expect 65 on 2 run deck.yaml
[ "$(grep -c 'has 2 rows' err.txt)" = 1 ] || complain "the message is not said once"
printf '%s\n' $head $three $one $two >systems.csv
expect 0 "$QUADRIVIUM" run deck.yaml
mv x.h5 plain.h5
printf '%s\n' $head $one $two $three | gzip >systems.csv
expect 0 "$QUADRIVIUM" run deck.yaml
"$QUADRIVIUM" info x.h5 >a.txt
says a.txt "/result/position"
expect 1 "$QUADRIVIUM" diff plain.h5 x.h5
says out.txt "/deck"
chmod 000 systems.csv
if [ "$(id -u)" != 0 ]; then expect 65 "$QUADRIVIUM" run deck.yaml --force; fi
chmod 644 systems.csv

# HDF5, where h5py can write it
if ! /usr/bin/python3 -c 'import h5py' 2>/dev/null; then finish; fi
make() { /usr/bin/python3 -c "
import h5py, numpy as np
f = h5py.File('systems.h5', 'w')
m = np.ones((2, 3)); x = np.arange(12.).reshape(2, 3, 2) ** 1.5; v = np.zeros((2, 3, 2)); ids = [7, 3]
$1
for name, a in (('mass', m), ('position', x), ('velocity', v), ('system', ids)):
    if a is not None: f[name] = a
"; }
bad5() { # bad5 TEXT PYTHON
  make "$2"
  expect 65 "$QUADRIVIUM" run deck.yaml threebody.systems.path=systems.h5 --force
  says err.txt "$1"
}
make ""
expect 0 "$QUADRIVIUM" run deck.yaml threebody.systems.path=systems.h5 --force
expect 0 on 2 run deck.yaml threebody.systems.path=systems.h5 output=y.h5
same x.h5 y.h5
bad5 "systems.h5: '/mass' has shape [2, 4], expected [system, 3]" "m = np.ones((2, 4))"
bad5 "systems.h5: '/position' has shape [2, 3, 4], expected [system, 3, 2 or 3]" "x = np.ones((2, 3, 4))"
bad5 "systems.h5: '/velocity' has 3 axes, '/position' has 2" "v = np.ones((2, 3, 3))"
bad5 "systems.h5: '/mass'[1, 2] is -2; expected a positive number" "m[1, 2] = -2"
bad5 "systems.h5: '/position'[0, 0, 0] is nan; expected a finite number" "x[0, 0, 0] = np.nan"
bad5 "are at the same place" "x[0, 0] = x[0, 1]"
bad5 "systems.h5: '/system' has 3 in rows 0 and 1" "ids = [3, 3]"
bad5 "/velocity" "v = None"
bad5 "/mass" "m = np.array([[b'a', b'b', b'c']] * 2)"
make ""
head -c 1500 systems.h5 >cut.h5
expect 65 "$QUADRIVIUM" run deck.yaml threebody.systems.path=cut.h5 --force
says err.txt "cut.h5"
finish
