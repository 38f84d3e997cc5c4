#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=long,sample timeout=60 cleanup=slurm
. "$QV_SOURCE/tests/support/slurm.sh"
slurm_stop
