#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=4 labels=long,sample timeout=600
# kill -9 at 20 random moments: there is no half file, and --resume on another number of ranks gives
# the same bits.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/kill.sh"
deck=$QV_SOURCE/inputs/threebody/paper-seeds-regularised.yaml
over=(threebody.systems.count=100 "threebody.time.end=2000 yr" run.step=200000 "checkpoint.every=8 steps")
expect 0 on 2 run "$deck" output=straight.h5 "${over[@]}"
kill_and_resume 20 60 4 25 94
finish
