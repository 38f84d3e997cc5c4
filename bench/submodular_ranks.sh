#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=bench timeout=600
# Marginals of facility location whose 20,000 clients are dealt out to 1 rank and to 2. A rank reads
# its half, so two ranks on idle cores of their own should take half as long, in batches. The best of
# many short pieces counts; on a busy machine compare several runs.
[ "$QV_CONFIG" = Release ] || { echo "skipped: a ${QV_CONFIG:-nameless} build"; exit 77; }
for ranks in 1 2 1 2; do
  mpiexec -n $ranks "$QV_BUILD/tests/bin/test_submodular_similarity" ranks | grep clients || exit 1
done
