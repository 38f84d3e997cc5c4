#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=1 labels=fast timeout=60
# No script draws a remark from shellcheck.
. "$QV_SOURCE/tests/support/policy.sh"
command -v shellcheck >/dev/null || { echo "skipped: no shellcheck"; exit 77; }

check() {
  policy_files '*.sh' '*.sbatch' run -- scripts slurm tests bench .ci |
    xargs -r shellcheck -f gcc
}

plant .shellcheckrc <"$QV_SOURCE/.shellcheckrc"
printf '#!/bin/sh\nrm $1\n' | plant scripts/a.sh
printf '#!/bin/bash\nset -u\ncd "$1" && echo "$PWD"\n' | plant slurm/fine.sbatch
policy_test 'scripts/a.sh:2:'
