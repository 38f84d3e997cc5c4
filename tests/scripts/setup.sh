#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# scripts/setup.sh with stand-ins for dpkg-query, apt-get, sudo and id.
set -u
failures=0
mkdir bin
stand_in() { { echo "#!$BASH"; cat; } >"bin/$1"; chmod +x "bin/$1"; }
ln -s "$(command -v env)" bin/env
stand_in dpkg-query <<'END'
# one line for each package asked for that is known, as dpkg-query prints it; 1 if one is unknown
code=0
shift 2
for package; do
  case $package in
    here | there) printf 'installed:%s ' "$package" ;;
    removed) printf 'config-files:%s ' "$package" ;;
    *) code=1 ;;
  esac
done
exit $code
END
stand_in apt-get <<'END'
echo "apt-get $*" >>log
[ "$DEBIAN_FRONTEND" = noninteractive ] && [ ! -e apt.fails ]
END
stand_in sudo <<'END'
echo "sudo" >>log
exec "$@"
END
mv bin/sudo sudo.kept

# setup USER PACKAGE…: as that user, with nothing else in PATH
setup() {
  echo "echo $1" | stand_in id
  shift
  rm -f log
  touch log
  (PATH=$PWD/bin; set -euo pipefail; . "$QV_SOURCE/scripts/setup.sh"; qv_setup "$@") >out 2>&1
  code=$?
}
expect() { # WHAT GOT WANTED
  [ "$2" = "$3" ] && return
  printf '%s: got\n%s\nexpected\n%s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}
update='apt-get update -q -o DPkg::Lock::Timeout=300'
install='apt-get -q install -y --no-install-recommends -o DPkg::Lock::Timeout=300'

setup 0 here there
expect "all there: code, output, apt" "$code $(cat out log)" "0 "
setup 1000 here there
expect "all there, not root" "$code $(cat out log)" "0 "
setup 0 here missing removed absent
expect "root" "$code $(cat log)" "0 $update
$install missing removed absent"
setup 1000 here missing
expect "neither root nor sudo: code, apt" "$code $(cat log)" "69 "
expect "the one line" "$(grep -c '^  apt-get update && apt-get install -y --no-install-recommends missing$' out)" 1
mv sudo.kept bin/sudo
setup 1000 here missing
expect "sudo" "$code $(cat log)" "0 sudo
$update
sudo
$install missing"
touch apt.fails
setup 0 missing
expect "apt fails: code, line" "$code $(grep -c '^  apt-get update && apt-get install' out)" "69 1"
rm bin/dpkg-query
setup 0 missing
expect "no dpkg: goes on" "$code $(cat log)" "0 "

# The build's packages, the guide's list and the scripts agree.
. "$QV_SOURCE/scripts/setup.sh"
for package in "${qv_build_packages[@]}"; do
  grep -qE "(^| )$package( |\$)" "$QV_SOURCE/docs/guide.md" || {
    echo "docs/guide.md does not name $package"
    failures=$((failures + 1))
  }
done
exit $((failures > 0))
