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

/* b -= l[0] c_0 + … + l[3] c_3, subtracted one after the other: one pass over b for four terms. */
static inline __attribute__((always_inline)) void subtract_four(const double *restrict l,
                                                                const double *restrict c,
                                                                double *restrict b) {
  const double l0 = l[0], l1 = l[1], l2 = l[2], l3 = l[3];
  for (int a = 0; a < LANES; a++) {
    double s = b[a];
    s -= l0 * c[a];
    s -= l1 * c[LANES + a];
    s -= l2 * c[2 * LANES + a];
    s -= l3 * c[3 * LANES + a];
    b[a] = s;
  }
}

CLONES static void qv_logdet_clone_solve_many(int64_t n, const double *restrict row,
                                              const double *restrict inverse, double *b,
                                              double *restrict residual) {
  for (int64_t i = 0; i < n; i++) {
    const double *l  = row + i * (i + 1) / 2;
    double       *at = b + i * LANES;
    int64_t       j  = 0;
    for (; j + 4 <= i; j += 4) subtract_four(l + j, b + j * LANES, at);
    for (; j < i; j++)
      for (int a = 0; a < LANES; a++) at[a] -= l[j] * b[j * LANES + a];
    for (int a = 0; a < LANES; a++) {
      at[a] *= inverse[i];
      residual[a] -= at[a] * at[a];
    }
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
