# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# mail FILE: the texts of ../shared/data/text as label<TAB>words lines, those that occur twice once; fails where
# they are not beside the source tree.
mail() {
  local from=$QV_SOURCE/../shared/data/text/spam-assassin.tsv.gz
  [ -e "$from" ] || from=$QV_SOURCE/../../shared/data/text/spam-assassin.tsv.gz
  [ -e "$from" ] && zcat "$from" | awk '!seen[$0]++' | gzip -n1 >"$1"
}
