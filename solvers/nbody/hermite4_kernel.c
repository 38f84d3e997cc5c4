/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/nbody/hermite4_kernel.h"

#include <float.h>

enum { W = QV_HERMITE4_LANES };

#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#define UNROLL _Pragma("GCC unroll 3")

/* The scheme is linear in the coordinates, so it may as well advance the differences: a third less
 * to do than with three bodies, and two of the three pairs lose no digits to cancellation.
 *
 * Of a pair's two time scales r / v and sqrt(r / a_pair) the inverse squares v^2 / r^2 and
 * (m_i + m_j) / r^3 need no division of their own; 1 / t_c^2 is the largest of the six. */
static inline __attribute__((always_inline)) void step(int lanes,
                                                       const qv_hermite4_orders *restrict orders,
                                                       const qv_hermite4_block *restrict from,
                                                       qv_hermite4_block *restrict to,
                                                       int64_t event[restrict W]) {
  for (int l = 0; l < lanes; l++) {
    const double t = from->t[l], end = orders->end[l];
    const double free_h = orders->mu[l] * from->scale[l];
    const bool   last   = t + free_h >= end;
    const double h      = last ? end - t : free_h;
    const double t_new  = last ? end : t + free_h;
    const double h_2 = 0.5 * h, h_3 = h * (1.0 / 3.0), h_6 = h * (1.0 / 6.0);

    double r[3][3], v[3][3]; /* [pair][axis] at the predicted state */
    UNROLL for (int i = 0; i < 2; i++) {
      UNROLL for (int k = 0; k < 3; k++) {
        const double v0 = from->v[i][k][l], a0 = from->a[i][k][l], j0 = from->j[i][k][l];
        r[i][k] = from->r[i][k][l] + h * (v0 + h_2 * (a0 + h_3 * j0));
        v[i][k] = v0 + h * (a0 + h_2 * j0);
      }
    }
    UNROLL for (int k = 0; k < 3; k++) {
      r[2][k] = r[1][k] - r[0][k];
      v[2][k] = v[1][k] - v[0][k];
    }

    const double m0 = orders->mass[0][l], m1 = orders->mass[1][l], m2 = orders->mass[2][l];
    const double pair[3] = {m0 + m1, m0 + m2, m1 + m2}, reach = orders->reach[l];
    double       cube[3], slope[3], rate = 0, extent = 0;
    int64_t      pericentre = 0;
    UNROLL for (int p = 0; p < 3; p++) {
      const double rr      = r[p][0] * r[p][0] + r[p][1] * r[p][1] + r[p][2] * r[p][2];
      const double vv      = v[p][0] * v[p][0] + v[p][1] * v[p][1] + v[p][2] * v[p][2];
      const double rv      = r[p][0] * v[p][0] + r[p][1] * v[p][1] + r[p][2] * v[p][2];
      const double inverse = 1.0 / rr;
      cube[p]              = inverse * __builtin_sqrt(inverse);
      slope[p]             = 3.0 * (rv * inverse);
      const double fly_by = vv * inverse, free_fall = pair[p] * cube[p];
      const double larger = fly_by > free_fall ? fly_by : free_fall;
      rate                = larger > rate ? larger : rate;
      extent += rr;
      pericentre |= (from->closing[p][l] < 0) & (rv >= 0) & (rr < reach);
      to->closing[p][l] = rv;
    }

    UNROLL for (int k = 0; k < 3; k++) {
      double f[3], g[3], a[2], j[2];
      UNROLL for (int p = 0; p < 3; p++) {
        f[p] = cube[p] * r[p][k];
        g[p] = cube[p] * (v[p][k] - slope[p] * r[p][k]);
      }
      a[0] = m2 * (f[2] - f[1]) - pair[0] * f[0];
      a[1] = -m1 * (f[2] + f[0]) - pair[1] * f[1];
      j[0] = m2 * (g[2] - g[1]) - pair[0] * g[0];
      j[1] = -m1 * (g[2] + g[0]) - pair[1] * g[1];
      UNROLL for (int i = 0; i < 2; i++) {
        const double v0 = from->v[i][k][l], a0 = from->a[i][k][l], j0 = from->j[i][k][l];
        const double v1 = v0 + h_2 * ((a0 + a[i]) + h_6 * (j0 - j[i]));
        to->r[i][k][l]  = from->r[i][k][l] + h_2 * ((v0 + v1) + h_6 * (a0 - a[i]));
        to->v[i][k][l]  = v1;
        to->a[i][k][l]  = a[i];
        to->j[i][k][l]  = j[i];
      }
    }
    to->scale[l] = 1.0 / __builtin_sqrt(rate);
    to->t[l]     = t_new;
    event[l]     = (t_new >= orders->look[l] ? QV_HERMITE4_LOOK : 0) |
               (pericentre ? QV_HERMITE4_PERICENTRE : 0) |
               (extent + rate <= DBL_MAX ? 0 : QV_HERMITE4_OVERFLOW);
  }
}

CLONES static void step_all(const qv_hermite4_orders *restrict orders,
                            const qv_hermite4_block *restrict from, qv_hermite4_block *restrict to,
                            int64_t event[restrict W]) {
  step(W, orders, from, to, event);
}

CLONES static void step_few(const qv_hermite4_orders *restrict orders,
                            const qv_hermite4_block *restrict from, qv_hermite4_block *restrict to,
                            int64_t event[restrict W]) {
  step(QV_HERMITE4_FEW, orders, from, to, event);
}

/* Called from other files by an ordinary name: clang 14 gives a cloned function no such symbol. */
void qv_hermite4_kernel(int lanes, const qv_hermite4_orders *restrict orders,
                        const qv_hermite4_block *restrict from, qv_hermite4_block *restrict to,
                        int64_t event[restrict W]) {
  if (lanes > QV_HERMITE4_FEW)
    step_all(orders, from, to, event);
  else
    step_few(orders, from, to, event);
}
