#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=bench timeout=300
# Marginals of facility location (20,000 clients) and of log-det (k = 100) against what the core can
# read and compute, measured in the same run. Bars hold for an optimised build only.
[ "$QV_CONFIG" = Release ] || { echo "skipped: a ${QV_CONFIG:-nameless} build"; exit 77; }
exec "$QV_BUILD/tests/bin/test_submodular_similarity" measure
