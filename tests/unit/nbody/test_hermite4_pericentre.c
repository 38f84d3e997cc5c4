/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/nbody/hermite4_pericentre.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <string.h>

/* A Kepler ellipse with a = 1, mu = 1 at eccentric anomaly E; returns the time since pericentre. */
static double kepler(double e, double E, double r[3], double v[3], double a[3]) {
  const double b = sqrt(1 - e * e), d = 1 - e * cos(E);
  r[0] = cos(E) - e, r[1] = b * sin(E), r[2] = 0;
  v[0] = -sin(E) / d, v[1] = b * cos(E) / d, v[2] = 0;
  for (int k = 0; k < 3; k++) a[k] = -r[k] / (d * d * d);
  return E - e * sin(E);
}

static PetscErrorCode finds_a_pericentre(void) {
  for (int i = 0; i < 40; i++) {
    const double        e = 0.3 + 0.017 * i, d = 0.01 * (1 - e), where = 0.025 * i;
    qv_hermite4_passage p;
    double              time;
    const double        before = kepler(e, -d * where, p.r[0], p.v[0], p.a[0]);
    const double        after  = kepler(e, d * (1 - where), p.r[1], p.v[1], p.a[1]);
    p.h                        = after - before;
    EXPECT_REL(qv_hermite4_pericentre_find(&p, &time), 1 - e, 1e-12);
    EXPECT_REL((time + before) / p.h, 0, 1e-6);
  }
  return 0;
}

static PetscErrorCode looks_a_little_outside(void) {
  qv_hermite4_passage p;
  double              time;
  const double        before = kepler(0.9, 0.0001, p.r[0], p.v[0], p.a[0]);
  p.h                        = kepler(0.9, 0.0011, p.r[1], p.v[1], p.a[1]) - before;
  EXPECT_REL(qv_hermite4_pericentre_find(&p, &time), 0.1, 1e-13);
  EXPECT_REL(time, -before, 1e-6);
  return 0;
}

static PetscErrorCode takes_a_straight_line(void) {
  const qv_hermite4_passage p = {
    .r = {{-1, 0.5, 0}, {3, 0.5, 0}}, .v = {{2, 0, 0}, {2, 0, 0}}, .h = 2};
  double time;
  EXPECT_REL(qv_hermite4_pericentre_find(&p, &time), 0.5, 1e-15);
  EXPECT_REL(time, 0.5, 1e-15);
  return 0;
}

static PetscErrorCode takes_a_step_of_no_length(void) {
  const qv_hermite4_passage p = {.r = {{3, 4, 0}, {3, 4, 0}}, .v = {{-1, 0, 0}, {1, 0, 0}}};
  double                    time;
  EXPECT_BITS(qv_hermite4_pericentre_find(&p, &time), 5);
  EXPECT_BITS(time, 0);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"finds a pericentre", finds_a_pericentre},
               {"looks a little outside", looks_a_little_outside},
               {"takes a straight line", takes_a_straight_line},
               {"takes a step of no length", takes_a_step_of_no_length});
}
