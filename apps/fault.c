/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/fault.h"

#include <stdio.h>
#include <stdlib.h>

#include "solvers/parallel/diag.h"

/* PETSc calls this at the place of the error and at every level above it. */
static PetscErrorCode handle(MPI_Comm comm, int line, const char *function, const char *file,
                             PetscErrorCode code, PetscErrorType type, const char *message,
                             void *context) {
  qv_fault  *fault = context;
  const bool trace = getenv("QUADRIVIUM_TRACE") != NULL;
  if (type == PETSC_ERROR_INITIAL) {
    fault->together = comm != MPI_COMM_SELF && comm != MPI_COMM_NULL;
    if (!fault->printed && (!fault->together || fault->rank == 0))
      fprintf(
        stderr,
        "quadrivium: error: %s\n  in %s (%s:%d), rank %d; QUADRIVIUM_TRACE=1 shows the calls\n",
        message ? message : "unknown", function, file, line, fault->rank);
    fault->printed = true;
  } else if (trace) {
    fprintf(stderr, "  [%d] %s (%s:%d)\n", fault->rank, function, file, line);
  }
  return code;
}

PetscErrorCode qv_fault_install(qv_fault *fault) {
  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &fault->rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &fault->size));
  PetscCall(PetscPushErrorHandler(handle, fault));
  PetscFunctionReturn(0);
}

static int exit_code(PetscErrorCode code) {
  switch (code) {
    case PETSC_ERR_FILE_OPEN:
      return QV_EXIT_CANTCREATE;
    case PETSC_ERR_FILE_WRITE:
      return QV_EXIT_IO;
    case PETSC_ERR_FILE_READ:
      return QV_EXIT_DATA;
    default:
      return QV_EXIT_INTERNAL;
  }
}

int qv_fault_end(const qv_fault *fault, PetscErrorCode code) {
  const int result = exit_code(code);
  if (fault->size > 1 && !fault->together) MPI_Abort(PETSC_COMM_WORLD, result);
  return result;
}
