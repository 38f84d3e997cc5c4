#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: scripts/quickstart.sh
# Install what is missing (apt), build, integrate the Pythagorean three-body problem, draw it. Can be
# repeated. Results go to quickstart-output/.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# shellcheck source=scripts/setup.sh
. scripts/setup.sh

qv_setup "${qv_build_packages[@]}"
qv_build quadrivium_program
program=$top/build/release/bin/quadrivium
folder=$top/quickstart-output
mkdir -p "$folder"
cd "$folder"
rm -f pythagorean*
"$program" run "$top/inputs/threebody/pythagorean.yaml"
"$program" plot pythagorean.h5

cat <<END

Done.
  results   $folder/pythagorean.h5
  pictures  $folder/
END
for picture in *.svg *.png; do
  if [ -e "$picture" ]; then printf '            %s\n' "$picture"; fi
done
cat <<END
Next:
  look inside the file   $program info $folder/pythagorean.h5
  change the deck        $top/inputs/threebody/pythagorean.yaml
  on several ranks       mpiexec -n 2 $program run DECK
  read on                $top/README.md, $top/docs/guide.md
END
