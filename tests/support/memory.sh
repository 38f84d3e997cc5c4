# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# For tests of the memory that `check` tells; sourced after cli.sh. Ends the test where the memory that a
# run takes cannot be measured, or is a sanitizer's.
/usr/bin/python3 -c 'import resource' 2>/dev/null || { echo "skipped: no python3"; exit 77; }
case $QV_BUILD in *asan*) echo "skipped: a sanitizer's memory"; exit 77 ;; esac

# same_memory RANKS FACTOR DECK OVERRIDE…: what `check` tells is what the fullest rank takes, but for a
# factor (0 ranks: without mpiexec); says both
same_memory() {
  local ranks=$1 factor=$2 start=() told
  shift 2
  [ "$ranks" = 0 ] || start=(mpiexec -n "$ranks")
  expect 0 on "$ranks" check "$@"
  told=$(sed -n 's/^# memory: \(.*\) on the fullest.*/\1/p' out.txt)
  /usr/bin/python3 - "$told" "$factor" "${start[@]}" "$QUADRIVIUM" run "$@" output=taken.h5 --force <<'END' ||
import resource, subprocess, sys
number, unit = sys.argv[1].split()
told, factor = float(number) * {"kB": 1e3, "MB": 1e6, "GB": 1e9}[unit], float(sys.argv[2])
subprocess.run(sys.argv[3:], check=True, stderr=subprocess.DEVNULL)
taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(f"told {told / 1e6:.1f} MB, taken {taken / 1e6:.1f} MB: {told / taken:.2f}")
sys.exit(not 1 / factor < told / taken < factor)
END
    complain "what is told is not what is taken: ranks $ranks, $*"
}
