/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/softmax_kernel.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

typedef double lanes __attribute__((vector_size(64), aligned(8), may_alias));

/* Clones stay inside their file, behind plain functions: see solvers/parallel/sum_kernel.c. */

/* score[r, c] = sum over k of row[r][k] panel[k, c]; the line behind the last is added as it is
 * when there is a bias. */
CLONES static void qv_softmax_clone_scores(int rows, int64_t d, bool bias, int width,
                                           const double *const *row, const double *restrict panel,
                                           double *restrict score) {
  for (int c = 0; c < width; c += QV_SOFTMAX_PAD) {
    lanes a0 = {0}, a1 = {0}, a2 = {0}, a3 = {0};
    if (rows == 4) {
      const double *r0 = row[0], *r1 = row[1], *r2 = row[2], *r3 = row[3];
      for (int64_t k = 0; k < d; k++) {
        const lanes p = *(const lanes *)(panel + k * width + c);
        a0 += p * r0[k];
        a1 += p * r1[k];
        a2 += p * r2[k];
        a3 += p * r3[k];
      }
    } else {
      for (int64_t k = 0; k < d; k++) {
        const lanes p = *(const lanes *)(panel + k * width + c);
        a0 += p * row[0][k];
        if (rows > 1) a1 += p * row[1][k];
        if (rows > 2) a2 += p * row[2][k];
      }
    }
    if (bias) {
      const lanes p = *(const lanes *)(panel + d * width + c);
      a0 += p;
      a1 += p;
      a2 += p;
      a3 += p;
    }
    *(lanes *)(score + c) = a0;
    if (rows > 1) *(lanes *)(score + width + c) = a1;
    if (rows > 2) *(lanes *)(score + 2 * width + c) = a2;
    if (rows > 3) *(lanes *)(score + 3 * width + c) = a3;
  }
}

/* panel[k, c] += sum over r of row[r][k] weight[r, c]; rows beyond `rows` have weights of zero. */
CLONES static void qv_softmax_clone_outer(int rows, int64_t d, bool bias, int width,
                                          const double *const *row, const double *restrict weight,
                                          double *restrict panel) {
  for (int c = 0; c < width; c += QV_SOFTMAX_PAD) {
    lanes w[4] = {{0}};
    for (int r = 0; r < rows; r++) w[r] = *(const lanes *)(weight + r * width + c);
    const double *r0 = row[0], *r1 = row[rows > 1], *r2 = row[rows > 2 ? 2 : 0],
                 *r3 = row[rows > 3 ? 3 : 0];
    for (int64_t k = 0; k < d; k++) {
      lanes *p = (lanes *)(panel + k * width + c);
      *p += (w[0] * r0[k] + w[1] * r1[k]) + (w[2] * r2[k] + w[3] * r3[k]);
    }
    if (bias) *(lanes *)(panel + d * width + c) += (w[0] + w[1]) + (w[2] + w[3]);
  }
}

void qv_softmax_scores(int rows, int64_t d, bool bias, int width, const double *const *row,
                       const double *panel, double *score) {
  qv_softmax_clone_scores(rows, d, bias, width, row, panel, score);
}

void qv_softmax_outer(int rows, int64_t d, bool bias, int width, const double *const *row,
                      const double *weight, double *panel) {
  qv_softmax_clone_outer(rows, d, bias, width, row, weight, panel);
}
