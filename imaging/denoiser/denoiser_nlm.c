/* SPDX-License-Identifier: GPL-3.0-or-later
 * Non-local means: D = S W S with W the Gaussian weights of distances between patches, S the
 * diagonal that makes all rows of D sum to 1 (Sinkhorn's scaling, symmetric). */
#include "imaging/denoiser/denoiser_impl.h"

#include <math.h>
#include <string.h>

#include "imaging/denoiser/nlm_kernel.h"

enum { SCALINGS = 12, FREEZE_AFTER = 10 };

/* Memory of a frame: the image that gives the weights, and how often it was renewed. */
static int64_t nlm_memory(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return size * size + 1;
}

/* Weights of half of the offsets (the others by symmetry), scaling, its product; the weights need
 * more than these two for n = 2. */
static int64_t nlm_scratch(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return (QV_NLM_OFFSETS + 3) * size * size;
}

static void nlm_frame(const qv_denoiser *d, const double *x, double *memory, double *out,
                      double *r) {
  const int     n      = d->size;
  const int64_t m      = (int64_t)n * n;
  double       *weight = d->scratch, *scale = weight + QV_NLM_OFFSETS * m, *product = scale + m;
  (void)r;
  if (d->choice.level == 0) {
    memcpy(out, x, sizeof *out * (size_t)m);
    return;
  }
  if (memory[m] < FREEZE_AFTER) {
    memcpy(memory, x, sizeof *x * (size_t)m);
    memory[m]++;
  }
  for (int k = 0; k < QV_NLM_OFFSETS; k++)
    qv_nlm_weights(n, k, d->choice.level, memory, scale, weight + k * m);
  for (int64_t p = 0; p < m; p++) scale[p] = 1;
  for (int k = 0; k < SCALINGS; k++) {
    qv_nlm_multiply(n, weight, scale, product);
    for (int64_t p = 0; p < m; p++) scale[p] = sqrt(scale[p] / product[p]);
  }
  for (int64_t p = 0; p < m; p++) product[p] = scale[p] * x[p];
  qv_nlm_multiply(n, weight, product, out);
  for (int64_t p = 0; p < m; p++) out[p] *= scale[p];
}

const qv_denoiser_row qv_denoiser_row_nlm = {.traits    = QV_DENOISER_SYMMETRIC,
                                             .has_level = true,
                                             .memory    = nlm_memory,
                                             .scratch   = nlm_scratch,
                                             .frame     = nlm_frame};
