#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=long timeout=300
# imaging.simulate, killed by kill -9 at random moments and resumed on other ranks: the same bits.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/kill.sh"
deck=$QV_SOURCE/inputs/imaging/compress-64.yaml
over=(imaging.phantom.size=128 imaging.phantom.frames=64 run.step=1 "checkpoint.every=2 steps")
expect 0 on 2 run "$deck" output=straight.h5 "${over[@]}"
kill_and_resume 3 15 3 35 84
finish
