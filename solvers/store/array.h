/* SPDX-License-Identifier: GPL-3.0-or-later
 * How a data set describes itself. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

enum { QV_MAX_RANK = 6 };

typedef enum {
  QV_F64,
  QV_I64,
  QV_I32,
  QV_I8,
  QV_U8,
  QV_C128, /* compound {r, i} of two doubles */
  QV_ENUM, /* enum over int8; .words name the values 0, 1, … */
  QV_TEXT  /* array of NUL-terminated UTF-8 (char **), written as variable-length strings */
} qv_type;

/* A data set without its data. Texts are borrowed. */
typedef struct {
  const char        *path; /* "/result/position" */
  qv_type            type;
  int                rank; /* 0: scalar */
  int64_t            shape[QV_MAX_RANK];
  const char        *axes[QV_MAX_RANK]; /* "system", "body", "axis": dimension scales */
  const char        *unit;              /* "1" when it has none */
  const char        *long_name;
  const char        *view;  /* the kind of picture, see solvers/figure; may be NULL */
  const char *const *words; /* QV_ENUM: names, ends with NULL */
} qv_array;

/* Bytes of one entry in memory; 0 for QV_TEXT. Pure. */
size_t qv_array_entry_bytes(qv_type type);
/* Entries below the first axis: the length of a row. Pure. */
int64_t qv_array_row_length(const qv_array *array);
int64_t qv_array_length(const qv_array *array);
