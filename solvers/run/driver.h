/* SPDX-License-Identifier: GPL-3.0-or-later
 * The driver: the loop, output, checkpoints, signals, wall time, resume, provenance, once for all
 * problems. */
#pragma once
#include <stdio.h>

#include "solvers/run/common.h"
#include "solvers/run/problem.h"

/* A deck with its checked parameters. */
typedef struct {
  const qv_problem *problem; /* NULL when the deck names none that exists */
  qv_deck          *deck;
  qv_common         common;
  void             *params;
  qv_section        section[2]; /* the common keys, the problem's keys */
} qv_job;

/* A deck as the command line names it. Borrowed. */
typedef struct {
  const char              *path;
  int                      n_overrides;
  char *const             *overrides;   /* words key=value */
  const char              *data_folder; /* of the program's inputs */
  const qv_problem *const *problems;    /* all there are; ends with NULL */
} qv_job_request;

/* Read, check and resolve a deck. All mistakes go to diag. Collective. Destroy the job in any case.
 */
PetscErrorCode qv_job_create(MPI_Comm comm, const qv_job_request *request, qv_diag *diag,
                             qv_job **job);
PetscErrorCode qv_job_destroy(qv_job **job);

/* What the command line asks for. Borrowed. */
typedef struct {
  bool        force, resume, quiet;
  const char *command_line;
  const char *petsc_options; /* the words after `--`, joined; "" for none */
  FILE       *lines;         /* where qv_run_line writes; NULL: nowhere */
} qv_run_request;

/* Run a job without mistakes to its end. *code is the exit code; mistakes in input files go to
 * diag. Faults come back as PETSc errors. Collective. */
PetscErrorCode qv_driver_run(MPI_Comm comm, const qv_job *job, const qv_run_request *request,
                             qv_diag *diag, int *code);
