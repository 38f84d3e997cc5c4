/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows keyed by a global index (systems, frames, samples) spread over ranks, moved between them. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

/* One column: n_local rows of `bytes` bytes each, in the order of `index`. */
typedef struct {
  void  *data;
  size_t bytes;
} qv_column;

/* Every rank holds n_local of the n rows, in increasing order of index; every index lives on
 * exactly one rank. Created on the block distribution of qv_layout_first_unit; columns are zeroed.
 */
typedef struct {
  MPI_Comm   comm;
  int64_t    n, n_local;
  int64_t   *index; /* [n_local] increasing */
  int        n_columns;
  qv_column *column; /* [n_columns] */
} qv_rows;

/* Collective. `bytes` [n_columns] is the size of a row in each column. */
PetscErrorCode qv_rows_create(MPI_Comm comm, int64_t n, int n_columns, const size_t *bytes,
                              qv_rows **rows);
PetscErrorCode qv_rows_destroy(qv_rows **rows);

/* Even out the open rows: open rows, counted in order of index over all ranks, are dealt to ranks
 * in equal consecutive blocks; closed rows stay where they are. Does nothing when the largest and
 * the smallest count of open rows differ by at most one, or when the move would not lower the
 * largest count. `open` [n_local] is the caller's flag for each of its rows (non-zero: still has
 * work). Column pointers may change. The rule reads gathered counts only, so all ranks agree.
 * Collective. */
PetscErrorCode qv_rows_balance(qv_rows *rows, const unsigned char *open);

/* Rows [first, first + count) of one column, in order of index, into out on rank 0 (count * bytes);
 * out is ignored elsewhere. Collective. */
PetscErrorCode qv_rows_gather(const qv_rows *rows, int column, int64_t first, int64_t count,
                              void *out);

/* The inverse: rank 0 hands rows [first, first + count) to their owners. Collective. */
PetscErrorCode qv_rows_scatter(qv_rows *rows, int column, int64_t first, int64_t count,
                               const void *in);
