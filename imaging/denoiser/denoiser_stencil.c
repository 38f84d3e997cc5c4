/* SPDX-License-Identifier: GPL-3.0-or-later
 * Denoisers by neighbouring pixels: tv, haar-ti, median3. */
#include "imaging/denoiser/denoiser_impl.h"

#include <math.h>
#include <string.h>

#include "imaging/denoiser/stencil_kernel.h"

static int64_t pixels(const qv_denoiser *d) {
  return (int64_t)d->size * d->size;
}

static int64_t two_frames(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return 2 * size * size;
}

static int64_t two_frames_and_row(const qv_denoiser_choice *choice, int64_t size) {
  return two_frames(choice, size) + size;
}

/* min over u of 1/2 |u - x|^2 + tau TV(u) by accelerated projected gradients on its dual, from the
 * last dual variable p: u = x + tau div p. The momentum starts anew at each call. */
static void tv_frame(const qv_denoiser *d, const double *x, double *p, double *u, double *r) {
  const double tau = d->choice.level;
  double      *q = d->scratch, *row = d->scratch + 2 * pixels(d), t = 1;
  *r = 0;
  if (tau == 0) {
    memcpy(u, x, sizeof *u * (size_t)pixels(d));
    return;
  }
  memcpy(q, p, sizeof *q * 2 * (size_t)pixels(d));
  for (int k = 0; k < d->choice.iterations; k++) {
    const double next = 0.5 * (1 + sqrt(1 + 4 * t * t));
    qv_stencil_primal(d->size, tau, x, q, u);
    qv_stencil_dual(d->size, 1 / (8 * tau), (t - 1) / next, u, p, q);
    t = next;
  }
  qv_stencil_primal(d->size, tau, x, p, u);
  *r = tau * qv_stencil_variation(d->size, u, row);
}

const qv_denoiser_row qv_denoiser_row_tv = {
  .traits    = QV_DENOISER_SYMMETRIC | QV_DENOISER_NONEXPANSIVE | QV_DENOISER_PROX,
  .has_level = true,
  .memory    = two_frames,
  .scratch   = two_frames_and_row,
  .frame     = tv_frame};

static int64_t three_rows(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return 3 * size;
}

/* Each shift is an orthonormal transform (pixels at the border without a block stay as they are)
 * with its details shrunk: a proximal map, and so symmetric and nonexpansive, as their mean is. */
static void haar_frame(const qv_denoiser *d, const double *x, double *memory, double *out,
                       double *r) {
  (void)memory, (void)r;
  qv_stencil_haar(d->size, d->choice.level, x, d->scratch, out);
}

const qv_denoiser_row qv_denoiser_row_haar_ti = {
  .traits    = QV_DENOISER_SYMMETRIC | QV_DENOISER_NONEXPANSIVE,
  .has_level = true,
  .scratch   = three_rows,
  .frame     = haar_frame};

static int64_t padded_frame(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return (size + 2) * (size + 2);
}

static void median_frame(const qv_denoiser *d, const double *x, double *memory, double *out,
                         double *r) {
  const int n = d->size;
  (void)memory, (void)r;
  for (int i = -1; i <= n; i++) {
    const int     from = i < 0 ? 0 : i < n ? i : n - 1;
    const double *line = x + (int64_t)from * n;
    double       *to   = d->scratch + (int64_t)(i + 1) * (n + 2);
    to[0]              = line[0];
    memcpy(to + 1, line, sizeof *to * (size_t)n);
    to[n + 1] = line[n - 1];
  }
  qv_stencil_median(n, d->scratch, out);
}

const qv_denoiser_row qv_denoiser_row_median3 = {
  .traits = QV_DENOISER_HOMOGENEOUS, .scratch = padded_frame, .frame = median_frame};
