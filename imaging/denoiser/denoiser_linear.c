/* SPDX-License-Identifier: GPL-3.0-or-later
 * Linear denoisers: none, shrink, quadratic, gaussian. */
#include "imaging/denoiser/denoiser_impl.h"

#include <math.h>
#include <petscblaslapack.h>
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"

static int64_t pixels(const qv_denoiser *d) {
  return (int64_t)d->size * d->size;
}

static void none_frame(const qv_denoiser *d, const double *x, double *memory, double *out,
                       double *r) {
  (void)memory, (void)r;
  memcpy(out, x, sizeof *out * (size_t)pixels(d));
}

const qv_denoiser_row qv_denoiser_row_none = {
  .traits = QV_DENOISER_SYMMETRIC | QV_DENOISER_NONEXPANSIVE | QV_DENOISER_HOMOGENEOUS |
            QV_DENOISER_PROX | QV_DENOISER_LINEAR | QV_DENOISER_IDENTITY,
  .frame = none_frame};

enum {
  SMOOTHER =
    QV_DENOISER_SYMMETRIC | QV_DENOISER_NONEXPANSIVE | QV_DENOISER_HOMOGENEOUS | QV_DENOISER_LINEAR
};

static void shrink_frame(const qv_denoiser *d, const double *x, double *memory, double *out,
                         double *r) {
  (void)memory, (void)r;
  qv_frame_combine(pixels(d), 1 - d->choice.level, x, 0, x, out);
}

const qv_denoiser_row qv_denoiser_row_shrink = {
  .traits = SMOOTHER, .has_level = true, .frame = shrink_frame};

/* The plan: the orthonormal cosine transform C [frequency, pixel], then its frequencies' symbols.
 */
static int64_t quadratic_plan(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return size * size + size;
}

static int64_t two_frames(const qv_denoiser_choice *choice, int64_t size) {
  (void)choice;
  return 2 * size * size;
}

static void quadratic_prepare(const qv_denoiser_choice *choice, int size, double *plan) {
  double *symbol = plan + (int64_t)size * size;
  (void)choice;
  for (int k = 0; k < size; k++) {
    const double scale = sqrt((k ? 2.0 : 1.0) / size), half = sin(M_PI * k / (2.0 * size));
    for (int i = 0; i < size; i++)
      plan[(int64_t)k * size + i] = scale * cos(M_PI * k * (i + 0.5) / size);
    symbol[k] = 4 * half * half;
  }
}

/* c = op(a) op(b), all [n, n] by rows. */
static void multiply(int n, const char *op_a, const double *a, const char *op_b, const double *b,
                     double *c) {
  const PetscBLASInt m   = n;
  const double       one = 1, zero = 0;
  BLASgemm_(op_b, op_a, &m, &m, &m, &one, (double *)b, &m, (double *)a, &m, &zero, c, &m);
}

static void quadratic_frame(const qv_denoiser *d, const double *x, double *memory, double *out,
                            double *r) {
  const int     n = d->size;
  const double *c = d->plan, *symbol = d->plan + pixels(d);
  double       *half = d->scratch, *full = d->scratch + pixels(d);
  (void)memory, (void)r;
  multiply(n, "N", c, "N", x, half);
  multiply(n, "N", half, "T", c, full);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      full[(int64_t)i * n + j] /= 1 + d->choice.level * (symbol[i] + symbol[j]);
  multiply(n, "T", c, "N", full, half);
  multiply(n, "N", half, "N", c, out);
}

const qv_denoiser_row qv_denoiser_row_quadratic = {.traits    = SMOOTHER,
                                                   .has_level = true,
                                                   .scratch   = two_frames,
                                                   .plan      = quadratic_plan,
                                                   .prepare   = quadratic_prepare,
                                                   .frame     = quadratic_frame};

static int gaussian_radius(const qv_denoiser_choice *choice) {
  return (int)ceil(4 * choice->width);
}

/* The plan: weights at distances 0 to the radius, their sum over both sides 1. */
static int64_t gaussian_plan(const qv_denoiser_choice *choice, int64_t size) {
  (void)size;
  return gaussian_radius(choice) + 1;
}

static void gaussian_prepare(const qv_denoiser_choice *choice, int size, double *plan) {
  const int radius = gaussian_radius(choice);
  double    sum    = 0;
  (void)size;
  for (int k = 0; k <= radius; k++) {
    plan[k] = exp(-0.5 * k * k / (choice->width * choice->width));
    sum += k ? 2 * plan[k] : plan[k];
  }
  for (int k = 0; k <= radius; k++) plan[k] /= sum;
}

/* A pixel beyond the border is its mirror image: -1 is 0, -2 is 1. */
static int mirrored(int i, int n) {
  while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  return i;
}

static int64_t frame_and_row(const qv_denoiser_choice *choice, int64_t size) {
  return size * size + size + 2 * gaussian_radius(choice);
}

static void gaussian_frame(const qv_denoiser *d, const double *x, double *memory, double *out,
                           double *r) {
  const int n = d->size, radius = gaussian_radius(&d->choice);
  double   *columns = d->scratch, *row = d->scratch + pixels(d) + radius;
  (void)memory, (void)r;
  for (int i = 0; i < n; i++) {
    double *to = columns + (int64_t)i * n;
    qv_frame_combine(n, d->plan[0], x + (int64_t)i * n, 0, x, to);
    for (int k = 1; k <= radius; k++) {
      qv_frame_combine(n, d->plan[k], x + (int64_t)mirrored(i - k, n) * n, 1, to, to);
      qv_frame_combine(n, d->plan[k], x + (int64_t)mirrored(i + k, n) * n, 1, to, to);
    }
  }
  for (int i = 0; i < n; i++) {
    double *to = out + (int64_t)i * n;
    for (int j = -radius; j < n + radius; j++) row[j] = columns[(int64_t)i * n + mirrored(j, n)];
    qv_frame_combine(n, d->plan[0], row, 0, row, to);
    for (int k = 1; k <= radius; k++) {
      qv_frame_combine(n, d->plan[k], row - k, 1, to, to);
      qv_frame_combine(n, d->plan[k], row + k, 1, to, to);
    }
  }
}

const qv_denoiser_row qv_denoiser_row_gaussian = {.traits  = SMOOTHER,
                                                  .scratch = frame_and_row,
                                                  .plan    = gaussian_plan,
                                                  .prepare = gaussian_prepare,
                                                  .frame   = gaussian_frame};
