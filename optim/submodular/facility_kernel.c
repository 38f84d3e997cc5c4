/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/facility_kernel.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

CLONES static int64_t qv_facility_clone_gain(int64_t n, const int64_t *restrict offer,
                                             const int64_t *restrict best) {
  int64_t sum = 0;
  for (int64_t x = 0; x < n; x++) sum += offer[x] > best[x] ? offer[x] - best[x] : 0;
  return sum;
}

CLONES static void qv_facility_clone_raise(int64_t n, const int64_t *offer, const int64_t *best,
                                           int64_t *to) {
  for (int64_t x = 0; x < n; x++) to[x] = offer[x] > best[x] ? offer[x] : best[x];
}

int64_t qv_facility_gain(int64_t n, const int64_t *restrict offer, const int64_t *restrict best) {
  return qv_facility_clone_gain(n, offer, best);
}

void qv_facility_raise(int64_t n, const int64_t *offer, const int64_t *best, int64_t *to) {
  qv_facility_clone_raise(n, offer, best, to);
}
