#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: scripts/test.sh [--full] [CTEST OPTION…]
# Install what is missing (apt), build, run the tests labelled `fast` and `sample`. --full installs
# what some of them skip without: Slurm, valgrind, h5py, HDF5's tools, shellcheck, ctags. Options of
# ctest are handed on: scripts/test.sh -R deck
set -euo pipefail
case ${1-} in
  -h | --help) sed -n 's/^# \{0,1\}//; 3,6p' "$0"; exit 0 ;;
esac
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# shellcheck source=scripts/setup.sh
. scripts/setup.sh

packages=("${qv_build_packages[@]}" "${qv_data_packages[@]}")
if [ "${1-}" = --full ]; then
  shift
  packages+=(slurmd slurmctld slurm-client valgrind python3-h5py hdf5-tools shellcheck
             universal-ctags)
fi
qv_setup "${packages[@]}"
qv_build all
exec ctest --test-dir build/release -L '^(fast|sample)$' -LE '^(quality|bench)$' \
  --no-tests=error --output-on-failure --schedule-random --no-label-summary -j2 "$@"
