/* SPDX-License-Identifier: GPL-3.0-or-later
 * A data set as curves over an index: what a view needs of it, in memory. */
#pragma once
#include "solvers/store/h5.h"

/* What an axis is to a picture: along a curve, a chart each, a curve each, a coordinate each. */
enum { QV_ALONG, QV_CHART, QV_CURVE, QV_COORDINATE, QV_ROLES };

typedef struct {
  int     axis[QV_ROLES]; /* of the data set; -1: none */
  int64_t all[QV_ROLES];  /* its length, 1 where there is none */
  int64_t n[QV_ROLES];    /* how much of it was read */
  double *value;          /* [chart, curve, coordinate, along] */
  double *along;          /* the scale of that axis, or 0, 1, … */
  char   *along_label;    /* "time [yr]" */
  char  **name[QV_ROLES]; /* [n] what the entries of the other axes are called: "body 1" */
} qv_view_data;

/* "time [yr]"; without the unit where it is "1" or none. PetscFree it. */
PetscErrorCode qv_view_data_label(const char *name, const char *unit, char **label);

/* The values of an axis: those of its scale, or 0, 1, …. PetscFree them. */
PetscErrorCode qv_view_data_scale(qv_h5 *file, const qv_array *array, int axis, double **value,
                                  const char **reason);

/* Read a data set whose axes have these roles, at most limit[role] entries of each. *reason is NULL
 * or a constant sentence. Not collective. */
PetscErrorCode qv_view_data_read(qv_h5 *file, const qv_array *array, const int axis[QV_ROLES],
                                 const int64_t limit[QV_ROLES], qv_view_data **data,
                                 const char **reason);
PetscErrorCode qv_view_data_destroy(qv_view_data **data);

/* A curve's coordinates. */
const double *qv_view_data_curve(const qv_view_data *data, int64_t chart, int64_t curve,
                                 int64_t coordinate);
