/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/spread.h"

#include <math.h>

static int bin_of(int64_t x) {
  if (x < QV_SPREAD_EXACT) return (int)x;
  const int top = 63 - __builtin_clzll((uint64_t)x); /* 2^top <= x, top >= 6 */
  return QV_SPREAD_EXACT + 16 * (top - 6) + (int)((x >> (top - 4)) & 15);
}

static int64_t edge_of(int bin) {
  if (bin < QV_SPREAD_EXACT) return bin;
  const int top = 6 + (bin - QV_SPREAD_EXACT) / 16;
  return (INT64_C(16) + (bin - QV_SPREAD_EXACT) % 16) << (top - 4);
}

void qv_spread_add(qv_spread *spread, int64_t x) {
  spread->n++;
  spread->largest = x > spread->largest ? x : spread->largest;
  spread->bin[bin_of(x)]++;
}

int64_t qv_spread_quantile(const qv_spread *spread, double p) {
  const double least = p * (double)spread->n * (1 - 0x1p-50); /* p is rounded, too */
  int64_t      seen  = 0;
  for (int b = 0; b < QV_SPREAD_BINS; b++) {
    seen += spread->bin[b];
    if (seen && (double)seen >= least) return edge_of(b);
  }
  return 0;
}

void qv_spread_join(qv_spread *spread, const qv_spread *more) {
  spread->n += more->n;
  spread->largest = more->largest > spread->largest ? more->largest : spread->largest;
  for (int b = 0; b < QV_SPREAD_BINS; b++) spread->bin[b] += more->bin[b];
}

/* The coarse bin that begins at the fine bin b: edges are those of fine bins, so that no count has
 * to be split. */
static int next_edge(int b) {
  const double from = (double)edge_of(b);
  int          next = b + 1;
  if (b == 0) return 1;
  const double to = pow(10, (floor(8 * log10(from) + 1e-9) + 1) / 8);
  while (next < QV_SPREAD_BINS && (double)edge_of(next) < to) next++;
  return next;
}

void qv_spread_coarsen(const qv_spread *spread, qv_spread_list *list) {
  int64_t left = spread->n;
  list->n      = 0;
  for (int b = 0; b < QV_SPREAD_BINS && (left || list->n < 2 || list->count[list->n - 1]);) {
    const int next  = next_edge(b);
    int64_t   count = 0;
    for (int i = b; i < next; i++) count += spread->bin[i];
    left -= count;
    if (count || list->n || !spread->n) {
      list->left[list->n]    = edge_of(b);
      list->count[list->n++] = count;
    }
    b = next;
  }
}
