/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables that only rank 0 holds, and their rows for the others. */
#include "optim/submodular/grid.h"
#include "solvers/parallel/agree.h"

enum { PIECE = 1 << 22, TAG = 61 }; /* numbers in a message */

PetscErrorCode qv_grid_read_first(MPI_Comm comm, const qv_path *path, const char *set,
                                  qv_diag *diag, qv_table **table) {
  const int      before  = qv_diag_count(diag);
  int64_t        head[2] = {0, 0};
  PetscErrorCode code    = 0;
  int            rank;

  PetscFunctionBegin;
  *table = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) code = qv_grid_read(PETSC_COMM_SELF, path, set, diag, table);
  PetscCall(qv_agree_ok(comm, code == 0, code, "cannot hold a table in memory"));
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag) > before) {
    PetscCall(qv_table_destroy(table));
    PetscFunctionReturn(0);
  }
  if (rank == 0) {
    head[0] = (*table)->n_rows;
    head[1] = (*table)->n_columns;
  }
  PetscCallMPI(MPI_Bcast(head, 2, MPI_INT64_T, 0, comm));
  if (rank) PetscCall(PetscNew(table));
  (*table)->n_rows    = head[0];
  (*table)->n_columns = (int)head[1];
  PetscFunctionReturn(0);
}

/* Rows of one rank, from rank 0, in the same pieces as it awaits them. */
static PetscErrorCode send(MPI_Comm comm, const qv_table *t, int to, const int64_t *rows) {
  const int64_t width = t->n_columns, some = PetscMax(1, PIECE / width);

  PetscFunctionBegin;
  for (int64_t x = 0; x < rows[1]; x += some)
    PetscCallMPI(MPI_Send(t->value + (rows[0] + x) * width,
                          (int)(PetscMin(some, rows[1] - x) * width), MPI_DOUBLE, to, TAG, comm));
  PetscFunctionReturn(0);
}

static PetscErrorCode receive(MPI_Comm comm, const qv_table *t, const int64_t *rows,
                              qv_grid_taker take, void *context) {
  const int64_t width = t->n_columns, some = PetscMax(1, PIECE / width);
  double       *piece;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(PetscMin(some, rows[1]) * width, &piece));
  for (int64_t x = 0; x < rows[1]; x += some) {
    const int64_t n = PetscMin(some, rows[1] - x);
    PetscCallMPI(MPI_Recv(piece, (int)(n * width), MPI_DOUBLE, 0, TAG, comm, MPI_STATUS_IGNORE));
    take(context, rows[0] + x, n, piece);
  }
  PetscCall(PetscFree(piece));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_grid_deal(MPI_Comm comm, const qv_table *table, int64_t first, int64_t n,
                            qv_grid_taker take, void *context) {
  const int64_t mine[2] = {first, n};
  int64_t      *all     = NULL;
  int           rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  if (rank) {
    PetscCallMPI(MPI_Gather(mine, 2, MPI_INT64_T, NULL, 2, MPI_INT64_T, 0, comm));
    PetscCall(receive(comm, table, mine, take, context));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(2 * size, &all));
  PetscCallMPI(MPI_Gather(mine, 2, MPI_INT64_T, all, 2, MPI_INT64_T, 0, comm));
  for (int r = 1; r < size; r++) PetscCall(send(comm, table, r, all + 2 * (ptrdiff_t)r));
  take(context, first, n, table->value + first * table->n_columns);
  PetscCall(PetscFree(all));
  PetscFunctionReturn(0);
}
