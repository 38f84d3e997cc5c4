#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=long,sample timeout=60 setup=slurm
# The fixture of the tests beside it: a Slurm of one node on loopback.
. "$QV_SOURCE/tests/support/slurm.sh"
slurm_need
for _ in 1 2 3; do # another try with other ports, if one was taken meanwhile
  slurm_start && exit 0
  slurm_stop
done
tail -n 20 "$slurm_folder"/log/*
exit 1
