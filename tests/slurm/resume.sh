#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=long,sample timeout=300 fixture=slurm lock=slurm
# A job that is told to stop puts itself back into the queue, goes on from its checkpoint and gives the
# bits of a run that never stopped.
. "$QV_SOURCE/tests/support/cli.sh"
. "$QV_SOURCE/tests/support/slurm.sh"
slurm_need_running
template=$QV_SOURCE/slurm/quadrivium.sbatch
deck=$QV_SOURCE/inputs/threebody/paper-seeds-regularised.yaml
over=(threebody.systems.count=500 "threebody.time.end=1000 yr" "checkpoint.every=0.3 s")

# checkpoint_after STEP OUTPUT: wait until there is a newer one: then the program is at work
checkpoint_after() {
  for _ in {1..600}; do
    [ "$("$QUADRIVIUM" info --step "$2")" -gt "$1" ] && return
    sleep 0.1
  done
  complain "no checkpoint after $1"
}

# stop_and_resume: two stops of a job; its pieces end as one run
stop_and_resume() {
  local job log starts stop step=-1
  job=$(sbatch --parsable -n 2 -t 5 -J "$QV_LAUNCHER" "$template" "$deck" output="$QV_LAUNCHER.h5" "${over[@]}") ||
    { complain "sbatch failed"; return; }
  log=$QV_LAUNCHER-$job.log
  for stop in 1 2; do
    slurm_wait "$job" 90 RUNNING || { complain "start $stop"; return; }
    checkpoint_after "$step" "$QV_LAUNCHER.h5"
    scancel --signal=USR1 --batch "$job"
    slurm_wait "$job" 90 PENDING || { complain "stop $stop"; cat "$log"; return; }
    [ "$(slurm_field "$job" Restarts)" = $stop ] || complain "restarts after stop $stop"
    step=$("$QUADRIVIUM" info --step "$QV_LAUNCHER.h5")
    [ ! -e "$QV_LAUNCHER.h5" ] || complain "the output is there too early"
    # its last step has to be gone before it may start again
    for _ in {1..100}; do
      [ -n "$(squeue -h -t COMPLETING)" ] || break
      sleep 0.1
    done
    # slurmd takes credentials of the second in which the last ones were revoked for revoked too
    sleep 2
    # a requeued job is held for two minutes
    scontrol release "$job"
    scontrol update jobid="$job" starttime=now
  done
  slurm_wait "$job" $((60 + 5 * straight)) COMPLETED FAILED || { complain "end"; return; }
  [ "$(slurm_field "$job" ExitCode)" = 0:0 ] || { complain "exit code"; cat "$log"; }
  starts=$(grep -c "^quadrivium.sbatch: job $job, start [123], from step [-0-9]*, run.deadline=" "$log")
  [ "$starts" = 3 ] || { complain "the log tells of $starts starts"; cat "$log"; }
  [ ! -e ".quadrivium-$job.progress" ] || complain "notes are left behind"
  same straight.h5 "$QV_LAUNCHER.h5"
}

export QV_LAUNCHER
QV_LAUNCHER=mpiexec
SECONDS=0
expect 0 on 2 run "$deck" output=straight.h5 "${over[@]}"
straight=$SECONDS # what a run takes here, so that no wait depends on the machine
stop_and_resume
QV_LAUNCHER=srun
stop_and_resume
finish
