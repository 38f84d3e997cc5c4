/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/nbody/hermite4_pericentre.h"

#include <math.h>

enum { TURNS = 12 };
static const double OUTSIDE = 0.25; /* in steps */

/* Coefficients of the quintic in s = t / h. */
static void fit(const qv_hermite4_passage *p, double c[6][3]) {
  const double h = p->h;
  for (int k = 0; k < 3; k++) {
    c[0][k] = p->r[0][k];
    c[1][k] = h * p->v[0][k];
    c[2][k] = h * h * p->a[0][k] / 2;
    /* what the parabola leaves at s = 1 */
    const double r = p->r[1][k] - (c[0][k] + c[1][k] + c[2][k]);
    const double v = h * p->v[1][k] - (c[1][k] + 2 * c[2][k]);
    const double a = h * h * p->a[1][k] - 2 * c[2][k];
    c[3][k]        = 10 * r - 4 * v + a / 2;
    c[4][k]        = -15 * r + 7 * v - a;
    c[5][k]        = 6 * r - 3 * v + a / 2;
  }
}

/* r.r, r.v and its derivative at s. */
static void products(double c[6][3], double s, double *rr, double *rv, double *slope) {
  *rr = *rv = *slope = 0;
  for (int k = 0; k < 3; k++) {
    double r = c[5][k], v = 0, a = 0;
    for (int n = 4; n >= 0; n--) {
      a = a * s + v;
      v = v * s + r;
      r = r * s + c[n][k];
    }
    *rr += r * r;
    *rv += r * v;
    *slope += v * v + 2 * r * a;
  }
}

double qv_hermite4_pericentre_find(const qv_hermite4_passage *passage, double *time) {
  double c[6][3], rr, rv, slope, first, s = 1;
  fit(passage, c);
  products(c, 0, &rr, &first, &slope);
  products(c, 1, &rr, &rv, &slope);
  if (rv > first) s = fmin(1 + OUTSIDE, fmax(-OUTSIDE, first / (first - rv)));
  for (int i = 0; i < TURNS; i++) {
    products(c, s, &rr, &rv, &slope);
    if (!(slope > 0)) break;
    const double next = fmin(1 + OUTSIDE, fmax(-OUTSIDE, s - rv / slope));
    if (fabs(next - s) < 1e-15) break;
    s = next;
  }
  products(c, s, &rr, &rv, &slope);
  *time = s * passage->h;
  return sqrt(rr);
}
