#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=60
# No script draws a remark from shellcheck.
. "$QV_SOURCE/tests/support/policy.sh"
command -v shellcheck >/dev/null || { echo "skipped: no shellcheck"; exit 77; }

check() {
  # The tests source their helpers through QV_SOURCE, which shellcheck cannot follow.
  policy_files '*.sh' '*.sbatch' run -- scripts slurm tests bench .ci |
    xargs -r shellcheck -x -e SC1090,SC1091,SC2154 -f gcc
}

# shellcheck disable=SC2016 # the sample itself
printf '#!/bin/sh\nrm $1\n' | plant scripts/a.sh
# shellcheck disable=SC2016
printf '#!/bin/bash\nset -u\ncd "$1" && echo "$PWD"\n' | plant slurm/fine.sbatch
policy_test 'scripts/a.sh:2:'
