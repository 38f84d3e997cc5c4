/* SPDX-License-Identifier: GPL-3.0-or-later
 * Non-local means: D = S W S with W the Gaussian weights of distances between patches, S the
 * diagonal that makes all rows of D sum to 1 (Sinkhorn's scaling, symmetric). */
#include "imaging/denoiser/denoiser_impl.h"

#include <math.h>
#include <string.h>

enum { PATCH = 2, REACH = 5, OFFSETS = 60, SCALINGS = 12, FREEZE_AFTER = 10 };

/* Memory of a frame: the image that gives the weights, and how often it was renewed. */
static int64_t nlm_memory(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return size * size + 1;
}

/* Weights of half of the offsets (the others by symmetry), scaling, its product, two rows of
 * squares. */
static int64_t nlm_scratch(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return (OFFSETS + 4) * size * size;
}

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

/* Sums over windows of 2 PATCH + 1 along a line of `stride`, [begin, end), the ends repeated. */
static void window_sums(int begin, int end, int stride, const double *from, double *to) {
  for (int i = begin; i < end; i++) {
    double sum = 0;
    for (int k = -PATCH; k <= PATCH; k++) sum += from[(int64_t)clamped(i + k, begin, end) * stride];
    to[(int64_t)i * stride] = sum;
  }
}

/* weight[p] between p and p + offset: exp(-max(0, d - 2 s^2) / h^2), d the mean square difference
 * of patches, 2 s^2 what noise of the level s adds to it, h = 0.6 s. */
static void offset_weights(int n, int k, double s, const double *guide, double *square,
                           double *weight) {
  int dy, dx, y0, y1, x0, x1;
  offset_of(k, &dy, &dx);
  overlap(n, dy, &y0, &y1);
  overlap(n, dx, &x0, &x1);
  double *sum = square + (int64_t)n * n;
  for (int y = y0; y < y1; y++)
    for (int x = x0; x < x1; x++) {
      const double d    = guide[y * n + x] - guide[(y + dy) * n + x + dx];
      square[y * n + x] = d * d;
    }
  for (int y = y0; y < y1; y++) window_sums(x0, x1, 1, square + y * n, sum + y * n);
  for (int x = x0; x < x1; x++) window_sums(y0, y1, n, sum + x, weight + x);
  const double mean = 1.0 / ((2 * PATCH + 1) * (2 * PATCH + 1)), scale = -1 / (0.36 * s * s);
  for (int y = y0; y < y1; y++)
    for (int x = x0; x < x1; x++)
      weight[y * n + x] = exp(scale * fmax(0, mean * weight[y * n + x] - 2 * s * s));
}

/* to = W from, with ones on the diagonal of W. */
static void multiply(int n, const double *weight, const double *from, double *to) {
  const int64_t m = (int64_t)n * n;
  memcpy(to, from, sizeof *to * (size_t)m);
  for (int k = 0; k < OFFSETS; k++, weight += m) {
    int dy, dx, y0, y1, x0, x1;
    offset_of(k, &dy, &dx);
    overlap(n, dy, &y0, &y1);
    overlap(n, dx, &x0, &x1);
    for (int y = y0; y < y1; y++) {
      const double *restrict w = weight + y * n, *restrict a = from + y * n;
      const double *restrict b = from + (y + dy) * n + dx;
      double *to_a = to + y * n, *to_b = to + (y + dy) * n + dx;
      for (int x = x0; x < x1; x++) to_a[x] += w[x] * b[x];
      for (int x = x0; x < x1; x++) to_b[x] += w[x] * a[x];
    }
  }
}

static void nlm_frame(const qv_denoiser *d, const double *x, double *memory, double *out,
                      double *r) {
  const int     n      = d->size;
  const int64_t m      = (int64_t)n * n;
  double       *weight = d->scratch, *scale = weight + OFFSETS * m, *product = scale + m;
  (void)r;
  if (d->choice.level == 0) {
    memcpy(out, x, sizeof *out * (size_t)m);
    return;
  }
  if (memory[m] < FREEZE_AFTER) {
    memcpy(memory, x, sizeof *x * (size_t)m);
    memory[m]++;
  }
  for (int k = 0; k < OFFSETS; k++)
    offset_weights(n, k, d->choice.level, memory, scale, weight + k * m);
  for (int64_t p = 0; p < m; p++) scale[p] = 1;
  for (int k = 0; k < SCALINGS; k++) {
    multiply(n, weight, scale, product);
    for (int64_t p = 0; p < m; p++) scale[p] = sqrt(scale[p] / product[p]);
  }
  for (int64_t p = 0; p < m; p++) product[p] = scale[p] * x[p];
  multiply(n, weight, product, out);
  for (int64_t p = 0; p < m; p++) out[p] *= scale[p];
}

const qv_denoiser_row qv_denoiser_row_nlm = {.traits    = QV_DENOISER_SYMMETRIC,
                                             .has_level = true,
                                             .memory    = nlm_memory,
                                             .scratch   = nlm_scratch,
                                             .frame     = nlm_frame};
