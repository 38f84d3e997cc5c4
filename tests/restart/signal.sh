#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# qv-test: np=2 labels=fast timeout=180
# A signal ends a run with 75 and a checkpoint; resumed on another number of ranks it gives the same bits.
. "$QV_SOURCE/tests/support/cli.sh"
deck=$QV_SOURCE/inputs/threebody/paper-seeds-regularised.yaml
over=(threebody.systems.count=200 "threebody.time.end=1000 yr" run.step=100000 "checkpoint.every=0.3 s")
expect 0 on 2 run "$deck" output=straight.h5 "${over[@]}"

# stop SIGNAL RANKS WHOM: to mpiexec, to one rank, or to the single process
stop() {
  local signal=$1 ranks=$2 whom=$3 pid code=0
  if [ "$ranks" = 0 ]; then "$QUADRIVIUM" run "$deck" output=r.h5 "${over[@]}" 2>err.txt &
  else mpiexec -n "$ranks" "$QUADRIVIUM" run "$deck" output=r.h5 "${over[@]}" 2>err.txt & fi
  pid=$!
  # wait until it is at work: a first checkpoint is there
  for _ in $(seq 1200); do
    if [ -e r.h5.ckpt-0 ] || [ -e r.h5.ckpt-1 ]; then break; fi
    sleep 0.05
  done
  if [ "$whom" = rank ]; then kill "-$signal" "$(ranks_of $pid | tail -1)"; else kill "-$signal" $pid; fi
  wait $pid || code=$?
  [ "$code" = 75 ] || complain "$signal to $whom of $ranks ranks ended with $code"
}
stop USR1 2 mpiexec
expect 0 on 3 run "$deck" output=r.h5 "${over[@]}" --resume
same straight.h5 r.h5
rm -f r.h5*
stop TERM 2 rank
expect 0 on 0 run "$deck" output=r.h5 "${over[@]}" --resume
same straight.h5 r.h5
rm -f r.h5*
stop INT 0 self
expect 0 on 4 run "$deck" output=r.h5 "${over[@]}" --resume
same straight.h5 r.h5
finish
