/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "apps/command.h"
#include "solvers/run/driver.h"

/* "1.5 GB" */
static void bytes_text(double bytes, char text[32]) {
  static const char *const unit[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
  int                      i      = 0;
  for (; bytes >= 1000 && i < 5; i++) bytes /= 1000;
  snprintf(text, 32, "%.3g %s", bytes, unit[i]);
}

static PetscErrorCode print_estimate(const qv_job *job) {
  qv_cost cost = {0};
  char    memory[32], disk[32];
  int     size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  PetscCall(job->problem->estimate(job->params, size, &cost));
  bytes_text(cost.memory, memory);
  bytes_text(cost.disk, disk);
  printf("# memory: %s on the fullest of %d rank%s\n# disk: %s\n", memory, size,
         size == 1 ? "" : "s", disk);
  if (cost.work > 0)
    printf("# work: about %.3g %s, %.3g s on one core\n", cost.work, cost.unit,
           cost.work * cost.seconds_per_unit);
  else
    printf("# work: cannot be told beforehand\n");
  PetscFunctionReturn(0);
}

static PetscErrorCode print_inputs(const qv_job *job) {
  const qv_path **files;
  int             n;

  PetscFunctionBegin;
  PetscCall(qv_deck_files(2, job->section, &n, &files));
  for (int i = 0; i < n; i++) printf("# input: %s is %s\n", files[i]->written, files[i]->found);
  PetscCall(PetscFree(files));
  PetscFunctionReturn(0);
}

static PetscErrorCode print_job(const qv_job *job) {
  char *yaml;

  PetscFunctionBegin;
  PetscCall(qv_deck_write(2, job->section, 0, true, &yaml));
  fputs(yaml, stdout);
  PetscCall(PetscFree(yaml));
  PetscCall(print_inputs(job));
  PetscCall(print_estimate(job));
  PetscFunctionReturn(0);
}

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  qv_diag             *diag;
  qv_job              *job;
  const qv_job_request wanted = qv_arguments_job(arguments);

  PetscFunctionBegin;
  PetscCall(qv_diag_create(&diag));
  PetscCall(qv_job_create(PETSC_COMM_WORLD, &wanted, diag, &job));
  *code = qv_diag_exit_code(diag);
  if (!qv_diag_count(diag) && arguments->rank == 0) PetscCall(print_job(job));
  PetscCall(qv_arguments_print_diag(arguments, diag));
  PetscCall(qv_job_destroy(&job));
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

const qv_command qv_command_check = {
  .name    = "check",
  .usage   = "check DECK [key=value …]",
  .summary = "check a deck, print it with all defaults and what it will need",
  .options = "",
  .least   = 1,
  .most    = 1000,
  .run     = run,
  .help =
    "What is printed is itself a deck: every key with its value, unit, range and meaning.\n"
    "Nothing is computed and no file is made. All mistakes are reported in one go.\n\n"
    "exit codes: 0 the deck is right, 78 it is not, 66 an input file is missing\n"};
