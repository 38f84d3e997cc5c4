/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/sum_kernel.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

/* clang 14 gives a clone's name a suffix that other files do not know, hence the plain functions
 * below, and shows its resolver to all files, hence names that are unique though static. */
CLONES static void qv_sum_clone_tiles(int64_t tiles, const double *restrict x,
                                      double *restrict tile) {
  qv_sum_body_tiles(tiles, x, tile);
}

CLONES static void qv_sum_clone_products(int64_t tiles, const double *restrict x,
                                         const double *restrict y, double *restrict tile) {
  qv_sum_body_products(tiles, x, y, tile);
}

void qv_sum_kernel_tiles(int64_t tiles, const double *restrict x, double *restrict tile) {
  qv_sum_clone_tiles(tiles, x, tile);
}

void qv_sum_kernel_products(int64_t tiles, const double *restrict x, const double *restrict y,
                            double *restrict tile) {
  qv_sum_clone_products(tiles, x, y, tile);
}
