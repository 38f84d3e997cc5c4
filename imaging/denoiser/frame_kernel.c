/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/denoiser/frame_kernel.h"

#include "imaging/denoiser/clones.h"

enum { LANES = 16 };

QV_CLONES static double frame_clone_dot(int64_t n, const double *restrict x,
                                        const double *restrict y) {
  double        lane[LANES] = {0}, rest = 0;
  const int64_t whole = n - n % LANES;
  for (int64_t i = 0; i < whole; i += LANES)
    for (int l = 0; l < LANES; l++) lane[l] += x[i + l] * y[i + l];
  for (int64_t i = whole; i < n; i++) rest += x[i] * y[i];
  for (int half = LANES / 2; half; half /= 2)
    for (int l = 0; l < half; l++) lane[l] += lane[l + half];
  return lane[0] + rest;
}

QV_CLONES static double frame_clone_error2(int64_t n, double a, const double *restrict x,
                                           const double *restrict y) {
  double        lane[LANES] = {0}, rest = 0;
  const int64_t whole = n - n % LANES;
  for (int64_t i = 0; i < whole; i += LANES)
    for (int l = 0; l < LANES; l++) {
      const double d = a * x[i + l] - y[i + l];
      lane[l] += d * d;
    }
  for (int64_t i = whole; i < n; i++) {
    const double d = a * x[i] - y[i];
    rest += d * d;
  }
  for (int half = LANES / 2; half; half /= 2)
    for (int l = 0; l < half; l++) lane[l] += lane[l + half];
  return lane[0] + rest;
}

QV_CLONES static void frame_clone_combine(int64_t n, double a, const double *x, double b,
                                          const double *y, double *z) {
  for (int64_t i = 0; i < n; i++) z[i] = a * x[i] + b * y[i];
}

QV_CLONES static void frame_clone_drift(int64_t n, const double *restrict x,
                                        const double *restrict y, double *restrict z) {
  for (int64_t i = 0; i < n; i++) z[i] += x[i] - y[i];
}

double qv_frame_dot(int64_t n, const double *x, const double *y) {
  return frame_clone_dot(n, x, y);
}

double qv_frame_distance2(int64_t n, const double *x, const double *y) {
  return frame_clone_error2(n, 1, x, y);
}

double qv_frame_error2(int64_t n, double a, const double *x, const double *y) {
  return frame_clone_error2(n, a, x, y);
}

void qv_frame_combine(int64_t n, double a, const double *x, double b, const double *y, double *z) {
  frame_clone_combine(n, a, x, b, y, z);
}

void qv_frame_drift(int64_t n, const double *x, const double *y, double *z) {
  frame_clone_drift(n, x, y, z);
}
