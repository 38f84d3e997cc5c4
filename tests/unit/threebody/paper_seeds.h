/* SPDX-License-Identifier: GPL-3.0-or-later
 * The paper's hundred seeds through the Hermite scheme: 30 years in intervals of 0.1. */
#pragma once
#include "rl/threebody/systems.h"
#include "solvers/nbody/hermite4.h"

#include <math.h>
#include <stdlib.h>

enum { PAPER_SEEDS = 100 };

typedef struct {
  double  mean_steps, median_error;
  int64_t evaluations;
} paper_result;

static long double paper_energy(const double m[3], double x[3][3], double v[3][3]) {
  long double e = 0;
  for (int i = 0; i < 3; i++) {
    for (int k = 0; k < 3; k++) e += 0.5L * m[i] * v[i][k] * (long double)v[i][k];
    for (int j = 0; j < i; j++) {
      long double rr = 0;
      for (int k = 0; k < 3; k++) {
        const long double d = (long double)x[i][k] - x[j][k];
        rr += d * d;
      }
      e -= m[i] * (long double)m[j] / sqrtl(rr);
    }
  }
  return e;
}

static int paper_compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static paper_result paper_run(double mu) {
  static qv_hermite4 s[PAPER_SEEDS];
  const double       two_pi = 6.283185307179586476925;
  double             mus[PAPER_SEEDS], error[PAPER_SEEDS], x[3][3], v[3][3];
  long double        start[PAPER_SEEDS];
  paper_result       result = {0};
  for (int i = 0; i < PAPER_SEEDS; i++) {
    qv_system        y;
    const qv_system *given = &y;
    qv_systems_paper((uint32_t)i, &y);
    for (int b = 0; b < 3; b++)
      for (int k = 0; k < 3; k++) y.velocity[b][k] /= two_pi;
    start[i] = paper_energy(y.mass, y.position, y.velocity);
    mus[i]   = mu;
    qv_hermite4_start(given->mass, given->position, given->velocity, 0.1 * two_pi, 30 * two_pi,
                      &s[i]);
  }
  result.evaluations = qv_hermite4_advance(PAPER_SEEDS, s, mus, 1000000000, INT64_MAX);
  for (int i = 0; i < PAPER_SEEDS; i++) {
    const double one[3] = {1, 1, 1};
    qv_hermite4_state(&s[i], x, v);
    error[i] = (double)fabsl((paper_energy(one, x, v) - start[i]) / start[i]);
    result.mean_steps += (double)qv_hermite4_steps(&s[i]) / PAPER_SEEDS;
  }
  qsort(error, PAPER_SEEDS, sizeof *error, paper_compare);
  result.median_error = (error[49] + error[50]) / 2;
  return result;
}
