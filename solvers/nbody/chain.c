/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/nbody/chain.h"

static qv_twofold component(const double *high, const double *low, int i) {
  return (qv_twofold){high[i], low[i]};
}

static void put(double *high, double *low, int i, qv_twofold value) {
  high[i] = value.high;
  low[i]  = value.low;
}

/* The sides as vectors, from the first body to the second: a-b, b-c, a-c. */
static void sides(const double *high, const double *low, qv_twofold side[3][3]) {
  for (int i = 0; i < 3; i++) {
    side[0][i] = component(high, low, i);
    side[1][i] = component(high, low, 3 + i);
    side[2][i] = qv_twofold_add(side[0][i], side[1][i]);
  }
}

static double length2(const double *x) {
  return x[0] * x[0] + x[1] * x[1] + x[2] * x[2];
}

/* Sum of mass times vector over the total mass. */
static void average(const double mass[3], const double vector[3][3], qv_twofold mean[3]) {
  const qv_twofold total =
    qv_twofold_add(qv_twofold_sum(mass[0], mass[1]), (qv_twofold){mass[2], 0});
  for (int i = 0; i < 3; i++) {
    qv_twofold sum = {0, 0};
    for (int k = 0; k < 3; k++)
      sum = qv_twofold_add(sum, qv_twofold_product(mass[k], vector[k][i]));
    mean[i] = qv_twofold_divide(sum, total);
  }
}

void qv_chain_form(const double mass[3], const double position[3][3], const double velocity[3][3],
                   qv_chain *chain) {
  double longest = -1;
  int    middle  = 1;
  for (int k = 0; k < 3; k++) { /* the middle body is opposite the longest side */
    const double *p = position[(k + 1) % 3], *q = position[(k + 2) % 3];
    const double  d[3] = {q[0] - p[0], q[1] - p[1], q[2] - p[2]};
    if (length2(d) > longest) {
      longest = length2(d);
      middle  = k;
    }
  }
  const int first = middle == 0 ? 1 : 0, last = 3 - middle - first;
  const int body[3] = {first, middle, last};
  for (int k = 0; k < 3; k++) {
    chain->mass[k] = mass[k];
    chain->body[k] = body[k];
  }
  for (int i = 0; i < 6; i++) {
    const int from = body[i / 3], to = body[i / 3 + 1], axis = i % 3;
    put(chain->x, chain->x_low, i, qv_twofold_sum(position[to][axis], -position[from][axis]));
    put(chain->v, chain->v_low, i, qv_twofold_sum(velocity[to][axis], -velocity[from][axis]));
  }
  average(mass, position, chain->centre);
  average(mass, velocity, chain->centre_velocity);
}

/* The two new links out of the three sides; `flip` says which of them runs the other way. */
static void relink(double *high, double *low, const int from[2], const bool flip[2]) {
  qv_twofold side[3][3];
  sides(high, low, side);
  for (int i = 0; i < 6; i++) {
    const qv_twofold value = side[from[i / 3]][i % 3];
    put(high, low, i, flip[i / 3] ? qv_twofold_negative(value) : value);
  }
}

void qv_chain_relink(qv_chain *chain) {
  const double third[3] = {chain->x[0] + chain->x[3], chain->x[1] + chain->x[4],
                           chain->x[2] + chain->x[5]};
  const double r1 = length2(chain->x), r2 = length2(chain->x + 3), r3 = length2(third);
  const double limit = 1.05 * 1.05 * r3;
  if (!(r1 > limit || r2 > limit)) return;
  const double a = chain->body[0], b = chain->body[1], c = chain->body[2];
  /* a-b longest: b-c-a, links b-c and c-a; b-c longest: b-a-c, links b-a and a-c */
  const bool   first_longest = r1 > r2;
  const int    from[2]       = {first_longest ? 1 : 0, 2};
  const bool   flip[2]       = {!first_longest, first_longest};
  const double body[3]       = {b, first_longest ? c : a, first_longest ? a : c};
  relink(chain->x, chain->x_low, from, flip);
  relink(chain->v, chain->v_low, from, flip);
  for (int i = 0; i < 3; i++) chain->body[i] = body[i];
}

/* Body k's vector from the centre of mass, from the links: ra = -((mb+mc) X1 + mc X2) / M. */
static void spread(const double m[3], const double *high, const double *low,
                   const qv_twofold mean[3], qv_twofold out[3][3]) {
  const qv_twofold behind = qv_twofold_sum(m[1], m[2]);
  const qv_twofold total  = qv_twofold_add(behind, (qv_twofold){m[0], 0});
  for (int i = 0; i < 3; i++) {
    const qv_twofold x1 = component(high, low, i), x2 = component(high, low, 3 + i);
    const qv_twofold shift =
      qv_twofold_divide(qv_twofold_add(qv_twofold_multiply(behind, x1),
                                       qv_twofold_multiply((qv_twofold){m[2], 0}, x2)),
                        total);
    out[0][i] = qv_twofold_subtract(mean[i], shift);
    out[1][i] = qv_twofold_add(out[0][i], x1);
    out[2][i] = qv_twofold_add(out[1][i], x2);
  }
}

void qv_chain_bodies(const qv_chain *chain, qv_twofold time, double position[3][3],
                     double velocity[3][3]) {
  double     m[3];
  qv_twofold centre[3], x[3][3], v[3][3];
  qv_chain_masses(chain, m);
  for (int i = 0; i < 3; i++)
    centre[i] =
      qv_twofold_add(chain->centre[i], qv_twofold_multiply(chain->centre_velocity[i], time));
  spread(m, chain->x, chain->x_low, centre, x);
  spread(m, chain->v, chain->v_low, chain->centre_velocity, v);
  for (int k = 0; k < 3; k++) {
    const int body = (int)chain->body[k];
    for (int i = 0; i < 3; i++) {
      position[body][i] = x[k][i].high;
      velocity[body][i] = v[k][i].high;
    }
  }
}

void qv_chain_integrate(const qv_chain *chain, qv_chain_integrals *integrals) {
  double     m[3];
  qv_twofold x[3][3], v[3][3], zero = {0, 0}, cross[3];
  qv_chain_masses(chain, m);
  const qv_twofold total   = qv_twofold_add(qv_twofold_sum(m[0], m[1]), (qv_twofold){m[2], 0});
  const qv_twofold mass[3] = {qv_twofold_product(m[0], m[1]), qv_twofold_product(m[1], m[2]),
                              qv_twofold_product(m[0], m[2])};
  sides(chain->x, chain->x_low, x);
  sides(chain->v, chain->v_low, v);
  *integrals = (qv_chain_integrals){zero, zero, {zero, zero, zero}};
  for (int k = 0; k < 3; k++) { /* sums over pairs of m m v^2 / 2M, m m / r and m m r x v / M */
    const qv_twofold weight = qv_twofold_divide(mass[k], total);
    const qv_twofold v2     = qv_twofold_multiply(weight, qv_twofold_dot(v[k], v[k]));
    const qv_twofold r      = qv_twofold_root(qv_twofold_dot(x[k], x[k]));
    integrals->kinetic =
      qv_twofold_add(integrals->kinetic, (qv_twofold){0.5 * v2.high, 0.5 * v2.low});
    integrals->potential = qv_twofold_add(integrals->potential, qv_twofold_divide(mass[k], r));
    qv_twofold_cross(x[k], v[k], cross);
    for (int i = 0; i < 3; i++)
      integrals->angular_momentum[i] =
        qv_twofold_add(integrals->angular_momentum[i], qv_twofold_multiply(weight, cross[i]));
  }
}
