/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/histogram.h"

#include "solvers/figure/ticks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BINS = 120 };

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Linear between the values around place f * (n - 1). */
static double quantile(const double *sorted, int64_t n, double f) {
  const double  at    = f * (double)(n - 1);
  const int64_t below = (int64_t)at;
  const int64_t above = below + 1 < n ? below + 1 : below;
  return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

static bool all_integer(const double *value, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    if (value[i] != floor(value[i]) || fabs(value[i]) > 1e15) return false;
  return true;
}

/* Bin k is [k * mantissa * 10^exponent + shift, …), from `first` on. */
typedef struct {
  int64_t mantissa, first;
  int     exponent, n;
  double  shift;
} grid;

static double edge_of(const grid *g, int64_t i) {
  return qv_ticks_decimal((g->first + i) * g->mantissa, g->exponent) + g->shift;
}

/* The smallest step of 1, 2, 5 that is not below `least`. */
static void choose_step(double least, grid *g) {
  static const int nice[3] = {1, 2, 5};
  g->exponent              = qv_ticks_decade(least);
  for (int i = 0;; i++) {
    g->mantissa = nice[i % 3];
    if (qv_ticks_decimal(g->mantissa, g->exponent) >= least * (1 - 1e-9)) return;
    if (i % 3 == 2) g->exponent++;
  }
}

/* Bins for sorted values (logarithms on a log axis). */
static grid choose(const double *sorted, int64_t n, bool is_log, bool is_count) {
  const double low = sorted[0], high = sorted[n - 1], big = fmax(fabs(low), fabs(high));
  const double spread = quantile(sorted, n, 0.75) - quantile(sorted, n, 0.25);
  /* Freedman and Diaconis; at least the bins of Terrell and Scott, for values in two heaps */
  double width = fmin(0.7 * 2 * spread, (high - low) / cbrt(2)) / cbrt((double)n);
  grid   g     = {.shift = is_count ? -0.5 : 0};
  if (width <= 0) width = (high - low) / (1 + log2((double)n));
  width = fmax(width, (high - low) / (MOST_BINS - 2));
  width = fmax(width, fmax(1e-14 * big, 1e-290));
  if (is_count) width = fmax(width, 1);
  if (high - low <= 1e-14 * big && !is_count) width = is_log || big < 1e-290 ? 1 : 0.1 * big;
  choose_step(width, &g);
  const double step = qv_ticks_decimal(g.mantissa, g.exponent);
  g.first           = (int64_t)floor((low - g.shift) / step);
  while (edge_of(&g, 0) > low) g.first--;
  for (g.n = 1; edge_of(&g, g.n) <= high; g.n++) continue;
  return g;
}

/* Count sorted values; the last bin takes its right edge too. */
static void fill(const double *sorted, int64_t n, qv_histogram *h) {
  int bin = 0;
  for (int64_t i = 0; i < n; i++) {
    while (bin < h->n_bins - 1 && sorted[i] >= h->edge[bin + 1]) bin++;
    h->count[bin]++;
  }
}

static PetscErrorCode make_bins(double *sorted, bool is_log, qv_histogram *h) {
  PetscFunctionBegin;
  h->median           = quantile(sorted, h->n_used, 0.5);
  const bool is_count = !is_log && all_integer(sorted, h->n_used);
  const grid g        = choose(sorted, h->n_used, is_log, is_count);
  h->n_bins           = g.n;
  PetscCall(PetscMalloc1((size_t)g.n + 1, &h->edge));
  PetscCall(PetscCalloc1((size_t)g.n + 1, &h->count));
  for (int i = 0; i <= g.n; i++) h->edge[i] = edge_of(&g, i);
  fill(sorted, h->n_used, h);
  if (!is_log) PetscFunctionReturn(0);
  h->median = pow(10, h->median);
  for (int i = 0; i <= g.n; i++) h->edge[i] = pow(10, h->edge[i]);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_histogram_create(int64_t n, const double *value, bool is_log,
                                   qv_histogram **histogram) {
  double *sorted;
  PetscFunctionBegin;
  PetscCall(PetscNew(histogram));
  qv_histogram *h = *histogram;
  h->median       = NAN;
  PetscCall(PetscMalloc1((size_t)n + 1, &sorted));
  for (int64_t i = 0; i < n; i++) {
    const bool is_used = fabs(value[i]) <= 1e290 && (!is_log || value[i] >= 1e-290);
    if (is_used) sorted[h->n_used++] = is_log ? log10(value[i]) : value[i];
  }
  h->n_left = n - h->n_used;
  qsort(sorted, (size_t)h->n_used, sizeof *sorted, by_value);
  if (h->n_used) PetscCall(make_bins(sorted, is_log, h));
  PetscCall(PetscFree(sorted));
  PetscFunctionReturn(0);
}

/* The bin of a value; the last one takes its right edge. -1: none. Edges that were powers of ten
 * are rounded. */
static int bin_of(const qv_histogram *h, double value) {
  int          low = 0, high = h->n_bins;
  const double slack = 1e-12 * fabs(value);
  if (!h->n_bins || !(value >= h->edge[0] - slack && value <= h->edge[high] + slack)) return -1;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    if (value < h->edge[middle])
      high = middle;
    else
      low = middle;
  }
  return low;
}

PetscErrorCode qv_histogram_count(const qv_histogram *bins, int64_t n, const double *value,
                                  qv_histogram **histogram) {
  const size_t length = (size_t)bins->n_bins + 1;
  PetscFunctionBegin;
  PetscCall(PetscNew(histogram));
  qv_histogram *h = *histogram;
  h->median       = NAN;
  h->n_bins       = bins->n_bins;
  PetscCall(PetscCalloc1(length, &h->edge));
  PetscCall(PetscCalloc1(length, &h->count));
  if (h->n_bins) memcpy(h->edge, bins->edge, length * sizeof *h->edge);
  for (int64_t i = 0; i < n; i++) {
    const int bin = bin_of(h, value[i]);
    if (bin >= 0) h->count[bin]++;
    h->n_used += bin >= 0;
    h->n_left += bin < 0;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_histogram_destroy(qv_histogram **histogram) {
  PetscFunctionBegin;
  if (*histogram) {
    PetscCall(PetscFree((*histogram)->edge));
    PetscCall(PetscFree((*histogram)->count));
  }
  PetscCall(PetscFree(*histogram));
  PetscFunctionReturn(0);
}
