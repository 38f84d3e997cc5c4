/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/denoiser/stencil_kernel.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "imaging/denoiser/clones.h"

QV_CLONES static void stencil_clone_primal(int n, double tau, const double *restrict x,
                                           const double *restrict q, double *restrict u) {
  const double *qy = q + (int64_t)n * n;
  for (int i = 0; i < n; i++) {
    const double *across = q + (int64_t)i * n, *up = qy + (int64_t)i * n;
    const double *from = x + (int64_t)i * n, *below = i ? up - n : NULL;
    double       *to = u + (int64_t)i * n;
    if (below)
      for (int j = 0; j < n; j++) to[j] = up[j] - below[j];
    else
      for (int j = 0; j < n; j++) to[j] = up[j];
    to[0] = from[0] + tau * (to[0] + across[0]);
    for (int j = 1; j < n; j++) to[j] = from[j] + tau * (to[j] + (across[j] - across[j - 1]));
  }
}

QV_CLONES static void stencil_clone_dual(int n, double step, double momentum,
                                         const double *restrict u, double *restrict p,
                                         double *restrict q) {
  const int64_t plane = (int64_t)n * n;
  for (int i = 0; i < n; i++) {
    const double *here = u + (int64_t)i * n, *above = i + 1 < n ? here + n : here;
    double       *px = p + (int64_t)i * n, *qx = q + (int64_t)i * n;
    double       *py = px + plane, *qy = qx + plane;
    for (int j = 0; j < n - 1; j++) {
      const double gx   = qx[j] + step * (here[j + 1] - here[j]);
      const double gy   = qy[j] + step * (above[j] - here[j]);
      const double size = sqrt(gx * gx + gy * gy);
      const double over = 1 / (size > 1 ? size : 1);
      qx[j]             = gx * over + momentum * (gx * over - px[j]);
      qy[j]             = gy * over + momentum * (gy * over - py[j]);
      px[j]             = gx * over;
      py[j]             = gy * over;
    }
    const double gy   = qy[n - 1] + step * (above[n - 1] - here[n - 1]);
    const double over = 1 / (fabs(gy) > 1 ? fabs(gy) : 1);
    qy[n - 1]         = gy * over + momentum * (gy * over - py[n - 1]);
    py[n - 1]         = gy * over;
  }
}

QV_CLONES static void stencil_clone_lengths(int n, int last, const double *restrict here,
                                            const double *restrict above, double *restrict row) {
  for (int j = 0; j < n - 1; j++) {
    const double gx = here[j + 1] - here[j], gy = last ? 0 : above[j] - here[j];
    row[j] = sqrt(gx * gx + gy * gy);
  }
  row[n - 1] = last ? 0 : fabs(above[n - 1] - here[n - 1]);
}

QV_CLONES static void stencil_clone_details(int n, double level, const double *restrict low,
                                            const double *restrict high, double *restrict detail) {
  double *across = detail, *up = detail + n, *both = detail + 2 * n;
  for (int j = 0; j < n - 1; j++) {
    const double a = low[j], b = low[j + 1], c = high[j], d = high[j + 1];
    const double h = 0.5 * ((a - b) + (c - d)), v = 0.5 * ((a + b) - (c + d));
    const double g = 0.5 * ((a - b) - (c - d));
    across[j]      = h > level ? level : h < -level ? -level : h;
    up[j]          = v > level ? level : v < -level ? -level : v;
    both[j]        = g > level ? level : g < -level ? -level : g;
  }
}

/* 1/8: half for the transform, a quarter for the mean of four shifts. */
QV_CLONES static void stencil_clone_remove(int n, const double *restrict detail,
                                           double *restrict low, double *restrict high) {
  const double *h = detail, *v = detail + n, *g = detail + 2 * n;
  for (int j = 0; j < n - 1; j++) {
    low[j] -= 0.125 * (h[j] + v[j] + g[j]);
    high[j] -= 0.125 * (h[j] - v[j] - g[j]);
  }
  for (int j = 0; j < n - 1; j++) {
    low[j + 1] -= 0.125 * (v[j] - h[j] - g[j]);
    high[j + 1] -= 0.125 * (g[j] - h[j] - v[j]);
  }
}

#define ORDER(a, b)                                                          \
  do {                                                                       \
    const double less = (a) < (b) ? (a) : (b), more = (a) < (b) ? (b) : (a); \
    (a) = less;                                                              \
    (b) = more;                                                              \
  } while (0)

/* A network of 19 exchanges whose middle wire is the median. */
QV_CLONES static void stencil_clone_median(int n, const double *restrict top,
                                           const double *restrict middle,
                                           const double *restrict low, double *restrict out) {
  for (int j = 0; j < n; j++) {
    double a = top[j], b = top[j + 1], c = top[j + 2];
    double d = middle[j], e = middle[j + 1], f = middle[j + 2];
    double g = low[j], h = low[j + 1], k = low[j + 2];
    ORDER(b, c);
    ORDER(e, f);
    ORDER(h, k);
    ORDER(a, b);
    ORDER(d, e);
    ORDER(g, h);
    ORDER(b, c);
    ORDER(e, f);
    ORDER(h, k);
    ORDER(a, d);
    ORDER(f, k);
    ORDER(e, h);
    ORDER(d, g);
    ORDER(b, e);
    ORDER(c, f);
    ORDER(e, h);
    ORDER(e, c);
    ORDER(g, e);
    ORDER(e, c);
    out[j] = e;
  }
}

void qv_stencil_primal(int n, double tau, const double *x, const double *q, double *u) {
  stencil_clone_primal(n, tau, x, q, u);
}

void qv_stencil_dual(int n, double step, double momentum, const double *u, double *p, double *q) {
  stencil_clone_dual(n, step, momentum, u, p, q);
}

double qv_stencil_variation(int n, const double *u, double *row) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    const double *here    = u + (int64_t)i * n;
    double        lane[8] = {0};
    stencil_clone_lengths(n, i + 1 == n, here, i + 1 == n ? here : here + n, row);
    for (int j = 0; j < n; j++) lane[j % 8] += row[j];
    for (int l = 0; l < 8; l++) sum += lane[l];
  }
  return sum;
}

void qv_stencil_haar(int n, double level, const double *x, double *detail, double *out) {
  memcpy(out, x, sizeof *out * (size_t)n * (size_t)n);
  for (int i = 0; i + 1 < n; i++) {
    stencil_clone_details(n, level, x + (int64_t)i * n, x + (int64_t)(i + 1) * n, detail);
    stencil_clone_remove(n, detail, out + (int64_t)i * n, out + (int64_t)(i + 1) * n);
  }
}

void qv_stencil_median(int n, const double *padded, double *out) {
  for (int i = 0; i < n; i++) {
    const double *top = padded + (int64_t)i * (n + 2);
    stencil_clone_median(n, top, top + n + 2, top + 2 * (n + 2), out + (int64_t)i * n);
  }
}
