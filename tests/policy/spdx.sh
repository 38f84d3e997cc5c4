#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# The licence is named in the first three lines of every source, script and deck.
. "$QV_SOURCE/tests/support/policy.sh"

check() {
  local file
  {
    policy_files '*.c' '*.h' '*.def' '*.sh' '*.cmake' '*.in' CMakeLists.txt '*.sbatch' '*.py' -- \
      apps rl imaging optim solvers tests bench scripts slurm cmake
    policy_files '*.yaml' -- inputs
    find CMakeLists.txt .ci CITATION.cff -type f 2>/dev/null
  } | while read -r file; do
    head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' ||
      echo "$file: no SPDX line in its head"
  done
}

plant rl/a.c <<<'int a;'
plant scripts/b.sh <<<'#!/bin/sh'
plant tests/CMakeLists.txt <<<'# nothing'
plant inputs/c.yaml <<<'problem: none'
printf '\n\n\n/* SPDX-License-Identifier: GPL-3.0-or-later */\n' | plant rl/late.h
plant rl/other.h <<<'/* SPDX-License-Identifier: MIT */'
plant rl/fine.h <<<'/* SPDX-License-Identifier: GPL-3.0-or-later */'
policy_test rl/a.c scripts/b.sh tests/CMakeLists.txt inputs/c.yaml rl/late.h rl/other.h
