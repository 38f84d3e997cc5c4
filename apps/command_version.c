/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <petscversion.h>
#include <stdio.h>
#include <string.h>

#include "apps/command.h"
#include "solvers/run/version.h"

static PetscErrorCode run(const qv_arguments *arguments, int *code) {
  char mpi[MPI_MAX_LIBRARY_VERSION_STRING];
  int  length;

  PetscFunctionBegin;
  *code = QV_EXIT_DONE;
  PetscCallMPI(MPI_Get_library_version(mpi, &length));
  mpi[strcspn(mpi, ",\n")] = 0;
  if (arguments->rank == 0)
    printf("quadrivium %s%s%s%s\nPETSc %d.%d.%d, %s\n%s, %s\ninputs: %s\n", QV_VERSION,
           QV_COMMIT[0] ? " (" : "", QV_COMMIT, QV_COMMIT[0] ? ")" : "", PETSC_VERSION_MAJOR,
           PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR, mpi, QV_COMPILER, QV_BUILD_TYPE,
           qv_arguments_data_folder());
  PetscFunctionReturn(0);
}

const qv_command qv_command_version = {
  .name    = "version",
  .usage   = "version",
  .summary = "print the versions of the program and of the libraries under it",
  .options = "",
  .run     = run,
  .help    = ""};
