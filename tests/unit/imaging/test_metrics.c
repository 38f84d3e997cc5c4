/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3 labels=fast timeout=60
 * Metrics against numbers by hand and against sums straight from their definitions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imaging/metrics.h"
#include "solvers/parallel/layout.h"
#include "solvers/parallel/random.h"
#include "tests/support/qv_test.h"

enum { N = 20, T = 3, PIXELS = N * N };

/* Metrics of a whole sequence, each rank giving its own frames. */
static qv_metrics measure(int n, int components, const double *x, const double *t, bool only_body) {
  qv_metrics m;
  int        rank, size;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  const int64_t first        = qv_layout_first_unit(T, rank, size),
                end          = qv_layout_first_unit(T, rank + 1, size);
  const int64_t         at   = first * n * n * components;
  const qv_metrics_pair pair = {n, components, end - first, x + at, t + at, only_body};
  PetscCallAbort(PETSC_COMM_WORLD, qv_metrics_compute(PETSC_COMM_WORLD, &pair, &m));
  return m;
}

static void fill(double *x, const char *name, int64_t n) {
  const qv_stream stream = qv_stream_named(3, name);
  for (int64_t i = 0; i < n; i++) x[i] = qv_random_uniform(stream, (uint64_t)i, 0);
}

static int mirrored(int i) {
  return i < 0 ? -1 - i : i >= N ? 2 * N - 1 - i : i;
}

/* The 15 x 15 Laplacian of Gaussian of an image at a pixel. */
static double log_at(const double *x, int row, int column) {
  double h[15][15], sum = 0, mean = 0, value = 0;
  for (int i = 0; i < 15; i++)
    for (int j = 0; j < 15; j++)
      sum += h[i][j] = exp(-((i - 7) * (i - 7) + (j - 7) * (j - 7)) / 4.5);
  for (int i = 0; i < 15; i++)
    for (int j = 0; j < 15; j++) {
      h[i][j] *= ((i - 7) * (i - 7) + (j - 7) * (j - 7) - 4.5) / (2.25 * 2.25) / sum;
      mean += h[i][j] / 225;
    }
  for (int i = 0; i < 15; i++)
    for (int j = 0; j < 15; j++)
      value += (h[i][j] - mean) * x[mirrored(row + i - 7) * N + mirrored(column + j - 7)];
  return value;
}

static double ssim_at(const double *x, const double *t, int row, int column, double largest) {
  double       w[11][11], sum = 0, mx = 0, mt = 0, xx = 0, tt = 0, xt = 0;
  const double c1 = 1e-4 * largest * largest, c2 = 9e-4 * largest * largest;
  for (int i = 0; i < 11; i++)
    for (int j = 0; j < 11; j++)
      sum += w[i][j] = exp(-((i - 5) * (i - 5) + (j - 5) * (j - 5)) / 4.5);
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < 11; i++)
      for (int j = 0; j < 11; j++) {
        const double a = x[(row + i - 5) * N + column + j - 5],
                     b = t[(row + i - 5) * N + column + j - 5];
        const double p = w[i][j] / sum;
        if (!pass)
          mx += p * a, mt += p * b;
        else
          xx += p * (a - mx) * (a - mx), tt += p * (b - mt) * (b - mt),
            xt += p * (a - mx) * (b - mt);
      }
  return (2 * mx * mt + c1) * (2 * xt + c2) / ((mx * mx + mt * mt + c1) * (xx + tt + c2));
}

static PetscErrorCode from_definitions(void) {
  static double x[T * PIXELS], t[T * PIXELS];
  double largest = 0, difference = 0, truth = 0, absolute = 0, ssim = 0, a = 0, b = 0, own = 0,
         both = 0, mean = 0;
  fill(x, "x", T * PIXELS);
  fill(t, "t", T * PIXELS);
  for (int i = 0; i < T * PIXELS; i++) {
    x[i]    = 0.7 * t[i] + 0.3 * x[i];
    largest = fmax(largest, t[i]);
    difference += (x[i] - t[i]) * (x[i] - t[i]);
    absolute += fabs(x[i] - t[i]);
    truth += t[i] * t[i], own += x[i] * x[i], both += x[i] * t[i], mean += t[i] / (T * PIXELS);
  }
  for (int f = 0; f < T; f++)
    for (int i = 0; i < PIXELS; i++) {
      const double *u = x + f * PIXELS, *v = t + f * PIXELS;
      const int     r = i / N, c = i % N;
      if (r >= 5 && r < N - 5 && c >= 5 && c < N - 5)
        ssim += ssim_at(u, v, r, c, largest) / (T * (N - 10) * (N - 10));
      a += pow(log_at(u, r, c) - log_at(v, r, c), 2);
      b += pow(log_at(v, r, c), 2);
    }
  const qv_metrics m = measure(N, 1, x, t, false);
  EXPECT_REL(m.nrmse, sqrt(difference / truth), 1e-13);
  EXPECT_REL(m.nrmse_magnitude, m.nrmse, 1e-13);
  EXPECT_REL(m.nrmse_scaled, sqrt(1 - both * both / own / truth), 1e-12);
  EXPECT_REL(m.psnr, 20 * log10(largest / sqrt(difference / (T * PIXELS))), 1e-13);
  EXPECT_REL(m.mae, absolute / (T * PIXELS), 1e-13);
  EXPECT_REL(m.snr, 10 * log10((truth / (T * PIXELS) - mean * mean) / (difference / (T * PIXELS))),
             1e-12);
  EXPECT_REL(m.ssim, ssim, 1e-12);
  EXPECT_REL(m.hfen, sqrt(a / b), 1e-12);
  return 0;
}

