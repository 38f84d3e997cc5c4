/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/nbody/invariants.h"

#include "solvers/nbody/twofold.h"

static qv_twofold single(double x) {
  return (qv_twofold){x, 0};
}

/* Kinetic energy, angular momentum and the moments for the centre of mass. */
static void sum_bodies(const double mass[3], const double position[3][3],
                       const double velocity[3][3], qv_twofold *kinetic, qv_twofold moment[3][3]) {
  for (int k = 0; k < 3; k++) {
    qv_twofold x[3], v[3], cross[3];
    for (int i = 0; i < 3; i++) {
      x[i] = single(position[k][i]);
      v[i] = single(velocity[k][i]);
    }
    qv_twofold_cross(x, v, cross);
    const qv_twofold m = single(mass[k]), half = single(0.5 * mass[k]);
    *kinetic = qv_twofold_add(*kinetic, qv_twofold_multiply(half, qv_twofold_dot(v, v)));
    for (int i = 0; i < 3; i++) {
      moment[0][i] = qv_twofold_add(moment[0][i], qv_twofold_multiply(m, cross[i]));
      moment[1][i] = qv_twofold_add(moment[1][i], qv_twofold_multiply(m, x[i]));
      moment[2][i] = qv_twofold_add(moment[2][i], qv_twofold_multiply(m, v[i]));
    }
  }
}

static qv_twofold potential_energy(const double mass[3], const double position[3][3]) {
  qv_twofold sum = {0, 0}, d[3];
  for (int k = 0; k < 3; k++) {
    const int p = (k + 1) % 3, q = (k + 2) % 3;
    for (int i = 0; i < 3; i++) d[i] = qv_twofold_sum(position[q][i], -position[p][i]);
    const qv_twofold r = qv_twofold_root(qv_twofold_dot(d, d));
    sum = qv_twofold_subtract(sum, qv_twofold_divide(qv_twofold_product(mass[p], mass[q]), r));
  }
  return sum;
}

void qv_invariants_compute(const double mass[3], const double position[3][3],
                           const double velocity[3][3], qv_invariants *result) {
  const qv_twofold total        = qv_twofold_add(qv_twofold_sum(mass[0], mass[1]), single(mass[2]));
  const qv_twofold potential    = potential_energy(mass, position);
  qv_twofold       kinetic      = {0, 0};
  qv_twofold       moment[3][3] = {{{0, 0}}};
  sum_bodies(mass, position, velocity, &kinetic, moment);
  result->kinetic        = kinetic.high;
  result->potential      = potential.high;
  result->energy         = qv_twofold_add(kinetic, potential).high;
  result->momentum_scale = 0;
  for (int i = 0; i < 3; i++) {
    result->angular_momentum[i] = moment[0][i].high;
    result->centre[i]           = qv_twofold_divide(moment[1][i], total).high;
    result->centre_velocity[i]  = qv_twofold_divide(moment[2][i], total).high;
  }
  for (int k = 0; k < 3; k++) {
    const double *x = position[k], *v = velocity[k];
    result->momentum_scale += mass[k] * sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]) *
                              sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  }
}
