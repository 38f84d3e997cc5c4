/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/grid.h"

#include <math.h>
#include <string.h>

#include "solvers/parallel/agree.h"
#include "solvers/store/h5.h"

enum { MISTAKES = 20 };

PetscErrorCode qv_grid_judge(const qv_path *path, int64_t first, const qv_table *t, qv_diag *diag) {
  int n = 0;

  PetscFunctionBegin;
  for (int64_t i = 0; i < t->n_rows * t->n_columns && n < MISTAKES; i++) {
    const int64_t row = i / t->n_columns, column = i % t->n_columns;
    if (fabs(t->value[i]) <= QV_GRID_MOST) continue;
    n++;
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, qv_grid_place(path, t, row),
                          "%g in row %lld, column %lld (from 0) is not a number of at most %g",
                          t->value[i], (long long)(first + row), (long long)column, QV_GRID_MOST));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_grid_find(qv_h5 *file, const qv_path *path, const char **set, qv_diag *diag,
                            qv_table *t) {
  const qv_place place = {.file = path->written};
  qv_array       array;
  const char    *reason;

  PetscFunctionBegin;
  t->n_rows = 0;
  PetscCall(qv_h5_find(file, *set, &array, &reason));
  if (reason && strcmp(*set, "/data")) {
    *set = "/data";
    PetscCall(qv_h5_find(file, *set, &array, &reason));
  }
  if (reason) {
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, place, "%s", reason));
    PetscFunctionReturn(0);
  }
  if (array.rank != 2 || array.shape[0] < 1 || array.shape[1] < 1 || array.shape[0] >= INT32_MAX ||
      array.shape[1] >= INT32_MAX) {
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, place,
                          "'%s' has %d axes, expected a table [row, column] that is not empty",
                          *set, array.rank));
    PetscFunctionReturn(0);
  }
  t->n_rows    = array.shape[0];
  t->n_columns = (int)array.shape[1];
  PetscFunctionReturn(0);
}

/* All values of a set to the table. */
static PetscErrorCode take_set(qv_h5 *file, const qv_path *path, const char *set, qv_diag *diag,
                               qv_table *t) {
  const char *reason;

  PetscFunctionBegin;
  PetscCall(qv_grid_find(file, path, &set, diag, t));
  if (!t->n_rows) PetscFunctionReturn(0);
  PetscCall(qv_h5_read(file, set, QV_F64, (void **)&t->value, &reason));
  if (reason)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = path->written}, "%s", reason));
  else
    PetscCall(qv_grid_judge(path, 0, t, diag));
  PetscFunctionReturn(0);
}

/* Rank 0. */
static PetscErrorCode read_hdf5(const qv_path *path, const char *set, qv_diag *diag, qv_table *t) {
  qv_h5      *file;
  const char *reason;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path->found, &file, &reason));
  if (reason) {
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = path->written}, "%s", reason));
    PetscFunctionReturn(0);
  }
  PetscCall(take_set(file, path, set, diag, t));
  PetscCall(qv_h5_close(&file));
  PetscFunctionReturn(0);
}

static PetscErrorCode share(MPI_Comm comm, int rank, qv_table *t) {
  int64_t head[2] = {t->n_rows, t->n_columns};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(head, 2, MPI_INT64_T, 0, comm));
  t->n_rows       = head[0];
  t->n_columns    = (int)head[1];
  const int64_t n = head[0] * head[1];
  if (rank) PetscCall(PetscMalloc1(n, &t->value));
  PetscCall(qv_agree_broadcast(comm, t->value, n, sizeof *t->value));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_grid_read(MPI_Comm comm, const qv_path *path, const char *set, qv_diag *diag,
                            qv_table **table) {
  const int      before = qv_diag_count(diag);
  PetscErrorCode code   = 0;
  int            rank, hdf5;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  hdf5 = rank == 0 && qv_h5_is_file(path->found);
  PetscCallMPI(MPI_Bcast(&hdf5, 1, MPI_INT, 0, comm));
  if (!hdf5) {
    PetscCall(qv_table_read(comm, path->found, path->written, diag, table));
    if (*table) PetscCall(qv_grid_judge(path, 0, *table, diag)); /* all ranks find the same */
    if (qv_diag_count(diag) > before) PetscCall(qv_table_destroy(table));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscNew(table));
  if (rank == 0) code = read_hdf5(path, set, diag, *table);
  PetscCall(qv_agree_ok(comm, code == 0, code, "cannot hold a table in memory"));
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag) > before)
    PetscCall(qv_table_destroy(table));
  else
    PetscCall(share(comm, rank, *table));
  PetscFunctionReturn(0);
}

qv_place qv_grid_place(const qv_path *path, const qv_table *table, int64_t row) {
  return (qv_place){.file = path->written, .line = table->line ? (int)table->line[row] : 0};
}
