/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/softmax_kernel.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif
#define LANES(real) ((int)(64 / sizeof(real)))

typedef double lanes_f64 __attribute__((vector_size(64), aligned(8), may_alias));

/* Clones stay inside their file, behind plain functions: see solvers/parallel/sum_kernel.c. */
#define NAME(name) name##_clone_f64
#define REAL       double
#define DATA       double
#define VECTOR     lanes_f64
#include "optim/bilevel/softmax_body.h"
#undef NAME
#undef REAL
#undef DATA
#undef VECTOR

void qv_softmax_scores_f64(int rows, int64_t d, bool bias, int width, const double *const *row,
                           const double *panel, double *score) {
  qv_softmax_scores_clone_f64(rows, d, bias, width, row, panel, score);
}

void qv_softmax_outer_f64(int rows, int64_t d, bool bias, int width, const double *const *row,
                          const double *weight, double *panel) {
  qv_softmax_outer_clone_f64(rows, d, bias, width, row, weight, panel);
}
