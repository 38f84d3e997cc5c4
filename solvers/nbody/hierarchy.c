/* SPDX-License-Identifier: GPL-3.0-or-later
 * A pair as a Kepler orbit and the third body's motion about it. */
#include <math.h>

#include "solvers/nbody/invariants.h"

static double dot(const double a[3], const double b[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* 1/a = 2/r - v^2/mu of the relative motion. */
static double inverse_axis(double mu, const double x[3], const double v[3]) {
  return 2 / sqrt(dot(x, x)) - dot(v, v) / mu;
}

/* e from the eccentricity vector v x (x x v) / mu - x / r: no cancellation near a circle. */
static double eccentricity(double mu, const double x[3], const double v[3]) {
  const double r = sqrt(dot(x, x)), v2 = dot(v, v), xv = dot(x, v);
  double       e[3];
  for (int i = 0; i < 3; i++) e[i] = (v2 * x[i] - xv * v[i]) / mu - x[i] / r;
  return sqrt(dot(e, e));
}

static void relative(const double vector[3][3], int from, int to, double out[3]) {
  for (int i = 0; i < 3; i++) out[i] = vector[to][i] - vector[from][i];
}

/* From the centre of mass of p and q to the third body. */
static void outer(const double mass[3], const double vector[3][3], int p, int q, double out[3]) {
  const int third = 3 - p - q;
  for (int i = 0; i < 3; i++) {
    const double share = mass[q] / (mass[p] + mass[q]);
    out[i]             = (vector[third][i] - vector[p][i]) - share * (vector[q][i] - vector[p][i]);
  }
}

void qv_hierarchy_find(const double mass[3], const double position[3][3],
                       const double velocity[3][3], qv_hierarchy *result) {
  const double pi     = 3.14159265358979323846;
  double       inward = -INFINITY, x[3], v[3];
  result->third       = 0;
  for (int k = 0; k < 3; k++) { /* most bound: the largest 1/a */
    const int p = (k + 1) % 3, q = (k + 2) % 3;
    relative(position, p, q, x);
    relative(velocity, p, q, v);
    const double inverse = inverse_axis(mass[p] + mass[q], x, v);
    if (!(inverse > inward)) continue;
    inward        = inverse;
    result->third = k;
  }
  const int    p = (result->third + 1) % 3, q = (result->third + 2) % 3;
  const double mu = mass[p] + mass[q], total = mu + mass[result->third], a = 1 / inward;
  relative(position, p, q, x);
  relative(velocity, p, q, v);
  result->semi_major_axis = a;
  result->eccentricity    = eccentricity(mu, x, v);
  result->period          = a > 0 ? 2 * pi * sqrt(a * a * a / mu) : NAN;
  outer(mass, position, p, q, x);
  outer(mass, velocity, p, q, v);
  result->distance        = sqrt(dot(x, x));
  result->radial_velocity = dot(x, v) / result->distance;
  result->energy_of_third = 0.5 * dot(v, v) - total / result->distance;
}

bool qv_hierarchy_escaped(const qv_hierarchy *h) {
  return h->semi_major_axis > 0 && h->energy_of_third > 0 && h->radial_velocity > 0 &&
         h->distance > 10 * h->semi_major_axis;
}
