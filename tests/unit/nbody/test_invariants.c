/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30
 * Conserved quantities and the hierarchy of three bodies against closed values. */
#include "tests/support/qv_test.h"
#include "tests/unit/nbody/three_bodies.h"

static PetscErrorCode energies(void) {
  const bodies  burrau = pythagorean(), eight = figure_eight();
  qv_invariants all;
  qv_invariants_compute(burrau.mass, burrau.x, burrau.v, &all);
  EXPECT_BITS(all.kinetic, 0);
  EXPECT_BITS(all.potential, -769 / 60.0);
  EXPECT_BITS(all.energy, -769 / 60.0);
  for (int i = 0; i < 3; i++) {
    EXPECT_BITS(all.centre[i], 0);
    EXPECT_BITS(all.centre_velocity[i], 0);
    EXPECT_BITS(all.angular_momentum[i], 0);
  }
  EXPECT_BITS(all.momentum_scale, 0);
  qv_invariants_compute(eight.mass, eight.x, eight.v, &all);
  EXPECT_REL(all.energy, -1.287141995631857705, 2e-16);
  EXPECT_REL(all.angular_momentum[2], 0, 1e-30); /* q - q, whatever the order of the sum */
  return 0;
}

/* Far from the origin, where sums in double would lose all: r = 2^-30, masses 2, 1, 1. */
static PetscErrorCode cancellation(void) {
  const double  d = ldexp(1, -30);
  const bodies  b = {{2, 1, 1}, {{1 + d}, {1}, {-3, 4}}, {{0, 1e8}, {0, 1e8}, {0, -3e8}}};
  qv_invariants all;
  qv_invariants_compute(b.mass, b.x, b.v, &all);
  EXPECT_REL(all.kinetic, 6e16, 1e-16);
  const double want = -(2 / d + 2 / sqrt((4 + d) * (4 + d) + 16) + 1 / sqrt(32));
  EXPECT_REL(all.potential, want, 1e-15);
  EXPECT_REL(all.centre[0], d / 2, 1e-15);
  EXPECT_BITS(all.centre[1], 1);
  EXPECT_BITS(all.centre_velocity[1], 0);
  EXPECT_REL(all.angular_momentum[2], 12e8 + 2e8 * d, 2e-16);
  EXPECT_REL(all.momentum_scale, 2e8 * (1 + d) + 1e8 + 15e8, 1e-15);
  return 0;
}

static PetscErrorCode pair_elements(void) {
  for (int third = 0; third < 3; third++) {
    const int    p = (third + 1) % 3, q = (third + 2) % 3;
    bodies       b = {{1, 1, 1}, {{0}}, {{0}}};
    double       x[3], v[3];
    qv_hierarchy h;
    b.mass[p] = 2;
    kepler(3, 0.25, 0.75, 1.3, b.x[q], b.v[q]); /* a = 1 */
    kepler(4, 10, 1.5, 7, x, v);
    for (int i = 0; i < 3; i++) {
      b.x[third][i] = b.x[q][i] / 3 + x[i];
      b.v[third][i] = b.v[q][i] / 3 + v[i];
    }
    const bodies *at = &b;
    qv_hierarchy_find(at->mass, at->x, at->v, &h);
    EXPECT_INT(h.third, third);
    EXPECT_REL(h.semi_major_axis, 1, 1e-14);
    EXPECT_REL(h.eccentricity, 0.75, 1e-14);
    EXPECT_REL(h.period, 2 * pi / sqrt(3), 1e-14);
    EXPECT_REL(h.distance, sqrt(x[0] * x[0] + x[1] * x[1]), 1e-15);
    EXPECT_REL(h.radial_velocity, (x[0] * v[0] + x[1] * v[1]) / h.distance, 1e-14);
    EXPECT_REL(h.energy_of_third, 4 / 40.0, 1e-13); /* mu / 2 |a|, a = -20 */
    EXPECT(qv_hierarchy_escaped(&h));
  }
  return 0;
}

static bool escaped(const bodies *b) {
  qv_hierarchy h;
  qv_hierarchy_find(b->mass, b->x, b->v, &h);
  return qv_hierarchy_escaped(&h);
}

static PetscErrorCode escapes(void) {
  /* a circular binary of a = 1, mu = 2; the escape speed of the third at 11 is 0.7385 */
  const double w = sqrt(2) / 2;
  bodies       b = {{1, 1, 1}, {{-0.5}, {0.5}, {11}}, {{0, -w}, {0, w}, {0.74}}};
  EXPECT(escaped(&b));
  b.v[2][0] = 0.73; /* bound */
  EXPECT(!escaped(&b));
  b.v[2][0] = -0.74; /* still coming */
  EXPECT(!escaped(&b));
  b.x[2][0] = 9.9; /* too near to tell */
  b.v[2][0] = 1;
  EXPECT(!escaped(&b));
  for (int k = 0; k < 3; k++) /* all three part: no pair is left */
    for (int i = 0; i < 3; i++) b.v[k][i] = 5 * b.x[k][i];
  EXPECT(!escaped(&b));
  qv_hierarchy  h;
  const bodies *at = &b;
  qv_hierarchy_find(at->mass, at->x, at->v, &h);
  EXPECT(h.semi_major_axis < 0 && isnan(h.period));
  return 0;
}

/* Burrau's problem at t = 100, computed with 128 bits. */
static PetscErrorCode burrau_at_100(void) {
  // clang-format off
  const bodies b = {{3, 4, 5},
    {{23.17773427128793621648344077, 68.52735114783906251965014949},
     {-7.259955925491517765953982509, -22.98830172448325594323983694},
     {-8.098675822379547517126878454, -22.72576930911683275719822014}},
    {{0.5319181795481125275842986394, 1.580679643484194736046830247},
     {-1.306998875499451375088667176, -0.394605771418226376701735374},
     {0.7264481926706935835203545573, -0.6327231689559357402667098489}}};
  // clang-format on
  qv_hierarchy h;
  qv_hierarchy_find(b.mass, b.x, b.v, &h);
  EXPECT_INT(h.third, 0);
  EXPECT_REL(h.distance, 96.45452788, 1e-10);
  EXPECT_REL(h.semi_major_axis, 0.55249489, 1e-8);
  EXPECT_REL(h.eccentricity, 0.98871000, 1e-8);
  EXPECT_REL(sqrt(2 * h.energy_of_third), 2.16703495, 1e-8);
  EXPECT(qv_hierarchy_escaped(&h));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"energies", energies}, {"cancellation", cancellation},
               {"pair elements", pair_elements}, {"escapes", escapes},
               {"Burrau at 100", burrau_at_100});
}
