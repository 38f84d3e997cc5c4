#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# Each external symbol of the library is defined in one of its objects. A linker takes the first
# object of an archive that defines what it looks for, and is silent about the others.
. "$QV_SOURCE/tests/support/policy.sh"

# nm tells archive:object:[value] type name; w, W, v and V are weak, where several are right.
check() {
  local library=$QV_BUILD/libquadrivium.a
  [ ! -e libsample.a ] || library=libsample.a
  [ -s "$library" ] || echo "$library: is not there"
  nm --defined-only --extern-only --print-file-name "$library" |
    awk 'NF > 2 && $(NF - 1) !~ /^[wWvV]$/ {
      split($1, part, ":")
      where[$NF] = where[$NF] (n[$NF]++ ? " and " : "") part[2]
    }
    END {for (name in n) if (n[name] > 1) print name ": defined in " where[name]}' | LC_ALL=C sort
}

compiler=$(head -n 1 "$QV_BUILD/tests/header.flags")
plant a.c <<<'int qv_twice(void) { return 1; } static int own(void) { return 2; } int qv_a(void) { return own(); }'
plant b.c <<<'int qv_twice(void) { return 3; } static int own(void) { return 4; } int qv_b(void) { return own(); }'
plant rl/a.c <<<'const int qv_table[] = {1}; __attribute__((weak)) int qv_weak(void) { return 5; }'
plant c.c <<<'const int qv_table[] = {2}; __attribute__((weak)) int qv_weak(void) { return 6; } int qv_twice(void);
int qv_c(void) { return qv_twice(); }'
for source in a b c rl/a; do
  "$compiler" -c "sample/$source.c" -o "sample/$source.o"
done
(cd sample && ar rc libsample.a a.o b.o c.o && ar q libsample.a rl/a.o)
policy_test 'qv_table: defined in c.o and a.o' 'qv_twice: defined in a.o and b.o'
