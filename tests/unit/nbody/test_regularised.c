/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The regularised integrator against certified references and closed solutions. */
#include "tests/support/qv_test.h"
#include "tests/unit/nbody/three_bodies.h"

static PetscErrorCode pythagorean_positions(void) {
  const bodies start = pythagorean(), a = at_time(&start, 10), b = at_time(&start, 60);
  EXPECT_REL(distance(a.x, pythagorean_10), 0, 1e-12);
  EXPECT_REL(distance(b.x, pythagorean_60), 0, 1e-5);
  return 0;
}

static PetscErrorCode pythagorean_escape(void) {
  const bodies start = pythagorean();
  const bodies at_60 = at_time(&start, 60), at_70 = at_time(&start, 70);
  qv_hierarchy h;
  qv_hierarchy_find(at_60.mass, at_60.x, at_60.v, &h);
  EXPECT(!qv_hierarchy_escaped(&h));
  EXPECT_REL(distance(at_70.x, pythagorean_70), 0, 1e-4);
  qv_hierarchy_find(at_70.mass, at_70.x, at_70.v, &h);
  EXPECT_INT(h.third, 0);
  EXPECT(qv_hierarchy_escaped(&h));
  return 0;
}

static PetscErrorCode figure_eight_returns(void) {
  const bodies start = figure_eight(), now = at_time(&start, 10 * figure_eight_period);
  EXPECT_REL(distance(now.x, start.x), 0, 1e-11);
  EXPECT_REL(distance(now.v, start.v), 0, 1e-11);
  return 0;
}

static PetscErrorCode brake_orbits_return(void) {
  for (int number = 1; number <= 5; number++) {
    double       period;
    const bodies start = brake_orbit(number, &period), now = at_time(&start, period);
    EXPECT_REL(distance(now.x, start.x), 0, 2e-9);
  }
  return 0;
}

/* Positions after 10 yr, computed with 128 bits. */
static PetscErrorCode paper_seeds_positions(void) {
  static const double want[5][2] = {{8.3652237717614271377, -9.2646902959775075084},
                                    {7.9681159610971388, 6.9404495395945221},
                                    {-2.6556199165647863, -12.190300807713284},
                                    {-26.935591982080493, 6.4922622604808148},
                                    {-4.7825548341299079, -2.5899621812610879}};
  twister             t;
  twister_seed(0, &t);
  EXPECT_REL(twister_uniform(&t), 0.5488135, 1e-7); /* the generator is NumPy's */
  for (uint32_t seed = 0; seed < 5; seed++) {
    const bodies  start = paper_seed(seed), now = at_time(&start, 20 * pi);
    qv_invariants all;
    qv_invariants_compute(now.mass, now.x, now.v, &all);
    for (int i = 0; i < 2; i++)
      EXPECT_REL(now.x[0][i] - all.centre[i], want[seed][i], seed == 3 ? 1e-8 : 1e-10);
  }
  return 0;
}

/* Back to the start with velocities turned. */
static double irreversibility(const bodies *start, double time) {
  bodies turned = at_time(start, time);
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < 3; i++) turned.v[k][i] = -turned.v[k][i];
  const bodies back = at_time(&turned, time);
  return distance(back.x, start->x);
}

static PetscErrorCode time_runs_back(void) {
  const bodies eight = figure_eight(), burrau = pythagorean();
  EXPECT_REL(irreversibility(&eight, 23.7), 0, 1e-12);
  EXPECT_REL(irreversibility(&burrau, 10), 0, 1e-11);
  return 0;
}

/* A rotation with rational entries, from the quaternion (1, 2, 3, 4) / sqrt(30). */
static bodies rotated(const bodies *b, const double from[3][3]) {
  bodies              to      = *b;
  static const double r[3][3] = {{-20, 4, 22}, {20, -10, 20}, {10, 28, 4}};
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < 3; i++)
      to.x[k][i] = (r[i][0] * from[k][0] + r[i][1] * from[k][1] + r[i][2] * from[k][2]) / 30;
  return to;
}

static PetscErrorCode rotated_in_space(void) {
  const bodies flat = pythagorean(), start = rotated(&flat, flat.x);
  const bodies want = rotated(&flat, pythagorean_10), now = at_time(&start, 10);
  EXPECT_REL(distance(now.x, want.x), 0, 1e-11);
  return 0;
}

