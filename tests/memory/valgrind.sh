#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=long,sample timeout=300
# A short deck under valgrind: no invalid access, no use of what was never set.
. "$QV_SOURCE/tests/support/cli.sh"
command -v valgrind >/dev/null || { echo "skipped: no valgrind"; exit 77; }
case $QV_CONFIG in Release | RelWithDebInfo) ;; *) echo "skipped: a $QV_CONFIG build"; exit 77 ;; esac

# the check can fail: a program that reads beyond its memory
cat >bad.c <<'END'
#include <stdlib.h>
int main(void) {
  volatile char *p = malloc(8);
  return p[8] == 1;
}
END
cc -g -o bad bad.c || { echo "skipped: no compiler"; exit 77; }
expect 99 valgrind --quiet --error-exitcode=99 ./bad

deck=$QV_SOURCE/inputs/threebody/figure-eight.yaml
expect 0 valgrind --quiet --error-exitcode=99 --log-file=valgrind.log \
  "$QUADRIVIUM" run "$deck" output=a.h5 "threebody.time.end=0.1 periods" threebody.time.snapshots=11
[ ! -s valgrind.log ] || head -60 valgrind.log
[ -s a.h5 ] || complain "no output"

finish
