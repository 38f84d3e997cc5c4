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
bad "systems.csv:2: system 1: a mass is 0, must be positive" $head 1,1,0,0,0,0,0 $two $three
bad "systems.csv:2: system 1: a mass is -1, must be positive" $head 1,1,-1,0,0,0,0 $two $three
bad "systems.csv:2: system 1: two bodies are at the same place" $head $one 1,2,1,0,0,0,1 $three
bad "systems.csv:2: system 1 has 2 rows; a system has 3 bodies" $head $one $two
bad "systems.csv:4: body 2 of system 1 stands already on line 3" $head $one $two $two $three
bad "systems.csv:4: body must be 1, 2 or 3, found 4" $head $one $two 1,4,1,0,2,1,0
bad "systems.csv:2: body must be 0, 1 or 2, found 3" $head $three 1,0,1,0,0,0,0 $two
bad "systems.csv:3: body must be 1, 2 or 3, found 1.5" $head $one 1,1.5,1,1,0,0,1 $three
bad "systems.csv:2: system must be a whole number, found 0.5" $head 0.5,1,1,0,0,0,0 $two $three
bad "systems.csv: has no column 'vy'" system,body,mass,x,y,vx 1,1,1,0,0,0
bad "systems.csv: has no column 'vz'" $head,z 1,1,1,0,0,0,0,0
bad "systems.csv: has no header; expected system,body,mass,x,y,z,vx,vy,vz" $one $two $three
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
bad5 "systems.h5: /mass has the shape [2, 4], expected [system, 3]" "m = np.ones((2, 4))"
bad5 "systems.h5: /position has the shape [2, 3, 4], expected [system, 3, 2 or 3]" "x = np.ones((2, 3, 4))"
bad5 "systems.h5: /velocity has the shape [2, 3, 3], expected the shape of /position" "v = np.ones((2, 3, 3))"
bad5 "row 1, system 3: a mass is -2, must be positive" "m[1, 2] = -2"
bad5 "a position or velocity is not finite" "x[0, 0, 0] = np.nan"
bad5 "two bodies are at the same place" "x[0, 0] = x[0, 1]"
bad5 "the name stands twice in /system" "ids = [3, 3]"
bad5 "/velocity" "v = None"
bad5 "/mass" "m = np.array([[b'a', b'b', b'c']] * 2)"
make ""
head -c 1500 systems.h5 >cut.h5
expect 65 "$QUADRIVIUM" run deck.yaml threebody.systems.path=cut.h5 --force
says err.txt "cut.h5"
finish