/* A body's path seen from another one. */
static double off_path(const bodies *b, int from, int to, const double x[3]) {
  double worst = 0;
  for (int i = 0; i < 3; i++) {
    const double error = fabs(b->x[to][i] - b->x[from][i] - x[i]);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

/* An eccentric binary with a speck of dust far away, for 20.3 periods. */
static PetscErrorCode binary_follows_kepler(void) {
  bodies       b = {{1, 0.5, 1e-30}, {{0}, {0}, {300, 400, 500}}, {{0}}};
  const double q = 0.1, e = 0.9, period = 2 * pi / sqrt(1.5);
  double       x[3], v[3];
  kepler(1.5, q, e, 0.3 * period, b.x[1], b.v[1]);
  const bodies now = at_time(&b, 20 * period);
  kepler(1.5, q, e, 20.3 * period, x, v);
  EXPECT_REL(off_path(&now, 0, 1, x), 0, 1e-12);
  return 0;
}

/* Planets of masses 1e-7 and 1e-30, and two that pull on each other. */
static PetscErrorCode extreme_masses(void) {
  bodies b = {{1, 1e-7, 1e-30}, {{0}}, {{0}}};
  double x[3], v[3], years = 100.25;
  kepler(1 + 1e-7, 0.95, 0.05, 0, b.x[1], b.v[1]);
  kepler(1, 40, 0.2, 0, b.x[2], b.v[2]);
  const bodies now = at_time(&b, 2 * pi * years);
  kepler(1 + 1e-7, 0.95, 0.05, 2 * pi * years, x, v);
  EXPECT_REL(off_path(&now, 0, 1, x), 0, 1e-11);
  b.mass[2] = 1e-7;
  kepler(1 + 1e-7, 1.4, 0.02, 0.4, b.x[2], b.v[2]);
  qv_regularised s = begin(&b);
  EXPECT_INT(run_to(&s, 2 * pi * years, 10000000), QV_NBODY_REACHED);
  EXPECT(energy_error(&s) < 2e-14);
  return 0;
}

/* Two specks of dust pass a star on hyperbolas, one of them at 100 times the escape speed of its
 * pericentre: E0 > 0. */
static PetscErrorCode hyperbolas(void) {
  for (int fast = 0; fast < 2; fast++) {
    bodies       b = {{1, 1e-20, 1e-21}, {{0}}, {{0}}};
    const double e = fast ? 20001 : 1.5, q = 0.5, early = fast ? 0.3 : 40;
    double       x[3], v[3];
    kepler(1, q, e, -early, b.x[1], b.v[1]);
    kepler(1, 300, 2, 0, b.x[2], b.v[2]);
    qv_regularised s = begin(&b);
    EXPECT_INT(run_to(&s, 2.5 * early, 1000000), QV_NBODY_REACHED);
    EXPECT_BITS(qv_regularised_time(&s), 2.5 * early);
    const bodies now = state_of(&s, &b);
    kepler(1, q, e, 1.5 * early, x, v);
    EXPECT_REL(off_path(&now, 0, 1, x), 0, 3e-13 * sqrt(x[0] * x[0] + x[1] * x[1]));
    kepler(1, 300, 2, 2.5 * early, x, v);
    EXPECT_REL(off_path(&now, 0, 2, x), 0, 3e-13 * 300);
  }
  return 0;
}

/* A binary met by a third star at 3 and at 300 times its orbital speed, a burst of three stars, and
 * the parabolic E0 = 0. */
static PetscErrorCode unbound_energies(void) {
  for (int kind = 0; kind < 4; kind++) {
    bodies b = {{1, 1, 0.7}, {{-0.5}, {0.5}, {20, 1, 3}}, {{0, 0.7}, {0, -0.7}, {-3, 0.1}}};
    if (kind == 1) b.v[2][0] = -300;
    if (kind == 2) {
      b.x[0][0] = -5;
      b.x[1][1] = 5;
    }
    if (kind == 2)
      for (int k = 0; k < 3; k++)
        for (int i = 0; i < 3; i++) b.v[k][i] = 0.4 * b.x[k][i];
    if (kind == 3) /* U = 1 + 1/2 + 1/2, T = 4 v^2 / 2 */
      b = (bodies){{1, 1, 1}, {{-1}, {0}, {1}}, {{0, -1}, {0, 0}, {0, 1}}};
    if (kind == 3) b.v[0][1] = -(b.v[2][1] = sqrt(2.5));
    qv_regularised s = begin(&b);
    EXPECT_INT(run_to(&s, 50, 1000000), QV_NBODY_REACHED);
    double energy[2], momentum[3], change[3];
    qv_regularised_conserved(&s, energy, momentum, change);
    EXPECT(energy[0] > -1e-14);
    EXPECT_REL(energy[1], 0, 1e-13 * fmax(1, energy[0]));
    for (int i = 0; i < 3; i++) EXPECT_REL(change[i], 0, 1e-13 * 20 * (kind == 1 ? 300 : 3));
  }
  return 0;
}

/* Uniform motion of the centre of mass changes nothing else. */
static PetscErrorCode moving_frame(void) {
  bodies       b        = pythagorean();
  const double drift[3] = {0.25, -0.5, 0.125};
  for (int k = 0; k < 3; k++) memcpy(b.v[k], drift, sizeof drift);
  const bodies now = at_time(&b, 10);
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < 3; i++)
      EXPECT_REL(now.x[k][i] - 10 * drift[i] - pythagorean_10[k][i], 0, 1e-12);
  return 0;
}

static PetscErrorCode looser_tolerances(void) {
  const bodies start = pythagorean();
  int64_t      last  = 1000000;
  for (int digits = 4; digits <= 14; digits += 2) {
    qv_regularised s = begin(&start);
    while (qv_regularised_step(&s, pow(10, -digits), 10) == QV_NBODY_GOING_ON) continue;
    const bodies now = state_of(&s, &start);
    EXPECT_REL(distance(now.x, pythagorean_10), 0, 300 * pow(10, -digits));
    if (digits == 4) last = 0;
    EXPECT(qv_regularised_evaluations(&s) > last); /* and each digit costs */
    last = qv_regularised_evaluations(&s);
  }
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"pythagorean positions", pythagorean_positions},
               {"pythagorean escape", pythagorean_escape},
               {"figure-eight returns", figure_eight_returns},
               {"brake orbits return", brake_orbits_return},
               {"paper seeds after 10 yr", paper_seeds_positions},
               {"time runs back", time_runs_back}, {"rotated in space", rotated_in_space},
               {"binary follows Kepler", binary_follows_kepler}, {"extreme masses", extreme_masses},
               {"hyperbolas", hyperbolas}, {"unbound energies", unbound_energies},
               {"moving frame", moving_frame}, {"looser tolerances", looser_tolerances});
}
