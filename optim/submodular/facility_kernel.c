/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/facility_kernel.h"

int64_t qv_facility_gain(int64_t n, const int64_t *restrict offer, const int64_t *restrict best) {
  int64_t sum = 0;
  for (int64_t x = 0; x < n; x++) {
    const int64_t more = offer[x] - best[x];
    sum += more & ~(more >> 63);
  }
  return sum;
}

void qv_facility_raise(int64_t n, const int64_t *offer, const int64_t *best, int64_t *to) {
  for (int64_t x = 0; x < n; x++) to[x] = offer[x] > best[x] ? offer[x] : best[x];
}
