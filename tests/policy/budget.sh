#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# Sizes: a function has at most 80 lines and 6 parameters, nine in ten at most 40 lines; a file has at
# most 400 lines. Kernels (*_kernel.c) may be longer: 200 lines a function, any parameters. Tables
# (*_table.[ch], *.def) and tests are exempt, and so are the parameters of a handler that PETSc calls.
. "$QV_SOURCE/tests/support/policy.sh"
ctags=$(command -v ctags-universal) || { echo "skipped: no universal-ctags"; exit 77; }

check() {
  local sources
  sources=$(policy_sources | grep -vE '_table\.[ch]$|\.def$')
  # shellcheck disable=SC2086 # no blanks in the names of sources
  wc -l $sources /dev/null | awk '$1 > 400 && $2 != "total" && $2 !~ /_kernel\.c$/ {
    print $2 ": " $1 " lines, more than 400" }'
  "$ctags" -L - --languages=C --langmap=C:.c.h --kinds-C=f --fields=+neS -x \
    --_xformat='%{input} %{line} %{end} %N %{signature}' <<<"$sources" | awk '
    function parameters(signature,    i, c, depth, n) {
      gsub(/^\(|\)$/, "", signature)
      if (signature == "" || signature == "void") return 0
      n = 1
      for (i = 1; i <= length(signature); i++) {
        c = substr(signature, i, 1)
        if (c == "(" || c == "[") depth++
        if (c == ")" || c == "]") depth--
        if (c == "," && !depth) n++
      }
      return n
    }
    {
      kernel = $1 ~ /_kernel\.c$/
      lines = $3 - $2 + 1
      if (lines > (kernel ? 200 : 80))
        print $1 ":" $2 ": " $4 " has " lines " lines, more than " (kernel ? 200 : 80)
      if (kernel) next
      n++
      if (lines > 40) long++
      signature = $0
      sub(/^[^(]*/, "", signature)
      if (parameters(signature) > 6 && signature !~ /PetscErrorType/)
        print $1 ":" $2 ": " $4 " has " parameters(signature) " parameters, more than 6"
    }
    END {
      if (long > n / 10) print long " of " n " functions have more than 40 lines, more than one in ten"
    }'
}

body() { yes '  x++;' | head -n "$1"; }
{ echo 'void long_one(int x) {'; body 79; echo '}'; } | plant rl/a.c
{ echo 'void fits(int a, void (*f)(int, int), int c[3], int d, int e, int g) {'; body 38; echo '}'; } |
  plant rl/b.c
echo 'void many(int a, int b, int c, int d, int e, int f, int g) { }' | plant rl/c.c
{ echo 'void lanes(int a, int b, int c, int d, int e, int f, int g) {'; body 198; echo '}'; } |
  plant rl/d_kernel.c
{ echo 'void lanes(int a) {'; body 199; echo '}'; } | plant rl/e_kernel.c
yes '// line' | head -n 401 | plant rl/f.h
yes '// line' | head -n 401 | plant rl/g_table.h
policy_test 'rl/a.c:1: long_one has 81 lines' 'rl/c.c:1: many has 7 parameters' \
  'rl/e_kernel.c:1: lanes has 201 lines' 'rl/f.h: 401 lines' '1 of 3 functions have more than 40 lines'
