#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=120
# Our projector against scikit-image's, which rotates the image, on the same frames in one run.
# At least 50 times faster. Needs python3-skimage.
/usr/bin/python3 -c 'import skimage' 2>/dev/null || { echo "skipped: no python3-skimage"; exit 77; }
"$QV_BUILD/tests/bin/bench_projector" >projector.txt || { cat projector.txt; exit 1; }
grep '^#' projector.txt
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
/usr/bin/python3 "$QV_SOURCE/bench/_projector_skimage.py" \
  "$(sed -n 's/^# forward \([^ ]*\) s.*/\1/p' projector.txt)"
