/* SPDX-License-Identifier: GPL-3.0-or-later
 * One chart of curves or distributions that come from several data sets or files. Not collective.
 */
#pragma once
#include "apps/view_draw.h"

/* Arrays and texts are owned. Lists without a label go on with the colour of the one before. */
typedef struct {
  int       n, room, n_labels;
  qv_curve *curve;
  char     *x_label, *y_label;
  bool      x_log, y_log;
  bool      each_seed;                       /* wanted: a curve for each seed, however many */
  int64_t   least_seeds, most_seeds, n_left; /* of the bands; seeds' entries that are not finite */
} qv_view_overlay;

/* What stands around the chart. Borrowed. */
typedef struct {
  const char *title, *caption, *svg, *png;
} qv_view_frame;

/* Append a curve: the arrays become the overlay's. */
PetscErrorCode qv_view_overlay_add(qv_view_overlay *overlay, const char *label, int64_t n,
                                   double *x, double *y);
/* Append a data set against its scale: [index], or [index, column] and [seed, index] with a curve
 * for each column; of several seeds the mean with a band, also of [seed, index, column]. The first
 * one gives the chart its labels. *reason: NULL or a constant sentence.
 */
PetscErrorCode qv_view_overlay_series(qv_view_overlay *overlay, qv_h5 *file, const qv_array *array,
                                      const char *label, const char **reason);
/* Append the distributions of n lists of values over common bins; `count` is their lengths. */
typedef struct {
  int                  n;
  const int64_t       *count;
  const double *const *value;
  const char *const   *label;
  bool                 is_log;
} qv_view_lists;
PetscErrorCode qv_view_overlay_histogram(qv_view_overlay *overlay, const qv_view_lists *lists);
PetscErrorCode qv_view_overlay_draw(const qv_view_overlay *overlay, const qv_view_frame *frame);
PetscErrorCode qv_view_overlay_release(qv_view_overlay *overlay);

/* "energy error" of a data set. Pure. */
const char *qv_view_overlay_title(const qv_array *array);
