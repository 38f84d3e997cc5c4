/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/facility_kernel.h"

#include <string.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

/* The last bit of a double from 2^52 to 2^53 counts ones: 2^52 more, and its bits are 2^52's and an
 * integer. So sums are exact in whatever order, without a conversion, which few units have. */
static const double raised = 0x1p52;

CLONES static uint64_t qv_facility_clone_gain(int64_t n, const double *restrict offer,
                                              const double *restrict best) {
  uint64_t sum = 0;
  for (int64_t x = 0; x < n; x++) {
    const double gain = offer[x] > best[x] ? offer[x] - best[x] : 0, high = gain + raised;
    uint64_t     bits;
    memcpy(&bits, &high, sizeof bits);
    sum += bits;
  }
  return sum;
}

CLONES static void qv_facility_clone_raise(int64_t n, const double *offer, const double *best,
                                           double *to) {
  for (int64_t x = 0; x < n; x++) to[x] = offer[x] > best[x] ? offer[x] : best[x];
}

int64_t qv_facility_gain(int64_t n, const double *restrict offer, const double *restrict best) {
  uint64_t bits;
  memcpy(&bits, &raised, sizeof bits);
  return (int64_t)(qv_facility_clone_gain(n, offer, best) - (uint64_t)n * bits);
}

void qv_facility_raise(int64_t n, const double *offer, const double *best, double *to) {
  qv_facility_clone_raise(n, offer, best, to);
}
