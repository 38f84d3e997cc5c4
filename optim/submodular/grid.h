/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of numbers from a text or from HDF5, told apart by content. */
#pragma once
#include "solvers/deck/key.h"
#include "solvers/store/table.h"

/* Numbers of data beyond it are refused: sums of products of them stay finite. */
#define QV_GRID_MOST 1e100

/* About how many rows and columns a table has: of HDF5 exactly, of a text by its size and its first
 * lines; 0 where nothing can be told. Not collective. */
PetscErrorCode qv_grid_measure(const qv_path *path, const char *set, double *rows, double *columns);
/* The bytes of a file, unpacked. Not collective. */
PetscErrorCode qv_grid_bytes(const qv_path *path, double *bytes);

/* A table of numbers of at most QV_GRID_MOST. Of HDF5, `set` with two axes, or `/data` where there
 * is no `set`; it has neither names nor lines. Mistakes go to diag (code 65); then *table is NULL
 * on all ranks. Destroy it with qv_table_destroy. Collective. */
PetscErrorCode qv_grid_read(MPI_Comm comm, const qv_path *path, const char *set, qv_diag *diag,
                            qv_table **table);

/* The same on rank 0 alone: elsewhere *table has its shape only, neither values nor names. A rank
 * gets its rows by qv_grid_deal. */
PetscErrorCode qv_grid_read_first(MPI_Comm comm, const qv_path *path, const char *set,
                                  qv_diag *diag, qv_table **table);

/* Some rows [n, n_columns] of a table, from row `first` on. */
typedef void (*qv_grid_taker)(void *context, int64_t first, int64_t n, const double *rows);

/* Hand rows [first, first + n) of rank 0's table to each rank, which says which it wants, in
 * pieces. Collective. */
PetscErrorCode qv_grid_deal(MPI_Comm comm, const qv_table *table, int64_t first, int64_t n,
                            qv_grid_taker take, void *context);

/* Where row r (from 0) stands in its file: its line, if it has one. Pure. */
qv_place qv_grid_place(const qv_path *path, const qv_table *table, int64_t row);
