#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# A foreign header lives in as few files as possible.
. "$QV_SOURCE/tests/support/policy.sh"

# header (a pattern), files that may include it (a pattern), how many of them at most
rules='
hdf5(_hl)?\.h     ^solvers/store/h5[a-z_]*\.[ch]$   99
H5[A-Za-z]+\.h    ^solvers/store/h5[a-z_]*\.[ch]$   99
yaml\.h           ^solvers/deck/                    1
cairo[a-z-]*\.h   ^solvers/figure/                  1
openssl/.*        ^solvers/parallel/                1
zlib\.h           ^solvers/(store|figure)/          2
Random123/.*      ^solvers/parallel/                1
'

check() {
  local header where most users
  while read -r header where most; do
    [ -n "$header" ] || continue
    users=$(policy_sources | xargs -r grep -lE "^[ \t]*#[ \t]*include[ \t]*[<\"](.*/)?${header}[>\"]")
    grep -vE "$where" <<<"$users" | grep . | while read -r file; do
      echo "$file: may not include $header"
    done
    [ "$(grep -c . <<<"$users")" -le "$most" ] ||
      echo "$header is in more than $most files: ${users//$'\n'/ }"
  done <<<"$rules"
}

plant rl/a.c <<<'#include <hdf5.h>'
plant solvers/store/table.c <<<'#include <hdf5_hl.h>'
plant solvers/run/b.c <<<'#include <H5public.h>'
plant solvers/store/h5_fine.c <<<'#include <hdf5.h>'
plant solvers/deck/a.c <<<'#include <yaml.h>'
plant solvers/deck/b.c <<<'#include <yaml.h>'
plant solvers/store/png.c <<<'#include <cairo/cairo.h>'
policy_test 'rl/a.c: may not include hdf5' 'solvers/store/table.c: may not include hdf5' \
  'solvers/run/b.c: may not include H5' 'yaml\.h is in more than 1 files' \
  'solvers/store/png.c: may not include cairo'
