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

QV_CLONES static double frame_clone_split2(int64_t n, const double *restrict x,
                                           const double *restrict f, const double *restrict y) {
  double        lane[LANES] = {0}, rest = 0;
  const int64_t whole = n - n % LANES;
  for (int64_t i = 0; i < whole; i += LANES)
    for (int l = 0; l < LANES; l++) {
      const double d = x[i + l] - f[i + l] + y[i + l];
      lane[l] += d * d;
    }
  for (int64_t i = whole; i < n; i++) {
    const double d = x[i] - f[i] + y[i];
    rest += d * d;
  }
  for (int half = LANES / 2; half; half /= 2)
    for (int l = 0; l < half; l++) lane[l] += lane[l + half];
  return lane[0] + rest;
}

/* Products of one vector with four others, each in the order of `dot`. */
QV_CLONES static void frame_clone_dots(int64_t n, const double *restrict x,
                                       const double *restrict y, double *restrict product) {
  enum { ACROSS = 8 };
  const double *b = y + n, *c = b + n, *d = c + n;
  double        s[4][ACROSS] = {{0}}, rest[4] = {0};
  const int64_t whole = n - n % ACROSS;
  for (int64_t i = 0; i < whole; i += ACROSS)
    for (int l = 0; l < ACROSS; l++) {
      s[0][l] += x[i + l] * y[i + l];
      s[1][l] += x[i + l] * b[i + l];
      s[2][l] += x[i + l] * c[i + l];
      s[3][l] += x[i + l] * d[i + l];
    }
  for (int64_t i = whole; i < n; i++) {
    rest[0] += x[i] * y[i];
    rest[1] += x[i] * b[i];
    rest[2] += x[i] * c[i];
    rest[3] += x[i] * d[i];
  }
  for (int k = 0; k < 4; k++) {
    for (int half = ACROSS / 2; half; half /= 2)
      for (int l = 0; l < half; l++) s[k][l] += s[k][l + half];
    product[k] = s[k][0] + rest[k];
  }
}

QV_CLONES static void frame_clone_combine(int64_t n, double a, const double *x, double b,
                                          const double *y, double *z) {
  for (int64_t i = 0; i < n; i++) z[i] = a * x[i] + b * y[i];
}

QV_CLONES static void frame_clone_drift(int64_t n, const double *restrict x,
                                        const double *restrict y, double *restrict z) {
  for (int64_t i = 0; i < n; i++) z[i] += x[i] - y[i];
}

double qv_frame_split2(int64_t n, const double *x, const double *f, const double *y) {
  return frame_clone_split2(n, x, f, y);
}

void qv_frame_gram(int64_t n, int k, double factor, const double *v, double *gram) {
  for (int i = 0; i < k; i++) {
    int j = 0;
    for (; j + 4 <= i + 1; j += 4) {
      double product[4];
      frame_clone_dots(n, v + i * n, v + j * n, product);
      for (int l = 0; l < 4; l++) gram[i * k + j + l] += factor * product[l];
    }
    for (; j <= i; j++) gram[i * k + j] += factor * frame_clone_dot(n, v + i * n, v + j * n);
  }
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
