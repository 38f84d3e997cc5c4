/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a problem offers its self-describing results; the driver decides what becomes of them. */
#pragma once
#include "solvers/parallel/rows.h"
#include "solvers/store/array.h"
#include "solvers/store/h5.h"

typedef struct qv_record qv_record;

/* Collective. `file` is rank 0's handle of the output when arrays are wanted now, NULL while the
 * run goes on (then qv_record_put does nothing and only series are kept). */
PetscErrorCode qv_record_create(MPI_Comm comm, qv_record **record);
PetscErrorCode qv_record_destroy(qv_record **record);
PetscErrorCode qv_record_open(qv_record *record, qv_h5 *file, bool is_final);

/* Is the output being written? Equal on all ranks. Problems may skip costly work when it is not. */
bool qv_record_is_final(const qv_record *record);

/* Offer an array that is equal on all ranks (rank 0's copy is written). Collective. */
PetscErrorCode qv_record_put(qv_record *record, const qv_array *array, const void *data);

/* Offer a column of rows: axis 0 of `array` is the index. Streamed through rank 0 in blocks.
 * Collective. */
PetscErrorCode qv_record_put_rows(qv_record *record, const qv_array *array, const qv_rows *rows,
                                  int column);

/* The same with the index on axis 1: array is [outer, index, …], the column holds [outer, …] for
 * each row. Written so that each outer slice is contiguous in the file. Collective. */
PetscErrorCode qv_record_put_rows_inner(qv_record *record, const qv_array *array,
                                        const qv_rows *rows, int column);

/* Append a value to a column of the problem's own index (iteration, update, report): path
 * "/series/energy" (or "/run/series/…" for what may differ between equal runs). The column is made
 * at its first value. `like` gives path, unit, long_name, view and axes[0]; type QV_F64 or QV_I64.
 * Not collective: only rank 0 keeps it; call it on every rank with equal values. */
PetscErrorCode qv_record_append(qv_record *record, const qv_array *like, double value);

/* The driver's side: series into a file (under `prefix`: "" for the output, a group for a
 * checkpoint, which then gets the list of its columns as the attribute `series`), and back from a
 * checkpoint, in place of all that the record had. *reason is owned by the record. Not collective;
 * rank 0. */
PetscErrorCode qv_record_write_series(qv_record *record, qv_h5 *file, const char *prefix);
PetscErrorCode qv_record_read_series(qv_record *record, qv_h5 *file, const char *prefix,
                                     const char **reason);
