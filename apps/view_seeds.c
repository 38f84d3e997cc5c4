/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_seeds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool qv_view_seeds_are_many(const qv_array *array) {
  return array->rank > 1 && array->axes[0] && !strcmp(array->axes[0], "seed") &&
         array->shape[0] >= QV_SEEDS_LEAST;
}

static bool pick(const qv_view_seeds *rows, int64_t seed, int64_t i, double at[2]) {
  at[0] = rows->x[seed * rows->x_step + i];
  at[1] = rows->y[seed * rows->y_step + i];
  return isfinite(at[0]) && isfinite(at[1]);
}

int64_t qv_view_seeds_summary(const qv_view_seeds *rows, double *x, double *mean,
                              double *deviation) {
  int64_t n_left = 0;
  for (int64_t i = 0; i < rows->n; i++) {
    double  at[2], sum[2] = {0, 0}, squares = 0;
    int64_t n = 0;
    for (int64_t s = 0; s < rows->seeds; s++) {
      if (!pick(rows, s, i, at)) continue;
      sum[0] += at[0];
      sum[1] += at[1];
      n++;
    }
    n_left += rows->seeds - n;
    x[i]    = n ? sum[0] / (double)n : NAN;
    mean[i] = n ? sum[1] / (double)n : NAN;
    if (n && !rows->x_step) x[i] = rows->x[i]; /* without the rounding of the sum */
    for (int64_t s = 0; s < rows->seeds; s++)
      if (pick(rows, s, i, at)) squares += (at[1] - mean[i]) * (at[1] - mean[i]);
    deviation[i] = n > 1 ? sqrt(squares / (double)(n - 1)) : n ? 0 : NAN;
  }
  return n_left;
}

PetscErrorCode qv_view_seeds_add(qv_view_overlay *o, const char *label, const qv_view_seeds *rows) {
  const size_t n = (size_t)rows->n + 1;
  double      *x, *mean, *copy, *low, *high;
  char         words[96];
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &x));
  PetscCall(PetscMalloc1(n, &mean));
  PetscCall(PetscMalloc1(n, &copy));
  PetscCall(PetscMalloc1(n, &low));
  PetscCall(PetscMalloc1(n, &high));
  o->n_left += qv_view_seeds_summary(rows, x, mean, high);
  for (int64_t i = 0; i < rows->n; i++) {
    const double deviation = high[i];
    copy[i]                = x[i];
    low[i]                 = mean[i] - deviation;
    high[i]                = mean[i] + deviation;
  }
  snprintf(words, sizeof words, "mean of %lld seeds, \xC2\xB1 1 standard deviation",
           (long long)rows->seeds);
  PetscCall(qv_view_overlay_add(o, label ? label : words, rows->n, copy, low));
  o->curve[o->n - 1].mark  = QV_MARK_BAND;
  o->curve[o->n - 1].upper = high;
  if (!o->most_seeds || rows->seeds < o->least_seeds) o->least_seeds = rows->seeds;
  if (rows->seeds > o->most_seeds) o->most_seeds = rows->seeds;
  PetscCall(qv_view_overlay_add(o, NULL, rows->n, x, mean));
  PetscFunctionReturn(0);
}

void qv_view_seeds_note(const qv_view_overlay *o, char note[QV_SEEDS_NOTE]) {
  char several[24] = "several";
  note[0]          = 0;
  if (!o->most_seeds) return;
  if (o->least_seeds == o->most_seeds)
    snprintf(several, sizeof several, "%lld", (long long)o->most_seeds);
  snprintf(note, QV_SEEDS_NOTE,
           " Lines: means of %s seeds; bands: \xC2\xB1 1 standard deviation.%s", several,
           o->n_left ? " Seeds are left out where they have no finite value." : "");
}
