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

/* Where row r (from 0) stands in its file: its line, if it has one. Pure. */
qv_place qv_grid_place(const qv_path *path, const qv_table *table, int64_t row);
