#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=30
# A single process works where Open MPI's folder of sessions cannot be made: many may run at once.
. "$QV_SOURCE/tests/support/cli.sh"
mkdir tmp
touch "tmp/ompi.$(hostname).$(id -u)"
export TMPDIR=$PWD/tmp
OMPI_MCA_orte_create_session_dirs=1 expect 1 "$QUADRIVIUM" version # the obstacle is one
expect 0 "$QUADRIVIUM" version
says out.txt quadrivium
finish
