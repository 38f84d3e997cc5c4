/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of a state that a restart needs, and files of them. */
#pragma once
#include "solvers/parallel/rows.h"
#include "solvers/store/array.h"
#include "solvers/store/h5.h"

typedef enum {
  QV_REPLICATED, /* equal on all ranks: rank 0's copy is saved, all get it back */
  QV_BY_INDEX,   /* rows of a qv_rows, keyed by index; saved in order of index */
  QV_BY_TILE,    /* a tile-aligned block of reals (qv_layout_first) */
  QV_ON_RANK_0
} qv_distribution;

/* What a field is at this moment. data is borrowed from the state: load writes through it. */
typedef struct {
  int      rank;
  int64_t  shape[QV_MAX_RANK]; /* global */
  void    *data;               /* local part */
  qv_rows *rows;               /* QV_BY_INDEX: where the rows live; data is column `column` */
  int      column;
} qv_field_view;

/* One row of the table; tables end with a NULL name. */
typedef struct {
  const char     *name; /* data set /state/<name> */
  qv_type         type;
  qv_distribution distribution;
  const char     *unit;
  PetscErrorCode (*view)(void *state, qv_field_view *view);
} qv_field;

/* Save all fields under /state of an open file (rank 0's handle, NULL elsewhere) and a checksum of
 * their bytes as /state@checksum. Collective. */
PetscErrorCode qv_field_save(MPI_Comm comm, const qv_field *fields, void *state, qv_h5 *file);

/* Load all fields; the number of ranks may differ from that of the save. Nothing is written to the
 * state before the checksum has proved the file. The fields' views are asked for in the order of
 * the table, each after the fields before it were loaded: a shape may depend on them. *reason is
 * NULL or a sentence, equal on all ranks, that the caller frees with PetscFree (a missing data set,
 * a wrong type, checksum or shape); then the state may be loaded in part. The checksum covers what
 * the fields hold; HDF5 itself may crash over damage to its own structures, so prove the whole file
 * before opening it. Collective. */
PetscErrorCode qv_field_load(MPI_Comm comm, const qv_field *fields, void *state, qv_h5 *file,
                             char **reason);
