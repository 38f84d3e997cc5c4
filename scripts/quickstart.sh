#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: scripts/quickstart.sh
# Install what is missing (apt), build, then run a deck of each family and draw the results: the
# Pythagorean three-body problem, a CT sequence from one projection an instant, pictures of clothes with
# wrong labels, and the Debian packages that cover the most tags. Can be repeated. Results go to
# quickstart-output/.
set -euo pipefail
case ${1-} in
  -h | --help) sed -n 's/^# \{0,1\}//; 3,7p' "$0"; exit 0 ;;
esac
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# shellcheck source=scripts/setup.sh
. scripts/setup.sh

qv_setup "${qv_build_packages[@]}" "${qv_data_packages[@]}"
qv_build quadrivium_program
program=$top/build/release/bin/quadrivium
folder=$top/quickstart-output
mkdir -p "$folder"
cd "$folder"

# run DECK: below inputs/, and draw its output
made=
run() {
  local output pictures
  printf '\n=== inputs/%s\n' "$1"
  output=$(sed -n 's/^output: *//p' "$top/inputs/$1")
  "$program" run --force "$top/inputs/$1"
  pictures=$("$program" plot "$output")
  made+="  $output"$'\n'"$(grep '\.png$' <<<"$pictures" | sed 's/^/    /')"$'\n'
}

run threebody/pythagorean.yaml
run imaging/compress-64.yaml
run imaging/compress-64-redpsm.yaml
run bilevel/fashion-mnist-quick.yaml
if "$top/scripts/debian-packages.sh" tags >debian-tags.txt && [ -s debian-tags.txt ]; then
  run submodular/debian-quick.yaml
else
  printf 'No package index here: without inputs/submodular/debian-quick.yaml.\n'
fi

printf '\nDone. In %s:\n%s' "$folder" "$made"
cat <<END
Next:
  look inside a file     $program info $folder/pythagorean.h5
  change a deck          $top/inputs/threebody/pythagorean.yaml
  on several ranks       mpiexec -n 2 $program run DECK
  read on                $top/README.md, $top/docs/guide.md
END
