/* SPDX-License-Identifier: GPL-3.0-or-later
 * The leapfrog rows of a trial step: drift-kick-drift of the logarithmic Hamiltonian, with sums
 * compensated. One force evaluation is a long chain of dependent operations, so rows run side by
 * side in lanes: 24 substeps beside 16 + 8 and 12 + 6 + 4 + 2. The bits are those of rows run one
 * by one. */
#include "solvers/nbody/regularised_impl.h"

/* Weights of rows 0..k in the extrapolation in the square of the substep: prod n_j^2 / (n_j^2 -
 * n_i^2) over the other rows i; and how much they differ from those of rows 1..k (the last
 * difference in Neville's table, the measure of the error). */
// clang-format off
static const double weight[QV_ROWS_MOST][QV_ROWS_MOST] = {
  {1.0},
  {-0.3333333333333333, 1.3333333333333333},
  {0.041666666666666664, -1.0666666666666667, 2.025},
  {-0.002777777777777778, 0.35555555555555557, -2.6035714285714286, 3.250793650793651},
  {7.936507936507937e-05, -0.044444444444444446, 0.8678571428571429, -2.6006349206349206, 2.777142857142857},
  {-1.2597631645250694e-06, 0.002962962962962963, -0.142012987012987, 0.8668783068783069, -3.5706122448979594,
   3.8427852218328407},
  {8.809532619056429e-09, -8.465608465608466e-05, 0.009467532467532468, -0.10835978835978836, 1.1902040816326531,
   -3.0742281774662725, 2.983000999000999},
};
static const double disagreement[QV_ROWS_MOST][QV_ROWS_MOST] = {
  {0},
  {-0.3333333333333333, 0.3333333333333333},
  {0.041666666666666664, -0.26666666666666666, 0.225},
  {-0.002777777777777778, 0.08888888888888889, -0.2892857142857143, 0.20317460317460317},
  {7.936507936507937e-05, -0.011111111111111112, 0.09642857142857143, -0.16253968253968254, 0.07714285714285714},
  {-1.2597631645250694e-06, 0.0007407407407407407, -0.015779220779220778, 0.05417989417989418, -0.09918367346938775,
   0.060043519091138135},
  {8.809532619056429e-09, -2.1164021164021164e-05, 0.001051948051948052, -0.006772486772486773, 0.03306122448979592,
   -0.04803481527291051, 0.020715284715284714},
};
// clang-format on

enum { LANES = 4, QUEUE = 4 };

typedef double lane __attribute__((vector_size(8 * LANES)));

typedef struct {
  lane sum[QV_ROWS_VALUES], residue[QV_ROWS_VALUES]; /* as the rows' values */
  lane x[6], v[6];                                   /* the coordinates themselves */
  lane drift;                                        /* T + B */
  lane step;                                         /* a substep's length */
} state;

typedef struct {
  double pair[3];        /* mass products of a-b, b-c, a-c */
  double kinetic[3];     /* the same over twice the total mass */
  double sum_ab, sum_bc; /* of masses */
  double base;           /* T + B = base + sum kinetic v.v, hot: base + sum kinetic dv.(v + v0) */
} constants;

/* Rows of each lane in the order in which they run, for 1 to 7 rows in all; -1 ends a lane. */
// clang-format off
static const signed char queue[QV_ROWS_MOST][LANES - 1][QUEUE + 1] = {
  {{0, -1}, {-1}, {-1}},
  {{1, -1}, {0, -1}, {-1}},
  {{2, -1}, {1, 0, -1}, {-1}},
  {{3, -1}, {2, 0, -1}, {1, -1}},
  {{4, -1}, {3, 1, -1}, {2, 0, -1}},
  {{5, -1}, {4, 1, -1}, {3, 2, 0, -1}},
  {{6, -1}, {5, 3, -1}, {4, 2, 1, 0, -1}},
};
// clang-format on

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE void root(lane *y, const lane *x) {
  for (int l = 0; l < LANES; l++) (*y)[l] = sqrt((*x)[l]);
}

/* sum += increment, what is lost goes to residue (Kahan). */
INLINE void accumulate(lane *restrict sum, lane *restrict residue, const lane *restrict increment) {
  const lane y = *increment + *residue, s = *sum + y;
  *residue = y - (s - *sum);
  *sum     = s;
}

