/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a forward model offers to qv_forward: for forward*.c. */
#pragma once
#include "imaging/forward.h"

/* Rows of the field of view: pixels [begin[y], end[y]); the same for columns. */
typedef struct {
  int  size;
  int *begin, *end;
} qv_rows_of_view;

struct qv_forward_model {
  bool has_angles, has_mask;
  /* The geometry is valid for this call only, `view` as long as the plan. */
  PetscErrorCode (*create)(const qv_geometry *geometry, const qv_rows_of_view *view, void **plan);
  PetscErrorCode (*destroy)(void **plan);
  /* One frame. apply reads no pixel outside of the field of view; adjoint writes all of them. */
  void (*apply)(void *plan, int64_t frame, const double *image, double *samples);
  void (*adjoint)(void *plan, int64_t frame, const double *samples, double *image);
  int64_t (*count)(const void *plan, int64_t frame);
};
