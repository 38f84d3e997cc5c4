/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/metrics.h"

#include <math.h>
#include <string.h>

#include "imaging/metrics_kernel.h"
#include "solvers/parallel/sum.h"

enum { SSIM_RADIUS = 5, LOG_RADIUS = 7, LOG_TAPS = 2 * LOG_RADIUS + 1 };
static const double sigma = 1.5, share_of_body = 0.02;

enum {
  DIFFERENCE,
  TRUTH,
  IMAGE,
  PRODUCT,
  PRODUCT_I,
  MAGNITUDES,
  MAGNITUDE,
  ABSOLUTE, /* squares … */
  SSIM,
  LOG_DIFFERENCE,
  LOG_TRUTH,
  PIXELS,
  WINDOWS,
  SUMS
};

enum { X, T, XX, TT, XT, WORK, ARRAYS }; /* images at work */

typedef struct {
  const qv_metrics_pair *pair;
  int                    n;       /* pixels of a frame */
  double                 largest; /* max |t| */
  double                *array[ARRAYS];
  double                *scratch;
  unsigned char         *body; /* [n]; NULL: all pixels count */
  double                 gauss[2 * SSIM_RADIUS + 1];
  double                 narrow[LOG_TAPS], curved[LOG_TAPS], flat[LOG_TAPS]; /* parts of LoG */
  double                 mean; /* of the LoG before it is made to sum to 0 */
  qv_sum                 sum[SUMS];
} work;

static void gaussian(int radius, double *w) {
  double sum = 0;
  for (int k = -radius; k <= radius; k++) sum += w[k + radius] = exp(-k * k / (2 * sigma * sigma));
  for (int k = 0; k <= 2 * radius; k++) w[k] /= sum;
}

/* LoG(x, y) = c(x) g(y) + g(x) c(y) - mean, c(x) = g(x) (x^2 - sigma^2) / sigma^4. */
static void make_filters(work *w) {
  const double s2  = sigma * sigma;
  double       sum = 0;
  gaussian(SSIM_RADIUS, w->gauss);
  gaussian(LOG_RADIUS, w->narrow);
  for (int k = -LOG_RADIUS; k <= LOG_RADIUS; k++) {
    const int i  = k + LOG_RADIUS;
    w->curved[i] = w->narrow[i] * (k * k - s2) / (s2 * s2);
    w->flat[i]   = 1;
    sum += w->curved[i];
  }
  w->mean = 2 * sum / (LOG_TAPS * LOG_TAPS);
}

static const double *frame_of(const work *w, const double *sequence, int64_t frame) {
  return sequence + frame * w->n * w->pair->components;
}

/* max |t| of the sequence, and the pixels of the body. */
static PetscErrorCode survey(MPI_Comm comm, work *w) {
  double *top = w->array[X], *now = w->array[T];

  PetscFunctionBegin;
  memset(top, 0, sizeof *top * (size_t)w->n);
  for (int64_t f = 0; f < w->pair->count; f++) {
    qv_metrics_magnitude(w->n, w->pair->components, frame_of(w, w->pair->truth, f), now);
    for (int i = 0; i < w->n; i++) top[i] = fmax(top[i], now[i]);
  }
  w->largest = 0;
  for (int i = 0; i < w->n; i++) w->largest = fmax(w->largest, top[i]);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &w->largest, 1, MPI_DOUBLE, MPI_MAX, comm));
  if (!w->pair->only_body) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, top, w->n, MPI_DOUBLE, MPI_MAX, comm));
  PetscCall(PetscMalloc1(w->n, &w->body));
  for (int i = 0; i < w->n; i++) w->body[i] = top[i] > share_of_body * w->largest;
  PetscFunctionReturn(0);
}

/* Add the pixels of an image that count. */
static void add(work *w, int which, double *image) {
  if (w->body)
    for (int i = 0; i < w->n; i++) image[i] = w->body[i] ? image[i] : 0;
  qv_sum_add_tiles(&w->sum[which], w->n, image);
}

/* Sums over single pixels of a frame; x and t are left holding the magnitudes. */
static void add_pixels(work *w, int64_t frame) {
  const int     c = w->pair->components;
  const double *x = frame_of(w, w->pair->image, frame), *t = frame_of(w, w->pair->truth, frame);
  double       *one = w->array[WORK];
  for (int which = DIFFERENCE; which <= PRODUCT_I; which++) {
    if (which == PRODUCT_I && c == 1) continue;
    for (int i = 0; i < w->n; i++) {
      const double a = x[c * i], b = t[c * i], p = c == 2 ? x[2 * i + 1] : 0,
                   q = c == 2 ? t[2 * i + 1] : 0;
      one[i]         = which == DIFFERENCE ? (a - b) * (a - b) + (p - q) * (p - q)
                       : which == TRUTH    ? b * b + q * q
                       : which == IMAGE    ? a * a + p * p
                       : which == PRODUCT  ? a * b + p * q
                                           : a * q - p * b;
    }
    add(w, which, one);
    if (which != DIFFERENCE) continue;
    for (int i = 0; i < w->n; i++) one[i] = sqrt(one[i]);
    add(w, ABSOLUTE, one);
  }
  qv_metrics_magnitude(w->n, c, x, w->array[X]);
  qv_metrics_magnitude(w->n, c, t, w->array[T]);
  for (int i = 0; i < w->n; i++) {
    const double d = w->array[X][i] - w->array[T][i];
    one[i]         = d * d;
  }
  add(w, MAGNITUDES, one);
  memcpy(one, w->array[T], sizeof *one * (size_t)w->n);
  add(w, MAGNITUDE, one);
  for (int i = 0; i < w->n; i++) one[i] = 1;
  add(w, PIXELS, one);
}

