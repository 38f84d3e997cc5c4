/* SPDX-License-Identifier: GPL-3.0-or-later
 * In single precision; softmax_double_kernel.c is the same in double. */
#include "optim/bilevel/softmax_kernel.h"

#ifndef REAL
#define REAL        float
#define NAME(x)     x##_single
#define REAL_SINGLE 1
#endif

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

/* Clones stay inside their file, behind plain functions: see solvers/parallel/sum_kernel.c. */

typedef REAL   lanes __attribute__((vector_size(32), aligned(4), may_alias));
typedef double wide __attribute__((vector_size(32), aligned(4), may_alias));

enum { LANES = 32 / sizeof(REAL), WIDE = 4, QUAD = 4, LINE = 64 };

INLINE REAL total(const lanes *a) {
  REAL sum = 0;
  for (int i = 0; i < LANES / 2; i++) sum += (*a)[i] + (*a)[i + LANES / 2];
  return sum;
}

/* Four rows times `n` columns. */
INLINE void dot_block(int n, int64_t stride, int64_t columns, const REAL *restrict row,
                      const REAL *restrict panel, REAL *restrict score) {
  lanes a[QUAD][2] = {{{0}}};
  for (int64_t k = 0; k < stride; k += LANES) {
    lanes p[2];
    for (int c = 0; c < n; c++) p[c] = *(const lanes *)(panel + c * stride + k);
    for (int r = 0; r < QUAD; r++) {
      const lanes x = *(const lanes *)(row + r * stride + k);
      for (int c = 0; c < n; c++) a[r][c] += x * p[c];
    }
  }
  for (int r = 0; r < QUAD; r++)
    for (int c = 0; c < n; c++) score[r * columns + c] = total(&a[r][c]);
}

/* Part number `part` of `parts` of what is wanted next: all at once would fill the queue of misses
 * and stop the core. */
INLINE void fetch(const qv_softmax_ahead *ahead, int64_t part, int64_t parts) {
  const int64_t lines = (ahead->bytes + LINE - 1) / LINE;
  const int64_t first = part * lines / parts * LINE, end = (part + 1) * lines / parts * LINE;
  for (int r = 0; r < ahead->rows; r++)
    for (int64_t k = first; k < end; k += LINE) __builtin_prefetch(ahead->row[r] + k);
}

CLONES static void NAME(qv_softmax_clone_scores)(int64_t stride, int64_t columns,
                                                 const REAL *restrict row,
                                                 const REAL *restrict panel,
                                                 const qv_softmax_ahead *ahead,
                                                 REAL *restrict score) {
  const int64_t pairs = (columns + 1) / 2, parts = QV_SOFTMAX_ROWS / QUAD * pairs;
  for (int64_t r = 0, part = 0; r < QV_SOFTMAX_ROWS; r += QUAD) {
    const REAL *rows = row + r * stride;
    REAL       *to   = score + r * columns;
    for (int64_t c = 0; c < columns; c += 2, part++) {
      fetch(ahead, part, parts);
      if (c + 2 <= columns)
        dot_block(2, stride, columns, rows, panel + c * stride, to + c);
      else
        dot_block(1, stride, columns, rows, panel + c * stride, to + c);
    }
  }
}

INLINE void widen(const REAL *x, wide *to) {
  *to = (wide){(double)x[0], (double)x[1], (double)x[2], (double)x[3]};
}

/* All rows into `n` lines of the panel. */
INLINE void outer_block(int n, int64_t stride, int64_t columns, const REAL *restrict row,
                        const double *restrict weight, double *restrict panel) {
  for (int64_t k = 0; k < stride; k += 2 * WIDE) {
    wide a[4][2];
    for (int c = 0; c < n; c++) {
      a[c][0] = *(const wide *)(panel + c * stride + k);
      a[c][1] = *(const wide *)(panel + c * stride + k + WIDE);
    }
    for (int r = 0; r < QV_SOFTMAX_ROWS; r++) {
      wide x0, x1;
      widen(row + r * stride + k, &x0);
      widen(row + r * stride + k + WIDE, &x1);
      for (int c = 0; c < n; c++) {
        const double w = weight[r * columns + c];
        a[c][0] += x0 * w;
        a[c][1] += x1 * w;
      }
    }
    for (int c = 0; c < n; c++) {
      *(wide *)(panel + c * stride + k)        = a[c][0];
      *(wide *)(panel + c * stride + k + WIDE) = a[c][1];
    }
  }
}