/* Begin a row in lane l: nothing moved yet but the first half drift. */
INLINE void begin(const qv_rows_start *restrict start, double step, int substeps, int l,
                  state *restrict a) {
  const double h = step / substeps, tau = 0.5 * h / start->drift;
  for (int i = 0; i < 6; i++) {
    a->v[i][l]           = start->v[i] + start->v_low[i];
    a->sum[i][l]         = tau * a->v[i][l];
    a->sum[6 + i][l]     = 0;
    a->residue[i][l]     = 0;
    a->x[i][l]           = start->x[i] + (start->x_low[i] + a->sum[i][l]);
    a->residue[6 + i][l] = 0;
  }
  a->sum[12][l]     = tau;
  a->residue[12][l] = 0;
  a->drift[l]       = start->drift;
  a->step[l]        = h;
}

/* Kick and drift, *part of a substep long (the last drift of a row is a half one); lane 0 is noted
 * in *kick. The sums' residues are off the critical path: a coordinate is formed from the old sum
 * and the increment. */
INLINE void substep(const bool hot, const qv_rows_start *restrict start,
                    const constants *restrict c, const lane *restrict part, state *restrict a,
                    qv_rows_kick *restrict kick) {
  lane x[9], r2[3], r[3], g[3], potential, acceleration[6], v[6], mean[6], kinetic, increment;
  for (int i = 0; i < 6; i++) x[i] = a->x[i];
  for (int i = 0; i < 3; i++) x[6 + i] = x[i] + x[3 + i];
  for (int k = 0; k < 3; k++) {
    r2[k] = x[3 * k] * x[3 * k] + x[3 * k + 1] * x[3 * k + 1] + x[3 * k + 2] * x[3 * k + 2];
    root(&r[k], &r2[k]);
    g[k] = 1 / (r2[k] * r[k]);
  }
  potential =
    (c->pair[0] * (g[0] * r2[0]) + c->pair[1] * (g[1] * r2[1])) + c->pair[2] * (g[2] * r2[2]);
  const lane kick_time = a->step / potential;
  for (int i = 0; i < 3; i++) {
    const lane g1 = g[0] * x[i], g2 = g[1] * x[3 + i], g3 = g[2] * x[6 + i];
    acceleration[i]     = start->mass[2] * (g2 - g3) - c->sum_ab * g1;
    acceleration[3 + i] = start->mass[0] * (g1 - g3) - c->sum_bc * g2;
  }
  for (int i = 0; i < 6; i++) {
    increment = kick_time * acceleration[i];
    v[i]      = start->v[i] + ((a->sum[6 + i] + (a->residue[6 + i] + start->v_low[i])) + increment);
    accumulate(&a->sum[6 + i], &a->residue[6 + i], &increment);
    kick->x[i] = x[i][0];
    mean[i]    = 0.5 * (a->v[i] + v[i]);
    kick->v[i] = mean[i][0];
    a->v[i]    = v[i];
  }
  kick->time = a->sum[12][0];
  for (int k = 0; k < 3; k++) {
    lane f = {0};
    for (int i = 0; i < 3; i++)
      f += x[3 * k + i] * (k < 2 ? mean[3 * k + i] : mean[i] + mean[3 + i]);
    kick->approach[k] = f[0];
  }
  lane w[3] = {{0}, {0}, {0}};
  for (int i = 0; i < 3; i++) {
    const lane p1 = hot ? a->sum[6 + i] + a->residue[6 + i] : v[i];
    const lane p2 = hot ? a->sum[9 + i] + a->residue[9 + i] : v[3 + i];
    const lane q1 = hot ? v[i] + start->v[i] : v[i],
               q2 = hot ? v[3 + i] + start->v[3 + i] : v[3 + i];
    w[0] += p1 * q1;
    w[1] += p2 * q2;
    w[2] += (p1 + p2) * (q1 + q2);
  }
  kinetic        = (c->kinetic[0] * w[0] + c->kinetic[1] * w[1]) + c->kinetic[2] * w[2];
  a->drift       = c->base + kinetic;
  const lane tau = *part * a->step / a->drift;
  for (int i = 0; i < 6; i++) {
    increment = tau * v[i];
    a->x[i]   = start->x[i] + ((a->sum[i] + (a->residue[i] + start->x_low[i])) + increment);
    accumulate(&a->sum[i], &a->residue[i], &increment);
  }
  accumulate(&a->sum[12], &a->residue[12], &tau);
}

