/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60 */
#include "rl/threebody/systems.h"
#include "solvers/nbody/hermite4.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double energy(const qv_system *s, double g) {
  double e = 0;
  for (int i = 0; i < 3; i++) {
    for (int k = 0; k < 3; k++) e += 0.5 * s->mass[i] * s->velocity[i][k] * s->velocity[i][k];
    for (int j = 0; j < i; j++)
      e -= g * s->mass[i] * s->mass[j] /
           hypot(s->position[i][0] - s->position[j][0], s->position[i][1] - s->position[j][1]);
  }
  return e;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static PetscErrorCode draws_the_seeds_of_the_paper(void) {
  /* x1, y1, x2, y2 of seeds 0 to 4 from an independent program */
  const double places[5][4] = {
    {13.232202558909872, 7.151893663724195, -6.027633760716439, 13.173247744953454},
    {11.25533007053861, 7.2032449344215808, -0.0011437481734488664, 9.5349885894775959},
    {11.539923532130057, 0.25926231827891333, -5.4966247787870914, 11.529835889274153},
    {13.261968538618632, 7.0814782261810478, -2.9090473891294435, 12.662414077964945},
    {19.50544758520515, 5.4723224917572235, -9.7268435996488432, 15.722239905115471}};
  for (uint32_t seed = 0; seed < 5; seed++) {
    const double *p = places[seed];
    qv_system     s;
    qv_systems_paper(seed, &s);
    for (int k = 0; k < 2; k++) {
      const double x[3] = {0, p[k], p[2 + k]}, centre = (x[0] + x[1] + x[2]) / 3;
      for (int i = 0; i < 3; i++) {
        EXPECT_BITS(s.position[i][k], x[i] - centre);
        EXPECT_BITS(s.mass[i], 1);
      }
    }
  }
  return 0;
}

static PetscErrorCode draws_what_numpy_draws(void) {
  /* numpy.random.seed(0): 0.5488135, 0.71518937, 0.60276338, 0.54488318 */
  qv_system s;
  qv_systems_paper(0, &s);
  EXPECT_REL((s.position[1][0] - s.position[0][0] - 5) / 15, 0.5488135, 1e-7);
  EXPECT_REL((s.position[1][1] - s.position[0][1]) / 10, 0.71518937, 1e-7);
  EXPECT_REL((s.position[2][0] - s.position[0][0]) / -10, 0.60276338, 1e-7);
  EXPECT_REL((s.position[2][1] - s.position[0][1] - 5) / 15, 0.54488318, 1e-7);
  qv_systems_paper(4294967295u, &s); /* the largest seed */
  EXPECT(isfinite(energy(&s, 1)));
  return 0;
}

static PetscErrorCode knows_the_ensemble(void) {
  static double e[1000];
  const double  g = 39.478417604357434;
  for (uint32_t seed = 0; seed < 1000; seed++) {
    qv_system s;
    double    kinetic = 0;
    qv_systems_paper(seed, &s);
    for (int k = 0; k < 3; k++) {
      double x = 0, v = 0;
      for (int i = 0; i < 3; i++) {
        x += s.position[i][k], v += s.velocity[i][k];
        kinetic += 0.5 * s.velocity[i][k] * s.velocity[i][k];
      }
      EXPECT_REL(x, 0, 1e-14);
      EXPECT_REL(v, 0, 1e-14);
    }
    EXPECT_REL(kinetic, 2.96652, 2e-6);
    e[seed] = energy(&s, g);
  }
  qsort(e, 1000, sizeof *e, compare);
  EXPECT_REL(e[0], -16.10, 1e-3);
  EXPECT_REL((e[499] + e[500]) / 2, -5.26, 1e-3);
  EXPECT_REL(e[999], -2.05, 3e-3);
  return 0;
}

static PetscErrorCode knows_the_classics(void) {
  qv_system s;
  double    period, momentum = 0;
  qv_systems_pythagorean(&s);
  EXPECT_REL(energy(&s, 1), -769.0 / 60, 1e-15);
  for (int k = 0; k < 2; k++)
    EXPECT_REL(3 * s.position[0][k] + 4 * s.position[1][k] + 5 * s.position[2][k], 0, 0);
  qv_systems_figure_eight(&s, &period);
  EXPECT_REL(energy(&s, 1), -1.287141995631857705, 1e-15);
  EXPECT_REL(period, 6.325913982926211677589, 0);
  for (int i = 0; i < 3; i++)
    momentum += s.position[i][0] * s.velocity[i][1] - s.position[i][1] * s.velocity[i][0];
  EXPECT_REL(momentum, 0, 1e-16);
  return 0;
}

/* Run for one period with the Hermite scheme: how far are the bodies from where they began? */
static double miss(const qv_system *s, double period, double mu) {
  qv_hermite4 run;
  double      x[3][3], v[3][3], worst = 0;
  qv_hermite4_start(s->mass, s->position, s->velocity, 0, period, &run);
  qv_hermite4_advance(1, &run, &mu, 10000000, INT64_MAX);
  qv_hermite4_state(&run, x, v);
  for (int i = 0; i < 3; i++)
    worst = fmax(worst, hypot(x[i][0] - s->position[i][0], x[i][1] - s->position[i][1]));
  return worst;
}

static PetscErrorCode returns_on_brake_orbits(void) {
  /* orbits without very close encounters */
  const int easy[] = {1, 2, 3, 4, 7, 8, 13, 14, 15, 16, 17, 18, 19, 20, 23, 24, 26, 27, 28};
  qv_system s;
  double    period;
  qv_systems_brake(1, &s, &period);
  EXPECT_REL(energy(&s, 1), -4.391793570166963, 1e-15);
  EXPECT_REL(period, 2.174096926387179579533945505, 0);
  qv_systems_brake(30, &s, &period);
  EXPECT_REL(s.position[2][0], 0.340165130060766077480084122, 0);
  for (int number = 1; number <= 30; number++) {
    qv_systems_brake(number, &s, &period);
    EXPECT(period > 0 && hypot(s.position[2][0] + 0.5, s.position[2][1]) <= 1);
    EXPECT_REL(s.position[1][0] - s.position[0][0], 1, 0);
  }
  for (size_t i = 0; i < sizeof easy / sizeof *easy; i++) {
    qv_systems_brake(easy[i], &s, &period);
    EXPECT_REL(miss(&s, period, 2e-3), 0, 2e-3);
  }
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"draws the seeds of the paper", draws_the_seeds_of_the_paper},
               {"draws what NumPy draws", draws_what_numpy_draws},
               {"knows the ensemble", knows_the_ensemble},
               {"knows the classics", knows_the_classics},
               {"returns on brake orbits", returns_on_brake_orbits});
}
