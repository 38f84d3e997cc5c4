/* SPDX-License-Identifier: GPL-3.0-or-later
 * The distribution of some values. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int     n_bins;
  double *edge;  /* [n_bins + 1], round numbers; on a log axis round parts of decades */
  double *count; /* [n_bins + 1], the last is 0: the heights of QV_MARK_STEPS */
  int64_t n_used,
    n_left;      /* values in bins; not finite, beyond 1e290, or not positive with is_log */
  double median; /* of those in bins; NaN when there are none */
} qv_histogram;

/* Bins about as wide as Freedman and Diaconis (1981) say, 2 IQR n^(-1/3) (of the logarithms with
 * is_log): the round number next above 0.7 of it; at least 1 for integers; at most some 120 bins.
 * Not collective. */
PetscErrorCode qv_histogram_create(int64_t n, const double *value, bool is_log,
                                   qv_histogram **histogram);
/* Other values in the same bins; n_left: those outside. Not collective. */
PetscErrorCode qv_histogram_count(const qv_histogram *bins, int64_t n, const double *value,
                                  qv_histogram **histogram);
PetscErrorCode qv_histogram_destroy(qv_histogram **histogram);