CLONES static void NAME(qv_softmax_clone_outer)(int64_t stride, int64_t columns,
                                                const REAL *restrict row,
                                                const double *restrict weight,
                                                double *restrict panel) {
  int64_t c = 0;
  for (; c + 4 <= columns; c += 4)
    outer_block(4, stride, columns, row, weight + c, panel + c * stride);
  if (c + 2 <= columns) {
    outer_block(2, stride, columns, row, weight + c, panel + c * stride);
    c += 2;
  }
  if (c < columns) outer_block(1, stride, columns, row, weight + c, panel + c * stride);
}

CLONES static void NAME(qv_softmax_clone_widen)(int64_t n, const uint8_t *restrict byte,
                                                REAL *restrict row) {
  for (int64_t k = 0; k < n; k++) row[k] = (REAL)byte[k];
}

void NAME(qv_softmax_scores)(int64_t stride, int64_t columns, const REAL *row, const REAL *panel,
                             const qv_softmax_ahead *ahead, REAL *score) {
  NAME(qv_softmax_clone_scores)(stride, columns, row, panel, ahead, score);
}

void NAME(qv_softmax_outer)(int64_t stride, int64_t columns, const REAL *row, const double *weight,
                            double *panel) {
  NAME(qv_softmax_clone_outer)(stride, columns, row, weight, panel);
}

void NAME(qv_softmax_widen)(int64_t n, const uint8_t *byte, REAL *row) {
  NAME(qv_softmax_clone_widen)(n, byte, row);
}

#ifdef REAL_SINGLE
typedef int32_t whole __attribute__((vector_size(32), aligned(4), may_alias));

/* exp(x) = 2^n exp(r), |r| <= ln 2 / 2, by Taylor's polynomial of degree 7 */
CLONES static void qv_softmax_clone_exp(int64_t n, float *restrict x) {
  const lanes magic = (lanes){0} + 0x1.8p23f, least = (lanes){0} - 87.0f;
  for (int64_t i = 0; i < n; i += LANES) {
    lanes       v     = *(lanes *)(x + i);
    const whole small = v < least;
    v                 = (lanes)(((whole)least & small) | ((whole)v & ~small));
    const lanes shift = v * 0x1.715476p0f + magic, count = shift - magic;
    const lanes r     = (v - count * 0x1.62e4p-1f) - count * 0x1.7f7d1cp-20f;
    lanes       p     = r * (1.0f / 5040) + 1.0f / 720;
    p                 = p * r + 1.0f / 120;
    p                 = p * r + 1.0f / 24;
    p                 = p * r + 1.0f / 6;
    p                 = p * r + 0.5f;
    p                 = p * r + 1.0f;
    p                 = p * r + 1.0f;
    *(lanes *)(x + i) = (lanes)((whole)p + (((whole)shift - (whole)magic) << 23));
  }
}

CLONES static float qv_softmax_clone_size(int64_t n, const float *restrict x) {
  lanes       sum  = {0};
  const whole sign = (whole){0} + INT32_MAX;
  for (int64_t i = 0; i < n; i += LANES) sum += (lanes)((whole)(*(const lanes *)(x + i)) & sign);
  return total(&sum);
}

float qv_softmax_size(int64_t n, const float *x) {
  return qv_softmax_clone_size(n, x);
}

void qv_softmax_exp(int64_t n, float *x) {
  qv_softmax_clone_exp(n, x);
}
#endif
