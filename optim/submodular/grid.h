/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of numbers from a text or from HDF5, told apart by content. */
#pragma once
#include "solvers/deck/key.h"
#include "solvers/store/table.h"

/* Numbers of data beyond it are refused: sums of products of them stay finite. */
#define QV_GRID_MOST 1e100

/* A table of numbers of at most QV_GRID_MOST. Of HDF5, `set` with two axes, or `/data` where there
 * is no `set`; it has neither names nor lines. Mistakes go to diag (code 65); then *table is NULL
 * on all ranks. Destroy it with qv_table_destroy. Collective. */
PetscErrorCode qv_grid_read(MPI_Comm comm, const qv_path *path, const char *set, qv_diag *diag,
                            qv_table **table);

/* A table whose rows are dealt out: rank 0 has it, all of a text or the open file of HDF5; the
 * others know its shape. */
typedef struct {
  int64_t        n_rows;
  int            n_columns;
  qv_table      *whole; /* rank 0, of a text: with names and lines */
  struct qv_h5  *file;  /* rank 0, of HDF5 */
  const char    *set;
  const qv_path *path; /* borrowed */
} qv_grid;

/* As qv_grid_read, but for the numbers of HDF5, which are judged as they are read by qv_grid_scan.
 * Collective. */
PetscErrorCode qv_grid_open(MPI_Comm comm, const qv_path *path, const char *set, qv_diag *diag,
                            qv_grid **grid);
PetscErrorCode qv_grid_close(qv_grid **grid);

/* Some rows [n, n_columns], from row `first` on. */
typedef PetscErrorCode (*qv_grid_taker)(void *context, int64_t first, int64_t n,
                                        const double *rows);

/* Rank 0: all rows in pieces, whose numbers are judged as qv_grid_read does. Mistakes go to diag.
 * Not collective. */
PetscErrorCode qv_grid_scan(const qv_grid *grid, qv_diag *diag, qv_grid_taker take, void *context);

/* Hand rows [first, first + n) to each rank, which says which it wants, in pieces. Collective. */
PetscErrorCode qv_grid_deal(MPI_Comm comm, const qv_grid *grid, int64_t first, int64_t n,
                            qv_grid_taker take, void *context);

/* The shape of a set with two axes, neither empty, which may turn out to be `/data`; n_rows is 0
 * and diag says why where there is none. Not collective. */
PetscErrorCode qv_grid_find(struct qv_h5 *file, const qv_path *path, const char **set,
                            qv_diag *diag, qv_table *table);

/* Find numbers that are none, or beyond QV_GRID_MOST, in a table, or in some rows of one from
 * `first` on. */
PetscErrorCode qv_grid_judge(const qv_path *path, int64_t first, const qv_table *table,
                             qv_diag *diag);

/* Where row r (from 0) stands in its file: its line, if it has one. Pure. */
qv_place qv_grid_place(const qv_path *path, const qv_table *table, int64_t row);
