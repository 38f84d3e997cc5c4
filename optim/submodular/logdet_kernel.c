/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/logdet_kernel.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

enum { LANES = QV_LOGDET_LANES };

CLONES static void qv_logdet_clone_distances(int64_t n, int64_t d, int64_t stride,
                                             const double *restrict chosen,
                                             const double *restrict x, double *restrict b) {
  for (int64_t i = 0; i < n; i++) b[i] = 0;
  for (int64_t a = 0; a < d; a++)
    for (int64_t i = 0; i < n; i++) {
      const double gap = x[a] - chosen[a * stride + i];
      b[i] += gap * gap;
    }
}

CLONES static void qv_logdet_clone_products(int64_t n, int64_t d, int64_t stride,
                                            const double *restrict chosen, const double *restrict x,
                                            double *restrict b) {
  for (int64_t i = 0; i < n; i++) b[i] = 0;
  for (int64_t a = 0; a < d; a++)
    for (int64_t i = 0; i < n; i++) b[i] += x[a] * chosen[a * stride + i];
}

CLONES static void qv_logdet_clone_distances_many(int64_t n, int64_t d, int64_t stride,
                                                  const double *restrict chosen,
                                                  const double *restrict x, double *restrict b) {
  for (int64_t i = 0; i < n; i++) {
    double sum[LANES] = {0};
    for (int64_t a = 0; a < d; a++) {
      const double at = chosen[a * stride + i];
      for (int l = 0; l < LANES; l++) {
        const double gap = x[a * LANES + l] - at;
        sum[l] += gap * gap;
      }
    }
    for (int l = 0; l < LANES; l++) b[i * LANES + l] = sum[l];
  }
}

CLONES static void qv_logdet_clone_products_many(int64_t n, int64_t d, int64_t stride,
                                                 const double *restrict chosen,
                                                 const double *restrict x, double *restrict b) {
  for (int64_t i = 0; i < n; i++) {
    double sum[LANES] = {0};
    for (int64_t a = 0; a < d; a++) {
      const double at = chosen[a * stride + i];
      for (int l = 0; l < LANES; l++) sum[l] += x[a * LANES + l] * at;
    }
    for (int l = 0; l < LANES; l++) b[i * LANES + l] = sum[l];
  }
}

CLONES static void qv_logdet_clone_solve(int64_t n, int64_t stride, const double *restrict column,
                                         const double *restrict inverse, double *restrict b) {
  for (int64_t j = 0; j < n; j++) {
    const double c = b[j] * inverse[j];
    b[j]           = c;
    for (int64_t i = j + 1; i < n; i++) b[i] -= column[j * stride + i] * c;
  }
}

typedef double lanes __attribute__((vector_size(64), aligned(8)));

/* Four vectors of eight candidates: enough independent sums to hide the latency of the adder. */
CLONES static void qv_logdet_clone_solve_many(int64_t n, const double *restrict row,
                                              const double *restrict inverse, double *restrict b,
                                              double *restrict residual) {
  lanes *left = (lanes *)residual;
  for (int64_t i = 0; i < n; i++) {
    const double *l  = row + i * (i + 1) / 2;
    lanes        *at = (lanes *)(b + i * LANES);
    lanes         s0 = at[0], s1 = at[1], s2 = at[2], s3 = at[3];
    for (int64_t j = 0; j < i; j++) {
      const lanes *c = (const lanes *)(b + j * LANES);
      s0 -= l[j] * c[0];
      s1 -= l[j] * c[1];
      s2 -= l[j] * c[2];
      s3 -= l[j] * c[3];
    }
    at[0] = s0 *= inverse[i];
    at[1] = s1 *= inverse[i];
    at[2] = s2 *= inverse[i];
    at[3] = s3 *= inverse[i];
    left[0] -= s0 * s0;
    left[1] -= s1 * s1;
    left[2] -= s2 * s2;
    left[3] -= s3 * s3;
  }
}

void qv_logdet_points_one(int64_t n, int64_t d, int64_t stride, const double *chosen,
                          const double *x, int linear, double *b) {
  if (linear)
    qv_logdet_clone_products(n, d, stride, chosen, x, b);
  else
    qv_logdet_clone_distances(n, d, stride, chosen, x, b);
}

void qv_logdet_points_many(int64_t n, int64_t d, int64_t stride, const double *chosen,
                           const double *x, int linear, double *b) {
  if (linear)
    qv_logdet_clone_products_many(n, d, stride, chosen, x, b);
  else
    qv_logdet_clone_distances_many(n, d, stride, chosen, x, b);
}

void qv_logdet_solve_one(int64_t n, int64_t stride, const double *column, const double *inverse,
                         double *b) {
  qv_logdet_clone_solve(n, stride, column, inverse, b);
}

void qv_logdet_solve_many(int64_t n, const double *row, const double *inverse, double *b,
                          double *residual) {
  qv_logdet_clone_solve_many(n, row, inverse, b, residual);
}
