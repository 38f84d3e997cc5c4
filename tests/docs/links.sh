#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# Every relative link of a page leads to a file, and every #anchor to a heading.
. "$QV_SOURCE/tests/support/policy.sh"

# The anchors of a page's headings, as GitHub makes them.
anchors() {
  sed '/^```/,/^```/d' "$1" | sed -n 's/^##* *//p' | tr '[:upper:]' '[:lower:]' |
    sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}

check() {
  local page target file anchor
  for page in *.md docs/*.md; do
    [ -e "$page" ] || continue
    sed '/^```/,/^```/d' "$page" | grep -oE '\]\([^)]+\)' | sed -E 's/^\]\(//; s/\)$//' |
      while read -r target; do
        case $target in http*) continue ;; esac
        file=${target%%#*}
        anchor=${target#"$file"}
        file=${file:+$(dirname "$page")/$file}
        file=${file:-$page}
        if [ ! -e "$file" ]; then
          echo "$page: no file $target"
        elif [ -n "$anchor" ] && ! anchors "$file" | grep -qxF -- "${anchor#\#}"; then
          echo "$page: no heading $target"
        fi
      done
  done
}

plant README.md <<'END'
# The title
[a](docs/a.md) [b](docs/b.md) [c](#the-title) [d](#nothing) ![e](none.svg) [f](docs/a.md#a-b-and-c)
[g](https://example.org/)
```
[code](is-not-a-link)
```
END
plant docs/a.md <<'END'
# A, "b" and `c`
[up](../README.md) [wrong](README.md)
END
policy_test 'README.md: no file docs/b.md' 'README.md: no heading #nothing' \
  'README.md: no file none.svg' 'docs/a.md: no file README.md'
