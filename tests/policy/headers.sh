#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=120
# Each header compiles alone, and twice, with the flags of the build.
. "$QV_SOURCE/tests/support/policy.sh"
flags=$QV_BUILD/tests/header.flags

try() {
  printf '#include "%s"\n#include "%s"\nextern int nothing_else;\n' "$1" "$1" |
    "$(head -n 1 "$flags")" -I. "@$scratch/flags" -std=c11 -Werror -fsyntax-only -x c - \
      >"$2" 2>&1 || echo "$1: does not compile alone: $(grep -m 1 error "$2")"
}

check() {
  local header running=0
  while read -r header; do
    try "$header" "$(mktemp -p "$scratch")" &
    running=$((running + 1))
    [ $((running % 2)) -ne 0 ] || wait
  done < <(policy_files '*.h' -- apps rl imaging optim solvers tests)
  wait
}

scratch=$(mktemp -d -p "$PWD")
tail -n +2 "$flags" >"$scratch/flags"
plant rl/a.h <<<'int64_t f(void);'
printf '#pragma once\n#include <stdint.h>\n#include <petscsys.h>\nint64_t f(void);\n' | plant rl/fine.h
plant rl/twice.h <<<'enum { ONE };'
policy_test 'rl/a.h: does not compile alone' 'rl/twice.h: does not compile alone'
