/* SPDX-License-Identifier: GPL-3.0-or-later
 * Private to record*.c: the object and its series. */
#pragma once
#include "solvers/store/record.h"

enum { QV_RECORD_REASON = 512 };

/* One column of a series; its texts and values are its own. 8 bytes a value. */
typedef struct {
  qv_array array; /* shape[0]: values so far */
  char    *path, *unit, *long_name, *view, *axis;
  int64_t  capacity;
  union {
    double  *real;    /* QV_F64 */
    int64_t *integer; /* QV_I64 */
    void    *data;
  } value;
} qv_series;

struct qv_record {
  MPI_Comm   comm;
  int        rank;
  qv_h5     *file; /* rank 0 */
  bool       is_final;
  int        n_series, capacity; /* rank 0 */
  qv_series *series;
  char       reason[QV_RECORD_REASON];
};

/* Drop all series. */
PetscErrorCode qv_record_clear(qv_record *record);
