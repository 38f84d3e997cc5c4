#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=10
# The example in docs/linalg.md is the one that tests/unit/linalg/test_example.c compiles and runs.
set -eu
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$QV_SOURCE/docs/linalg.md" >page.c
awk '/example: end/ { on = 0 } on; /example: begin/ { on = 1 }' \
  "$QV_SOURCE/tests/unit/linalg/test_example.c" >test.c
[ "$(wc -l <page.c)" -gt 20 ] || { echo "no example on the page"; exit 1; }
diff page.c test.c
