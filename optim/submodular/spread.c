/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/spread.h"

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
  int64_t seen = 0;
  for (int b = 0; b < QV_SPREAD_BINS; b++) {
    seen += spread->bin[b];
    if (seen && (double)seen >= p * (double)spread->n) return edge_of(b);
  }
  return 0;
}
