#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=3 labels=long,sample timeout=600
# kill -9 at random moments of a reconstruction: --resume on another number of ranks gives the same
# bits, series included.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/kill.sh"
expect 0 on 0 run "$QV_SOURCE/inputs/imaging/compress-64.yaml" output=d.h5 imaging.phantom.size=40 \
  imaging.phantom.frames=32
deck=$QV_SOURCE/inputs/imaging/compress-64-redpsm.yaml
over=(imaging.data=d.h5 imaging.red-psm.rank=3 imaging.red-psm.latent=7 imaging.red-psm.tolerance=0
  run.step=1 "checkpoint.every=2 steps")
expect 0 on 2 run "$deck" output=straight.h5 "${over[@]}"
kill_and_resume 8 30 3 30 94
finish
