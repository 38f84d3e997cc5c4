#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=60
# The sources are as clang-format 14 leaves them (other versions differ in details).
. "$QV_SOURCE/tests/support/policy.sh"
command -v clang-format-14 >/dev/null || { echo "skipped: no clang-format-14"; exit 77; }

check() {
  policy_files '*.c' '*.h' -- apps rl imaging optim solvers tests bench |
    xargs -r clang-format-14 --dry-run 2>&1 | grep -E '^[^ ].*:[0-9]+:[0-9]+:' |
    awk -F: '!seen[$1]++ { print $1 ":" $2 ": not formatted (clang-format -i " $1 ")" }'
}

plant .clang-format <"$QV_SOURCE/.clang-format"
printf 'int  f( int x )\n{ return x ; }\n' | plant rl/a.c
printf 'int f(int x) {\n  return x;\n}\n' | plant rl/fine.c
policy_test rl/a.c:1:
