/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "solvers/deck/number.h"
#include "solvers/run/run_impl.h"

MPI_Comm qv_run_comm(const qv_run *run) {
  return run->comm;
}

int qv_run_rank(const qv_run *run) {
  return run->rank;
}

int qv_run_size(const qv_run *run) {
  return run->size;
}

uint64_t qv_run_seed(const qv_run *run) {
  return (uint64_t)run->job->common.seed;
}

qv_diag *qv_run_diag(const qv_run *run) {
  return run->diag;
}

int64_t qv_run_quantum(const qv_run *run) {
  return run->quantum;
}

void qv_run_progress(qv_run *run, double done, double total, const char *what) {
  if (!run->progress.what) run->progress.first = done;
  run->progress.done  = done;
  run->progress.total = total;
  run->progress.what  = what;
}

/* Does the clock of rank 0 say that it is time to stop? A deadline leaves room for a checkpoint. */
static bool out_of_time(const qv_run *run) {
  const double limit = run->job->common.wall_time, elapsed = MPI_Wtime() - run->started;
  if (limit == limit && elapsed >= limit) return true;
  const double lead = 1 + 2 * run->checkpoint.seconds +
                      (run->steps ? 2 * run->phase[QV_PHASE_STEP] / (double)run->steps : 0);
  return run->deadline && (double)time(NULL) + lead >= (double)run->deadline;
}

/* Is a periodic checkpoint due? */
static bool checkpoint_due(const qv_run *run) {
  const qv_quantity every = run->job->common.checkpoint_every;
  if (every.unit == QV_UNIT_STEPS)
    return (double)(run->steps - run->checkpoint.step) >= every.value;
  return MPI_Wtime() - run->checkpoint.at >= qv_number_seconds(every);
}

PetscErrorCode qv_run_should_stop(qv_run *run, bool *stop) {
  PetscFunctionBegin;
  int flags[2] = {qv_signals_seen(), 0};
  if (run->rank == 0) {
    flags[0] |= out_of_time(run);
    flags[1] = checkpoint_due(run);
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, flags, 2, MPI_INT, MPI_MAX, run->comm));
  run->stop           = run->stop || flags[0];
  run->checkpoint.due = flags[1];
  *stop               = run->stop;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_run_line(const qv_run *run, const char *text) {
  FILE *out = run->rank == 0 ? run->request->lines : NULL;

  PetscFunctionBegin;
  if (!out) PetscFunctionReturn(0);
  PetscCheck(fprintf(out, "%s\n", text) >= 0 && !fflush(out), PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE,
             "cannot write a line of the run's output");
  PetscFunctionReturn(0);
}

PetscErrorCode qv_run_conclude(qv_run *run, const char *format, ...) {
  va_list arguments;

  PetscFunctionBegin;
  va_start(arguments, format);
  vsnprintf(run->conclusion, QV_CONCLUSION, format, arguments);
  va_end(arguments);
  PetscFunctionReturn(0);
}
