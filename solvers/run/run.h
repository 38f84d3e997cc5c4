/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a problem may know of the run that it is part of. */
#pragma once
#include "solvers/run/problem.h"

MPI_Comm qv_run_comm(const qv_run *run);
int      qv_run_rank(const qv_run *run);
int      qv_run_size(const qv_run *run);
uint64_t qv_run_seed(const qv_run *run); /* the deck's `seed` */

/* Where setup reports what is wrong inside an input file. */
qv_diag *qv_run_diag(const qv_run *run);

/* Units of work in a step: the deck's run.step, or about a tenth of a second by the estimate. No
 * result may depend on it. */
int64_t qv_run_quantum(const qv_run *run);

/* How far the run is, for the progress line: done of total, of `what` ("systems"). Local call; rank
 * 0's values are shown. */
void qv_run_progress(qv_run *run, double done, double total, const char *what);

/* Has a signal or the wall time asked for an end? Agrees on all ranks. Collective. */
PetscErrorCode qv_run_should_stop(qv_run *run, bool *stop);

/* Hand a line of text, without its end, to whoever started the run while it goes on: the program
 * writes it to standard output. Rank 0's lines count; not collective. */
PetscErrorCode qv_run_line(const qv_run *run, const char *text);

/* One sentence on the outcome, equal on all ranks and between equal runs ("97 of 100 systems
 * reached the end; 3 escaped"): the file's @verdict, shown at the end. */
PetscErrorCode qv_run_conclude(qv_run *run, const char *format, ...)
  __attribute__((format(printf, 2, 3)));