static void add_log(work *w, int which, const double *image) {
  double   *out = w->array[WORK];
  const int n   = w->pair->size;
  memset(out, 0, sizeof *out * (size_t)w->n);
  qv_metrics_filter(n, LOG_RADIUS, w->curved, w->narrow, 1, image, w->scratch, out);
  qv_metrics_filter(n, LOG_RADIUS, w->narrow, w->curved, 1, image, w->scratch, out);
  qv_metrics_filter(n, LOG_RADIUS, w->flat, w->flat, -w->mean, image, w->scratch, out);
  for (int i = 0; i < w->n; i++) out[i] *= out[i];
  add(w, which, out);
}

static void smooth(work *w, int which) {
  double *image = w->array[which], *out = w->array[WORK];
  memset(out, 0, sizeof *out * (size_t)w->n);
  qv_metrics_filter(w->pair->size, SSIM_RADIUS, w->gauss, w->gauss, 1, image, w->scratch, out);
  memcpy(image, out, sizeof *out * (size_t)w->n);
}

/* SSIM where the window is full. */
static void add_ssim(work *w) {
  const int n = w->pair->size;
  double   *x = w->array[X], *t = w->array[T], c1 = 0.01 * w->largest, c2 = 0.03 * w->largest;
  for (int i = 0; i < w->n; i++) {
    w->array[XX][i] = x[i] * x[i];
    w->array[TT][i] = t[i] * t[i];
    w->array[XT][i] = x[i] * t[i];
  }
  for (int which = X; which <= XT; which++) smooth(w, which);
  qv_metrics_ssim(w->n, c1 * c1, c2 * c2, x, t, w->array[XX], w->array[TT], w->array[XT]);
  for (int i = 0; i < w->n; i++) {
    const int  row = i / n, column = i % n;
    const bool full = row >= SSIM_RADIUS && row < n - SSIM_RADIUS && column >= SSIM_RADIUS &&
                      column < n - SSIM_RADIUS;
    if (!full) x[i] = 0;
    t[i] = full;
  }
  add(w, SSIM, x);
  add(w, WINDOWS, t);
}

static void add_frame(work *w, int64_t frame) {
  add_pixels(w, frame);
  add_log(w, LOG_TRUTH, w->array[T]);
  for (int i = 0; i < w->n; i++) w->array[XX][i] = w->array[X][i] - w->array[T][i];
  add_log(w, LOG_DIFFERENCE, w->array[XX]);
  add_ssim(w);
}

static void conclude(const work *w, qv_metrics *m) {
  double s[SUMS];
  for (int i = 0; i < SUMS; i++) s[i] = qv_sum_round(&w->sum[i]);
  const double n = s[PIXELS], product = s[PRODUCT] * s[PRODUCT] + s[PRODUCT_I] * s[PRODUCT_I];
  const double kept     = s[IMAGE] > 0 ? product / s[IMAGE] : 0; /* of |t|^2 by the best factor */
  const double variance = s[TRUTH] / n - (s[MAGNITUDE] / n) * (s[MAGNITUDE] / n);
  m->nrmse              = sqrt(s[DIFFERENCE] / s[TRUTH]);
  m->nrmse_scaled       = sqrt(fmax(s[TRUTH] - kept, 0) / s[TRUTH]);
  m->nrmse_magnitude    = sqrt(s[MAGNITUDES] / s[TRUTH]);
  m->psnr               = 10 * log10(w->largest * w->largest * n / s[DIFFERENCE]);
  m->mae                = s[ABSOLUTE] / n;
  m->ssim               = w->largest > 0 ? s[SSIM] / s[WINDOWS] : NAN;
  m->hfen               = sqrt(s[LOG_DIFFERENCE] / s[LOG_TRUTH]);
  m->snr                = 10 * log10(variance * n / s[MAGNITUDES]);
}

PetscErrorCode qv_metrics_compute(MPI_Comm comm, const qv_metrics_pair *pair, qv_metrics *metrics) {
  work *w;

  PetscFunctionBegin;
  PetscCall(PetscNew(&w));
  w->pair = pair;
  w->n    = pair->size * pair->size;
  for (int i = 0; i < ARRAYS; i++) PetscCall(PetscMalloc1(w->n, &w->array[i]));
  PetscCall(PetscMalloc1(w->n + pair->size + 2 * LOG_RADIUS, &w->scratch));
  make_filters(w);
  PetscCall(survey(comm, w));
  for (int64_t f = 0; f < pair->count; f++) add_frame(w, f);
  PetscCall(qv_sum_join(comm, SUMS, w->sum));
  conclude(w, metrics);
  for (int i = 0; i < ARRAYS; i++) PetscCall(PetscFree(w->array[i]));
  PetscCall(PetscFree(w->scratch));
  PetscCall(PetscFree(w->body));
  PetscCall(PetscFree(w));
  PetscFunctionReturn(0);
}
