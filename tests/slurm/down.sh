#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=long,sample timeout=120 fixture=slurm lock=slurm
# Jobs that have to stay down: cancelled ones, and those whose program failed.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/slurm.sh"
slurm_need_running
template=$QV_SOURCE/slurm/quadrivium.sbatch
deck=$QV_SOURCE/inputs/threebody/paper-seeds-regularised.yaml
submit() { sbatch --parsable -n 2 -t 5 "$template" "$@"; }

for launcher in mpiexec srun; do
  job=$(QV_LAUNCHER=$launcher submit "$deck" output=$launcher.h5 threebody.systems.count=1000 "threebody.time.end=10000 yr")
  slurm_wait "$job" 20 RUNNING || complain "$launcher: start"
  sleep 2
  scancel "$job"
  slurm_wait "$job" 20 CANCELLED || complain "$launcher: cancelled"
  for _ in {1..100}; do
    squeue -h -j "$job" -t all -o %T | grep -qv CANCELLED || break
    sleep 0.1
  done
  sleep 1
  [ "$(slurm_field "$job" JobState)" = CANCELLED ] || complain "$launcher: came back"
  [ ! -e $launcher.h5 ] || complain "$launcher: there is an output"
done

job=$(submit "$deck" threebody.systems.count=-1)
slurm_wait "$job" 20 FAILED || complain "a bad deck"
[ "$(slurm_field "$job" ExitCode)" = 78:0 ] || complain "exit code of a bad deck"
says "quadrivium-$job.log" "threebody.systems.count"
finish
