#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=120
# Each tests/decks_bad/<case>.yaml ends with 78 and says exactly <case>.txt; no file is made.
. "$QV_SOURCE/tests/support/cli.sh"
n=0
for deck in "$QV_SOURCE"/tests/decks_bad/*.yaml; do
  name=$(basename "$deck" .yaml)
  cp "$deck" "$name.yaml"
  expect 78 "$QUADRIVIUM" run "$name.yaml"
  if [ -n "${QV_UPDATE:-}" ]; then cp err.txt "$QV_SOURCE/tests/decks_bad/$name.txt"; fi
  diff -u "$QV_SOURCE/tests/decks_bad/$name.txt" err.txt || complain "$name says something else"
  [ -z "$(find . -name '*.h5*')" ] || complain "$name made a file"
  n=$((n + 1))
done
[ "$n" -ge 30 ] || complain "only $n bad decks"
# on several ranks the list comes once
cp "$QV_SOURCE/tests/decks_bad/many.yaml" .
expect 78 on 2 run many.yaml
diff -u "$QV_SOURCE/tests/decks_bad/many.txt" err.txt || complain "two ranks say something else"
finish
