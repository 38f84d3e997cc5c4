/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/rows.h"

#include "solvers/parallel/layout.h"

static PetscErrorCode fill(qv_rows *rows, const size_t *bytes) {
  int rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(rows->comm, &rank));
  PetscCallMPI(MPI_Comm_size(rows->comm, &size));
  const int64_t first = qv_layout_first_unit(rows->n, rank, size);
  rows->n_local       = qv_layout_first_unit(rows->n, rank + 1, size) - first;
  PetscCall(PetscMalloc1((size_t)rows->n_local, &rows->index));
  for (int64_t i = 0; i < rows->n_local; i++) rows->index[i] = first + i;
  PetscCall(PetscCalloc1((size_t)rows->n_columns, &rows->column));
  for (int c = 0; c < rows->n_columns; c++) {
    char *data;
    PetscCall(PetscCalloc1((size_t)rows->n_local * bytes[c], &data));
    rows->column[c] = (qv_column){data, bytes[c]};
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_rows_create(MPI_Comm comm, int64_t n, int n_columns, const size_t *bytes,
                              qv_rows **rows) {
  PetscFunctionBegin;
  *rows = NULL;
  PetscCheck(n >= 0 && n_columns >= 0, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "number of rows or columns is negative");
  for (int c = 0; c < n_columns; c++)
    PetscCheck(bytes[c] <= PETSC_MPI_INT_MAX, comm, PETSC_ERR_ARG_SIZ,
               "a row of column %d has %zu bytes; MPI can move %d", c, bytes[c], PETSC_MPI_INT_MAX);
  PetscCall(PetscNew(rows));
  (*rows)->comm      = comm;
  (*rows)->n         = n;
  (*rows)->n_columns = n_columns;
  PetscCall(fill(*rows, bytes));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_rows_destroy(qv_rows **rows) {
  PetscFunctionBegin;
  if (!*rows) PetscFunctionReturn(0);
  for (int c = 0; c < (*rows)->n_columns; c++) PetscCall(PetscFree((*rows)->column[c].data));
  PetscCall(PetscFree((*rows)->column));
  PetscCall(PetscFree((*rows)->index));
  PetscCall(PetscFree(*rows));
  PetscFunctionReturn(0);
}
