#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: scripts/fuzz.sh [SECONDS [TARGET…]]
# Build the fuzz targets (tests/fuzz/fuzz_<target>.c) with clang 14 in build/fuzz, installing it where it
# is missing, and let each of them run for SECONDS (60). Inputs that reach something new are kept in
# build/fuzz/corpus and used again. Stops with 1 when a target has found something, and says how to
# repeat it.
set -euo pipefail
case ${1-} in
  -h | --help) sed -n 's/^# \{0,1\}//; 3,7p' "$0"; exit 0 ;;
esac
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# shellcheck source=scripts/setup.sh
. scripts/setup.sh

seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 [SECONDS [TARGET…]]" >&2; exit 64; }
targets=("${@:2}")
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/fuzz_*.c; do
    source=${source#tests/fuzz/fuzz_}
    targets+=("${source%.c}")
  done
fi
qv_setup "${qv_build_packages[@]}" clang-14 libclang-rt-14-dev
cmake -G Ninja -B build/fuzz -DCMAKE_C_COMPILER=clang-14 -DCMAKE_BUILD_TYPE=RelWithDebInfo -DQV_FUZZ=ON \
  >build-fuzz.log || { cat build-fuzz.log; exit 70; }
rm build-fuzz.log
cmake --build build/fuzz --target "${targets[@]/#/fuzz_}"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_pml=ob1
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 # Open MPI leaks
found=0
for target in "${targets[@]}"; do
  kept=build/fuzz/corpus/$target
  mkdir -p "$kept"
  seeds=()
  [ ! -d "tests/fuzz/corpus/$target" ] || seeds=("tests/fuzz/corpus/$target")
  log=build/fuzz/$target.log
  if build/fuzz/tests/bin/fuzz_"$target" -max_total_time="$seconds" -max_len=4096 -timeout=20 \
       -artifact_prefix="build/fuzz/$target-" "$kept" "${seeds[@]}" >"$log" 2>&1; then
    printf '%s: %s\n' "$target" "$(grep '^Done' "$log")"
  else
    found=1
    grep -E 'ERROR|error:|SUMMARY|Test unit written' "$log" || tail -n 20 "$log"
    printf '%s: build/fuzz/tests/bin/fuzz_%s FILE repeats it; the rest is in %s\n' "$target" "$target" "$log"
  fi
done
exit $found
