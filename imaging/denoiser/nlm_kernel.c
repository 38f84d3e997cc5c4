/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/denoiser/nlm_kernel.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "imaging/denoiser/clones.h"

enum { REACH = 5, SIDE = 2 * QV_NLM_PATCH + 1 };

/* Offset k: (0, 1) ... (0, 5), then rows 1 to 5 with all columns -5 ... 5. */
static void offset_of(int k, int *dy, int *dx) {
  *dy = k < REACH ? 0 : 1 + (k - REACH) / (2 * REACH + 1);
  *dx = k < REACH ? k + 1 : (k - REACH) % (2 * REACH + 1) - REACH;
}

/* Pixels [*begin, *end) of a row of n for which pixel + shift is in the row, too. */
static void overlap(int n, int shift, int *begin, int *end) {
  *begin = shift < 0 ? -shift : 0;
  *end   = shift > 0 ? n - shift : n;
}

static int clamped(int i, int begin, int end) {
  return i < begin ? begin : i < end ? i : end - 1;
}

/* Sums of SIDE squared differences along a line of m, its ends repeated; `padded` is scratch of
 * m + 2 PATCH. */
QV_CLONES static void nlm_clone_across(int m, const double *restrict a, const double *restrict b,
                                       double *restrict padded, double *restrict sum) {
  for (int i = 0; i < m; i++) padded[i + QV_NLM_PATCH] = (a[i] - b[i]) * (a[i] - b[i]);
  for (int k = 0; k < QV_NLM_PATCH; k++) {
    padded[k]                    = padded[QV_NLM_PATCH];
    padded[m + QV_NLM_PATCH + k] = padded[m + QV_NLM_PATCH - 1];
  }
  for (int i = 0; i < m; i++)
    sum[i] = (((padded[i] + padded[i + 1]) + padded[i + 2]) + padded[i + 3]) + padded[i + 4];
}

/* The exponents: scale max(0, mean (sum of five lines) - noise). */
QV_CLONES static void nlm_clone_down(int m, const double *const line[SIDE], double mean,
                                     double noise, double scale, double *restrict to) {
  const double *a = line[0], *b = line[1], *c = line[2], *d = line[3], *e = line[4];
  for (int i = 0; i < m; i++) {
    const double over = mean * ((((a[i] + b[i]) + c[i]) + d[i]) + e[i]) - noise;
    to[i]             = scale * (over > 0 ? over : 0);
  }
}

void qv_nlm_weights(int n, int k, double s, const double *guide, double *scratch, double *weight) {
  const double mean = 1.0 / (SIDE * SIDE), scale = -1 / (0.36 * s * s);
  double      *sum = scratch + n + 4;
  int          dy, dx, y0, y1, x0, x1;
  offset_of(k, &dy, &dx);
  overlap(n, dy, &y0, &y1);
  overlap(n, dx, &x0, &x1);
  if (x1 <= x0) return;
  for (int y = y0; y < y1; y++)
    nlm_clone_across(x1 - x0, guide + y * n + x0, guide + (y + dy) * n + x0 + dx, scratch,
                     sum + y * n + x0);
  for (int y = y0; y < y1; y++) {
    const double *line[SIDE];
    for (int i = 0; i < SIDE; i++) line[i] = sum + clamped(y + i - QV_NLM_PATCH, y0, y1) * n + x0;
    double *to = weight + y * n + x0;
    nlm_clone_down(x1 - x0, line, mean, 2 * s * s, scale, to);
    for (int x = 0; x < x1 - x0; x++) to[x] = exp(to[x]);
  }
}

QV_CLONES static void nlm_clone_pair(int m, const double *restrict w, const double *restrict a,
                                     const double *restrict b, double *to_a, double *to_b) {
  for (int x = 0; x < m; x++) to_a[x] += w[x] * b[x];
  for (int x = 0; x < m; x++) to_b[x] += w[x] * a[x];
}

void qv_nlm_multiply(int n, const double *weight, const double *from, double *to) {
  const int64_t m = (int64_t)n * n;
  memcpy(to, from, sizeof *to * (size_t)m);
  for (int k = 0; k < QV_NLM_OFFSETS; k++, weight += m) {
    int dy, dx, y0, y1, x0, x1;
    offset_of(k, &dy, &dx);
    overlap(n, dy, &y0, &y1);
    overlap(n, dx, &x0, &x1);
    if (x1 <= x0) continue;
    for (int y = y0; y < y1; y++) {
      const int here = y * n + x0, there = (y + dy) * n + x0 + dx;
      nlm_clone_pair(x1 - x0, weight + here, from + here, from + there, to + here, to + there);
    }
  }
}
