/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables that only rank 0 reads, and their rows for the others. */
#include "optim/submodular/grid.h"
#include "solvers/parallel/agree.h"
#include "solvers/store/h5.h"

enum { PIECE = 1 << 22, TAG = 61, MISTAKES = 20 }; /* numbers in a message */

static int64_t rows_of_piece(const qv_grid *g) {
  return PetscMax(1, PIECE / g->n_columns);
}

/* Rank 0. */
static PetscErrorCode open_here(qv_grid *g, qv_diag *diag) {
  qv_table    shape;
  const char *reason;

  PetscFunctionBegin;
  if (!qv_h5_is_file(g->path->found)) {
    PetscCall(qv_grid_read(PETSC_COMM_SELF, g->path, g->set, diag, &g->whole));
    if (!g->whole) PetscFunctionReturn(0);
    g->n_rows    = g->whole->n_rows;
    g->n_columns = g->whole->n_columns;
    PetscFunctionReturn(0);
  }
  PetscCall(qv_h5_open(g->path->found, &g->file, &reason));
  if (reason) {
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = g->path->written}, "%s", reason));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_grid_find(g->file, g->path, &g->set, diag, &shape));
  g->n_rows    = shape.n_rows;
  g->n_columns = g->n_rows ? shape.n_columns : 0;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_grid_open(MPI_Comm comm, const qv_path *path, const char *set, qv_diag *diag,
                            qv_grid **grid) {
  const int      before = qv_diag_count(diag);
  PetscErrorCode code   = 0;
  int            rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(PetscNew(grid));
  (*grid)->path = path;
  (*grid)->set  = set;
  if (rank == 0) code = open_here(*grid, diag);
  PetscCall(qv_agree_ok(comm, code == 0, code, "cannot hold a table in memory"));
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag) > before) {
    PetscCall(qv_grid_close(grid));
    PetscFunctionReturn(0);
  }
  int64_t shape[2] = {(*grid)->n_rows, (*grid)->n_columns};
  PetscCallMPI(MPI_Bcast(shape, 2, MPI_INT64_T, 0, comm));
  (*grid)->n_rows    = shape[0];
  (*grid)->n_columns = (int)shape[1];
  PetscFunctionReturn(0);
}

PetscErrorCode qv_grid_close(qv_grid **grid) {
  PetscFunctionBegin;
  if (!*grid) PetscFunctionReturn(0);
  PetscCall(qv_table_destroy(&(*grid)->whole));
  if ((*grid)->file) PetscCall(qv_h5_close(&(*grid)->file));
  PetscCall(PetscFree(*grid));
  PetscFunctionReturn(0);
}

/* Rank 0: n rows from `first` on, in `room` or where they are; *reason tells why not. */
static PetscErrorCode fetch(const qv_grid *g, int64_t first, int64_t n, double *room,
                            const double **rows, const char **reason) {
  PetscFunctionBegin;
  *reason = NULL;
  *rows   = room;
  if (g->whole)
    *rows = g->whole->value + first * g->n_columns;
  else
    PetscCall(qv_h5_read_rows(g->file, g->set, QV_F64, (qv_h5_range){first, n}, room, reason));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_grid_scan(const qv_grid *g, qv_diag *diag, qv_grid_taker take, void *context) {
  const int64_t some = PetscMin(g->n_rows, rows_of_piece(g));
  const double *rows;
  const char   *reason = NULL;
  double       *room;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(g->whole ? 0 : some * g->n_columns, &room));
  for (int64_t x = 0; x < g->n_rows && !reason && qv_diag_count(diag) < MISTAKES; x += some) {
    const int64_t n = PetscMin(some, g->n_rows - x);
    PetscCall(fetch(g, x, n, room, &rows, &reason));
    if (reason) break;
    if (!g->whole) /* those of a text were judged when it was read */
      PetscCall(qv_grid_judge(
        g->path, x, &(qv_table){.n_rows = n, .n_columns = g->n_columns, .value = room}, diag));
    PetscCall(take(context, x, n, rows));
  }
  if (reason)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = g->path->written}, "%s", reason));
  PetscCall(PetscFree(room));
  PetscFunctionReturn(0);
}

/* Rank 0: the rows of one rank, in the same pieces as it awaits them; its own it takes. */
static PetscErrorCode send(MPI_Comm comm, const qv_grid *g, int to, const int64_t *rows,
                           qv_grid_taker take, void *context) {
  const int64_t some = rows_of_piece(g);
  const double *piece;
  const char   *reason;
  double       *room;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(g->whole ? 0 : PetscMin(some, rows[1]) * g->n_columns, &room));
  for (int64_t x = 0; x < rows[1]; x += some) {
    const int64_t n = PetscMin(some, rows[1] - x);
    PetscCall(fetch(g, rows[0] + x, n, room, &piece, &reason));
    PetscCheck(!reason, PETSC_COMM_SELF, PETSC_ERR_FILE_READ, "'%s' %s", g->path->written, reason);
    if (to)
      PetscCallMPI(MPI_Send(piece, (int)(n * g->n_columns), MPI_DOUBLE, to, TAG, comm));
    else
      PetscCall(take(context, rows[0] + x, n, piece));
  }
  PetscCall(PetscFree(room));
  PetscFunctionReturn(0);
}

static PetscErrorCode receive(MPI_Comm comm, const qv_grid *g, const int64_t *rows,
                              qv_grid_taker take, void *context) {
  const int64_t some = rows_of_piece(g);
  double       *piece;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(PetscMin(some, rows[1]) * g->n_columns, &piece));
  for (int64_t x = 0; x < rows[1]; x += some) {
    const int64_t n = PetscMin(some, rows[1] - x);
    PetscCallMPI(
      MPI_Recv(piece, (int)(n * g->n_columns), MPI_DOUBLE, 0, TAG, comm, MPI_STATUS_IGNORE));
    PetscCall(take(context, rows[0] + x, n, piece));
  }
  PetscCall(PetscFree(piece));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_grid_deal(MPI_Comm comm, const qv_grid *grid, int64_t first, int64_t n,
                            qv_grid_taker take, void *context) {
  const int64_t mine[2] = {first, n};
  int64_t      *all     = NULL;
  int           rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  if (rank) {
    PetscCallMPI(MPI_Gather(mine, 2, MPI_INT64_T, NULL, 2, MPI_INT64_T, 0, comm));
    PetscCall(receive(comm, grid, mine, take, context));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(2 * size, &all));
  PetscCallMPI(MPI_Gather(mine, 2, MPI_INT64_T, all, 2, MPI_INT64_T, 0, comm));
  for (int r = size - 1; r >= 0; r--)
    PetscCall(send(comm, grid, r, all + 2 * (ptrdiff_t)r, take, context));
  PetscCall(PetscFree(all));
  PetscFunctionReturn(0);
}
