/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one order in which a tile of 64 doubles is added:
 *   a[l] = sum over k of t[8 k + l], k ascending;  ((a0+a4)+(a2+a6)) + ((a1+a5)+(a3+a7)).
 * The bodies are here so that tests can compile them for each instruction set. */
#pragma once
#include "solvers/parallel/layout.h"

#include <stdint.h>

/* The sums of whole tiles: tile[t] of x[64 t ...], or of the products x[i] y[i], each rounded. */
void qv_sum_kernel_tiles(int64_t tiles, const double *restrict x, double *restrict tile);
void qv_sum_kernel_products(int64_t tiles, const double *restrict x, const double *restrict y,
                            double *restrict tile);

enum { QV_SUM_LANES = 8 };

typedef double qv_sum_lanes __attribute__((vector_size(64), aligned(8), may_alias));

#define QV_SUM_INLINE static inline __attribute__((always_inline))

QV_SUM_INLINE double qv_sum_fold(const qv_sum_lanes *lanes) {
  const qv_sum_lanes a = *lanes;
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

QV_SUM_INLINE void qv_sum_body_tiles(int64_t tiles, const double *restrict x,
                                     double *restrict tile) {
  for (int64_t t = 0; t < tiles; t++, x += QV_TILE) {
    qv_sum_lanes a = *(const qv_sum_lanes *)x;
    for (int k = QV_SUM_LANES; k < QV_TILE; k += QV_SUM_LANES) a += *(const qv_sum_lanes *)(x + k);
    tile[t] = qv_sum_fold(&a);
  }
}

QV_SUM_INLINE void qv_sum_body_products(int64_t tiles, const double *restrict x,
                                        const double *restrict y, double *restrict tile) {
  for (int64_t t = 0; t < tiles; t++, x += QV_TILE, y += QV_TILE) {
    qv_sum_lanes a = *(const qv_sum_lanes *)x * *(const qv_sum_lanes *)y;
    for (int k = QV_SUM_LANES; k < QV_TILE; k += QV_SUM_LANES)
      a += *(const qv_sum_lanes *)(x + k) * *(const qv_sum_lanes *)(y + k);
    tile[t] = qv_sum_fold(&a);
  }
}
