/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "apps/command.h"
#include "solvers/run/driver.h"

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  qv_diag             *diag;
  qv_job              *job;
  const qv_run_request request = {.force         = qv_arguments_has(arguments, "--force"),
                                  .resume        = qv_arguments_has(arguments, "--resume"),
                                  .quiet         = qv_arguments_has(arguments, "--quiet"),
                                  .command_line  = arguments->whole,
                                  .petsc_options = arguments->petsc,
                                  .lines         = stdout};

  const qv_job_request wanted = qv_arguments_job(arguments);

  PetscFunctionBegin;
  PetscCall(qv_diag_create(&diag));
  PetscCall(qv_job_create(PETSC_COMM_WORLD, &wanted, diag, &job));
  if (qv_diag_count(diag))
    *code = qv_diag_exit_code(diag);
  else
    PetscCall(qv_driver_run(PETSC_COMM_WORLD, job, &request, diag, code));
  PetscCall(qv_arguments_print_diag(arguments, diag));
  PetscCall(qv_job_destroy(&job));
  PetscCall(qv_diag_destroy(&diag));
  PetscFunctionReturn(0);
}

const qv_command qv_command_run = {
  .name    = "run",
  .usage   = "run DECK [key=value …] [-- PETSc options]",
  .summary = "run a deck",
  .options = "--force --resume --quiet",
  .least   = 1,
  .most    = 1000,
  .run     = run,
  .help =
    "DECK is a YAML file; `quadrivium list` shows what it can ask for. Words like\n"
    "threebody.systems.count=100 override single keys.\n\n"
    "  --resume   go on from the newest good checkpoint of this deck; start from the\n"
    "             beginning when there is none\n"
    "  --force    replace an output that is there\n"
    "  --quiet    no progress and no closing line\n\n"
    "exit codes: 0 done, 2 done but the deck's goal was not reached, 64 command line,\n"
    "65 wrong data, 66 missing file, 70 internal, 73 cannot create, 74 cannot write,\n"
    "75 stopped early with a checkpoint (signal or wall time), 78 mistake in the deck\n"};
