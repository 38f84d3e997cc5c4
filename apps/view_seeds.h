/* SPDX-License-Identifier: GPL-3.0-or-later
 * Several seeds as one curve: their mean, with a band of one standard deviation. */
#pragma once
#include "apps/view_overlay.h"

/* Fewer than the least say nothing about a spread. */
enum { QV_SEEDS_LEAST = 3, QV_SEEDS_NOTE = 160 };

/* Rows of several seeds. Borrowed. */
typedef struct {
  int64_t       seeds, n;
  int64_t       x_step, y_step; /* from one seed to the next; 0: the seeds share it */
  const double *x, *y;
} qv_view_seeds;

/* Has a data set a first axis `seed` that is long enough, and others? Pure. */
bool qv_view_seeds_are_many(const qv_array *array);
/* Over the seeds of which x and y are finite: the means [n] of both and the sample standard
 * deviation [n] of y (over their number less one; 0 of a single one). NaN where there is none.
 * Returns how many entries are not finite. Pure. */
int64_t qv_view_seeds_summary(const qv_view_seeds *rows, double *x, double *mean,
                              double *deviation);
/* Append a band, which has the label, and the curve of the mean; no label: one that says what they
 * are. */
PetscErrorCode qv_view_seeds_add(qv_view_overlay *overlay, const char *label,
                                 const qv_view_seeds *rows);
/* What the bands of a chart are, for its caption; "" where it has none. Pure. */
void qv_view_seeds_note(const qv_view_overlay *overlay, char note[QV_SEEDS_NOTE]);
