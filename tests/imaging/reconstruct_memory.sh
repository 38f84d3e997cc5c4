#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=120
# The memory that `check` tells is what a reconstruction takes, within 20 %, at two sizes.
. "$QV_SOURCE/tests/support/cli.sh"
/usr/bin/python3 -c 'import resource' 2>/dev/null || { echo "skipped: no python3"; exit 77; }
case $QV_BUILD in *asan*) echo "skipped: a sanitizer's memory"; exit 77 ;; esac
for shape in "64 64" "112 128"; do
  read -r size frames <<<"$shape"
  expect 0 on 0 run "$QV_SOURCE/inputs/imaging/compress-64.yaml" output=d.h5 --force \
    imaging.phantom.size="$size" imaging.phantom.frames="$frames"
  deck=("$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml" imaging.data=d.h5 imaging.red-psm.iterations=1)
  expect 0 on 0 check "${deck[@]}"
  told=$(sed -n 's/^# memory: \(.*\) on the fullest.*/\1/p' out.txt)
  /usr/bin/python3 - "$told" "$QUADRIVIUM" run "${deck[@]}" output=r.h5 --force <<'END' ||
import os, resource, subprocess, sys
number, unit = sys.argv[1].split()
told = float(number) * {"kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]
subprocess.run(sys.argv[2:], check=True, stderr=subprocess.DEVNULL)
taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(f"told {told / 1e6:.1f} MB, taken {taken / 1e6:.1f} MB")
sys.exit(not 1 / 1.2 < told / taken < 1.2)
END
    complain "$size x $size x $frames: what is told is not what is taken"
done
finish
