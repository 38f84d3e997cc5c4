/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/linalg/vec_kernel.h"

#include <math.h>

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

/* Clones stay inside their file, behind plain functions: see solvers/parallel/sum_kernel.c. */
CLONES static void qv_vec_clone_axpy(int64_t n, double a, const double *restrict x,
                                     double *restrict y) {
  for (int64_t i = 0; i < n; i++) y[i] += a * x[i];
}

CLONES static void qv_vec_clone_axpby(int64_t n, double a, double b, const double *restrict x,
                                      double *restrict y) {
  for (int64_t i = 0; i < n; i++) y[i] = a * x[i] + b * y[i];
}

CLONES static void qv_vec_clone_abs(int64_t n, const double *restrict x, double *restrict y) {
  for (int64_t i = 0; i < n; i++) y[i] = fabs(x[i]);
}

enum { LANES = 8 };

CLONES static double qv_vec_clone_largest(int64_t n, const double *x, int64_t *nans) {
  double  most[LANES] = {0};
  int64_t bad[LANES]  = {0};
  int64_t i           = 0;
  for (; i + LANES <= n; i += LANES)
    for (int l = 0; l < LANES; l++) {
      const double a = fabs(x[i + l]);
      bad[l] += a != a;
      most[l] = a > most[l] ? a : most[l];
    }
  for (; i < n; i++) {
    const double a = fabs(x[i]);
    bad[0] += a != a;
    most[0] = a > most[0] ? a : most[0];
  }
  for (int l = 0; l < LANES; l++) {
    *nans += bad[l];
    most[0] = most[l] > most[0] ? most[l] : most[0];
  }
  return most[0];
}

void qv_vec_kernel_axpy(int64_t n, double a, const double *restrict x, double *restrict y) {
  qv_vec_clone_axpy(n, a, x, y);
}

void qv_vec_kernel_axpby(int64_t n, double a, double b, const double *restrict x,
                         double *restrict y) {
  qv_vec_clone_axpby(n, a, b, x, y);
}

void qv_vec_kernel_abs(int64_t n, const double *restrict x, double *restrict y) {
  qv_vec_clone_abs(n, x, y);
}

double qv_vec_kernel_largest(int64_t n, const double *x, int64_t *nans) {
  return qv_vec_clone_largest(n, x, nans);
}
