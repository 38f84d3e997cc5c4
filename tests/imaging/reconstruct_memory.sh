#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=120
# The memory that `check` tells is what a reconstruction takes, within 20 %, at two sizes.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/memory.sh"
for shape in "64 64" "112 128"; do
  read -r size frames <<<"$shape"
  expect 0 on 0 run "$QV_SOURCE/inputs/imaging/compress-64.yaml" output=d.h5 --force \
    imaging.phantom.size="$size" imaging.phantom.frames="$frames"
  same_memory 0 1.2 "$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml" imaging.data=d.h5 \
    imaging.red-psm.iterations=1
done
finish
