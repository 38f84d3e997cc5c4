# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# For tests of the command line: source it, call `expect` and `check`, end with `finish`.
failures=0

# need_h5py: the test is skipped where Python cannot read HDF5
need_h5py() {
  /usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "skipped: h5py is not installed"; exit 77; }
}

# on N COMMAND…: the program on N ranks (0: without mpiexec)
on() {
  local ranks=$1
  shift
  if [ "$ranks" = 0 ]; then "$QUADRIVIUM" "$@"; else mpiexec -n "$ranks" "$QUADRIVIUM" "$@"; fi
}

complain() {
  echo "not ok: $*"
  failures=$((failures + 1))
}

# expect CODE COMMAND…: run it, output to out.txt and err.txt, compare the exit code
expect() {
  local want=$1 got=0
  shift
  "$@" >out.txt 2>err.txt || got=$?
  if [ "$got" != "$want" ]; then
    complain "'$*' ended with $got, expected $want"
    sed 's/^/  | /' err.txt | head -20
  fi
}

# says FILE TEXT: the file holds the text
says() {
  grep -qF -- "$2" "$1" || {
    complain "$1 does not say: $2"
    sed 's/^/  | /' "$1" | head -20
  }
}

# same A B: equal files under quadrivium diff, and under h5diff where it is installed
same() {
  "$QUADRIVIUM" diff "$1" "$2" || complain "$1 and $2 differ"
  if command -v h5diff >/dev/null; then
    h5diff --exclude-path=/run "$1" "$2" >/dev/null 2>&1 || complain "h5diff: $1 and $2 differ"
  fi
}

# ranks_of PID: the processes that mpiexec PID started
ranks_of() {
  local stat pid
  for stat in /proc/[0-9]*/stat; do
    pid=${stat#/proc/}
    pid=${pid%/stat}
    # the field after the name in brackets is the state, the next the parent
    if [ "$(sed 's/.*) . \([0-9]*\) .*/\1/' "$stat" 2>/dev/null)" = "$1" ]; then echo "$pid"; fi
  done
}

finish() {
  [ "$failures" = 0 ] || { echo "$failures failures"; exit 1; }
  echo "all passed"
  exit 0
}