INLINE void prepare(const qv_rows_start *restrict start, constants *restrict c) {
  const double *m = start->mass, total = m[0] + m[1] + m[2];
  c->pair[0] = m[0] * m[1];
  c->pair[1] = m[1] * m[2];
  c->pair[2] = m[0] * m[2];
  for (int k = 0; k < 3; k++) c->kinetic[k] = 0.5 * c->pair[k] / total;
  c->sum_ab = m[0] + m[1];
  c->sum_bc = m[1] + m[2];
  c->base   = start->hot ? start->drift : start->binding;
}

INLINE void run(const bool hot, const qv_rows_start *restrict start, double step, int n,
                qv_rows *restrict rows) {
  constants c;
  state     a;
  lane      part = {1, 1, 1, 1};
  int       left[LANES], place[LANES - 1];
  prepare(start, &c);
  for (int l = 0; l < LANES; l++) { /* a lane without rows follows the longest one, unread */
    const int row = l < LANES - 1 && queue[n - 1][l][0] >= 0 ? queue[n - 1][l][0] : n - 1;
    left[l] = l < LANES - 1 && queue[n - 1][l][0] >= 0 ? qv_regularised_kernel_substeps(row) : 1000;
    if (l < LANES - 1) place[l] = 0;
    begin(start, step, qv_regularised_kernel_substeps(row), l, &a);
  }
  const int most = qv_regularised_kernel_substeps(n - 1);
  for (int j = 0; j < most; j++) {
    for (int l = 0; l < LANES - 1; l++) part[l] = left[l] == 1 ? 0.5 : 1;
    substep(hot, start, &c, &part, &a, &rows->kick[j]);
    for (int l = 0; l < LANES - 1; l++) {
      if (--left[l]) continue;
      const int row = queue[n - 1][l][place[l]++], next = queue[n - 1][l][place[l]];
      for (int i = 0; i < QV_ROWS_VALUES; i++) {
        rows->increment[row][i] = a.sum[i][l];
        rows->residue[row][i]   = a.residue[i][l];
      }
      left[l] = 1000;
      if (next < 0) continue;
      left[l] = qv_regularised_kernel_substeps(next);
      begin(start, step, left[l], l, &a);
    }
  }
}

/* Increments since the step's start are extrapolated, never coordinates, as a correction of the
 * longest row, and what the sums have lost goes along. */
INLINE void extrapolate(int n, qv_rows *restrict rows) {
  const int last                       = n - 1;
  double    correction[QV_ROWS_VALUES] = {0}, difference[2][QV_ROWS_VALUES] = {{0}, {0}};
  for (int j = 0; j < last; j++) {
    const double w = weight[last][j], d = disagreement[last][j];
    const double e = j < last - 1 ? disagreement[last - 1][j] : 0;
    for (int i = 0; i < QV_ROWS_VALUES; i++) {
      const double s = rows->increment[j][i] - rows->increment[last][i];
      correction[i] += w * (s + (rows->residue[j][i] - rows->residue[last][i]));
      difference[1][i] += d * s;
      difference[0][i] += e * (rows->increment[j][i] - rows->increment[last - 1][i]);
    }
  }
  for (int i = 0; i < QV_ROWS_VALUES; i++) {
    const double low = rows->residue[last][i] + correction[i], s = rows->increment[last][i] + low;
    rows->low[i]           = low - (s - rows->increment[last][i]);
    rows->high[i]          = s;
    rows->difference[0][i] = difference[0][i];
    rows->difference[1][i] = difference[1][i];
  }
}

CLONES static void run_and_extrapolate(const qv_rows_start *restrict start, double step, int n,
                                       qv_rows *restrict rows) {
  if (start->hot)
    run(true, start, step, n, rows);
  else
    run(false, start, step, n, rows);
  extrapolate(n, rows);
}

/* Clang gives a function with clones another name outside its file. */
void qv_regularised_kernel_run(const qv_rows_start *restrict start, double step, int n,
                               qv_rows *restrict rows) {
  run_and_extrapolate(start, step, n, rows);
}