static PetscErrorCode by_hand(void) {
  static double x[T * PIXELS], t[T * PIXELS], sum = 0;
  fill(t, "t", T * PIXELS);
  t[5] = 2;
  for (int i = 0; i < T * PIXELS; i++) sum += t[i] * t[i];
  qv_metrics m = measure(N, 1, x, t, false); /* x = 0 */
  EXPECT_REL(m.nrmse, 1, 1e-14);
  EXPECT_REL(m.nrmse_scaled, 1, 1e-14);
  EXPECT_REL(m.psnr, 20 * log10(2 / sqrt(sum / (T * PIXELS))), 1e-14);
  EXPECT_REL(m.hfen, 1, 1e-14);
  m = measure(N, 1, t, t, false);
  EXPECT_BITS(m.nrmse, 0);
  EXPECT_REL(m.ssim, 1, 1e-14);
  EXPECT_BITS(m.hfen, 0);
  EXPECT(isinf(m.psnr) && m.psnr > 0);
  for (int i = 0; i < T * PIXELS; i++) x[i] = t[i] + 0.25;
  m = measure(N, 1, x, t, false);
  EXPECT(m.hfen < 1e-14);
  EXPECT_REL(m.mae, 0.25, 1e-14);
  EXPECT_REL(m.psnr, 20 * log10(2 / 0.25), 1e-14);
  for (int i = 0; i < T * PIXELS; i++) x[i] = 3 * t[i];
  m = measure(N, 1, x, t, false);
  EXPECT_REL(m.nrmse, 2, 1e-14);
  EXPECT(m.nrmse_scaled < 1e-7);
  memset(t, 0, sizeof t);
  m = measure(N, 1, t, t, false);
  EXPECT(isnan(m.nrmse) && isnan(m.psnr) && isnan(m.ssim));
  EXPECT(isnan(measure(10, 1, x, x, false).ssim)); /* no full window */
  return 0;
}

/* The phase of a complex pair: seen by nrmse, not by magnitudes, undone by the best factor. */
static PetscErrorCode complex_pairs(void) {
  static double x[2 * T * PIXELS], t[2 * T * PIXELS];
  fill(t, "t", 2 * T * PIXELS);
  for (int i = 0; i < T * PIXELS; i++)
    x[2 * i] = -t[2 * i + 1], x[2 * i + 1] = t[2 * i]; /* times i */
  const qv_metrics m = measure(N, 2, x, t, false);
  EXPECT_REL(m.nrmse, sqrt(2), 1e-14);
  EXPECT(m.nrmse_scaled < 1e-7);
  EXPECT_BITS(m.nrmse_magnitude, 0);
  EXPECT_REL(m.ssim, 1, 1e-14);
  return 0;
}

static PetscErrorCode body(void) {
  static double x[T * PIXELS], t[T * PIXELS];
  /* half of the image is background in all frames; errors there do not count */
  for (int i = 0; i < T * PIXELS; i++) {
    const bool inside = i % N < N / 2;
    t[i]              = inside ? (i / PIXELS == 1 ? 1 : 0.001) : 0.01;
    x[i]              = inside ? t[i] + 0.1 : 5;
  }
  const qv_metrics m = measure(N, 1, x, t, true);
  EXPECT_REL(m.mae, 0.1, 1e-13);
  EXPECT_REL(m.psnr, 20, 1e-13);
  EXPECT(measure(N, 1, x, t, false).mae > 2);
  return 0;
}

/* Bits known from one rank: the same numbers on any. */
static PetscErrorCode bits(void) {
  static double x[T * PIXELS], t[T * PIXELS];
  double        mine[8], first[8];
  fill(x, "x", T * PIXELS);
  fill(t, "t", T * PIXELS);
  const qv_metrics      m    = measure(N, 1, x, t, true);
  const qv_metrics_pair pair = {N, 1, T, x, t, true};
  qv_metrics            alone;
  PetscCall(qv_metrics_compute(PETSC_COMM_SELF, &pair, &alone));
  memcpy(mine, &m, sizeof mine);
  memcpy(first, &alone, sizeof first);
  for (int i = 0; i < 8; i++) EXPECT_BITS(mine[i], first[i]);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"against the definitions", from_definitions}, {"by hand", by_hand},
               {"complex", complex_pairs}, {"body", body}, {"bits", bits});
}
