/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of numbers from text: comma or blanks, `#` comments, optional header, gzip by content. */
#pragma once
#include <stdint.h>
#include "solvers/parallel/diag.h"

typedef struct {
  int64_t  n_rows;
  int      n_columns;
  char   **name;  /* [n_columns] from the header; NULL when the first line parsed as numbers */
  double  *value; /* [n_rows, n_columns] */
  int64_t *line;  /* [n_rows] line of each row, from 1 */
} qv_table;

/* Read by rank 0, equal on all ranks. Mistakes (ragged rows, no number, NaN or Inf, not readable,
 * truncated gzip, no rows) go to diag with code QV_EXIT_DATA and file:line; then *table is NULL on
 * all ranks. `written` is the name used in messages, `path` the file to open. Collective. */
PetscErrorCode qv_table_read(MPI_Comm comm, const char *path, const char *written, qv_diag *diag,
                             qv_table **table);
PetscErrorCode qv_table_destroy(qv_table **table);
/* Column by name, -1 when there is none. */
int qv_table_column(const qv_table *table, const char *name);
