#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: scripts/debian-packages.sh [tags | dependencies] >FILE
# The package index of this Debian machine as sets for coverage: a line a package, the package first,
# then its debtags, or the packages that it depends on (alternatives, versions and architectures
# dropped). Packages without any are left out; of several versions the first counts. Needs the lists of
# `apt-get update`.
set -euo pipefail
what=${1:-tags}
case $what in
  tags) field=Tag ;;
  dependencies) field=Depends ;;
  *)
    echo "usage: $0 [tags | dependencies]" >&2
    exit 64
    ;;
esac
apt-cache dumpavail | awk -v field="$field:" -v what="$what" '
  function flush(    n, i, part, word) {
    if (package != "" && text != "" && !(package in seen)) {
      seen[package] = 1
      printf "%s", package
      n = split(text, part, ",")
      for (i = 1; i <= n; i++) {
        word = part[i]
        gsub(/^[ \t]+/, "", word)
        sub(/[ \t|(:].*$/, "", word)
        if (what == "tags") { word = part[i]; gsub(/[ \t]/, "", word) }
        if (word != "") printf " %s", word
      }
      printf "\n"
    }
    package = text = ""
  }
  /^$/ { flush(); next }
  /^[^ \t]/ { inside = ($1 == field); if ($1 == "Package:") package = $2 }
  inside { line = $0; sub(/^[A-Za-z-]+:/, "", line); text = text " " line }
  END { flush() }'
