/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The smallest separation that the regularised integrator reports. */
#include "tests/support/qv_test.h"
#include "tests/unit/nbody/three_bodies.h"

static const int pair_of[3][2] = {{0, 1}, {0, 2}, {1, 2}};

static double separation(const bodies *b, int pair) {
  double sum = 0;
  for (int i = 0; i < 3; i++) {
    const double d = b->x[pair_of[pair][1]][i] - b->x[pair_of[pair][0]][i];
    sum += d * d;
  }
  return sqrt(sum);
}

/* Certified events of Burrau's problem, by the time at which to look: bodies 4 and 5 are pair 2. */
static PetscErrorCode pythagorean_events(void) {
  static const double event[3][3] = {{5, 9.700094428e-3, 1.879343084187776},
                                     {12, 8.516322895e-3, 8.759755350227467},
                                     {30, 4.138248362587e-4, 15.829920271582}};
  const bodies        start       = pythagorean();
  qv_regularised      s           = begin(&start);
  double              r, t;
  int                 pair;
  EXPECT_INT(run_to(&s, 0.5, 100000), QV_NBODY_REACHED);
  qv_regularised_closest(&s, &r, &t, &pair);
  EXPECT_BITS(r, 3); /* no encounter yet: the start's smallest, bodies 4 and 5 */
  EXPECT_BITS(t, 0);
  EXPECT_INT(pair, 2);
  for (int i = 0; i < 3; i++) {
    EXPECT_INT(run_to(&s, event[i][0], 100000), QV_NBODY_REACHED);
    qv_regularised_closest(&s, &r, &t, &pair);
    EXPECT_REL(r, event[i][1], i < 2 ? 1e-10 : 1e-11);
    EXPECT_REL(t, event[i][2], 1e-12);
    EXPECT_INT(pair, 2);
  }
  return 0;
}

/* A binary of any eccentricity with dust far away: the pericentre, at a multiple of the period. */
static PetscErrorCode kepler_pericentres(void) {
  static const double eccentricity[6] = {0.01, 0.5, 0.9, 0.999, 0.999999, 1.5};
  for (int pair = 0; pair < 3; pair++) {
    for (int i = 0; i < 6; i++) {
      const int    p = pair_of[pair][0], q = pair_of[pair][1], third = 2 - pair;
      const double e = eccentricity[i], rp = fabs(1 - e), period = 2 * pi / sqrt(3);
      bodies       b = {{1, 1, 1}, {{0}}, {{0}}};
      b.mass[p]      = 2;
      b.mass[third]  = 1e-30;
      for (int axis = 0; axis < 3; axis++) b.x[third][axis] = 500;
      kepler(3, rp, e, e < 1 ? 0.5 * period : -3, b.x[q], b.v[q]);
      qv_regularised s = begin(&b);
      EXPECT_INT(run_to(&s, 3 * period, 1000000), QV_NBODY_REACHED);
      double r, t;
      int    got;
      qv_regularised_closest(&s, &r, &t, &got);
      EXPECT_INT(got, pair);
      EXPECT_REL(r, rp, 1e-10);
      if (e < 1) t -= period * floor(t / period);
      EXPECT_REL(t, e < 1 ? 0.5 * period : 3, 2e-10);
    }
  }
  return 0;
}

/* At the time reported the pair is as close as reported; and no local minimum of any separation,
 * seen on a fine grid, is below. */
static void check_by_samples(const bodies *start, double t_end) {
  enum { FINE = 40 };
  qv_regularised s        = begin(start), first;
  double         smallest = INFINITY, r, t, last[3][2] = {{0}};
  int64_t        unused = 0;
  int            pair;
  first                    = s;
  qv_nbody_outcome outcome = QV_NBODY_GOING_ON;
  bodies           at      = *start;
  while (outcome == QV_NBODY_GOING_ON) {
    const qv_regularised before = s;
    outcome                     = qv_regularised_step(&s, 1e-14, t_end);
    const double t0 = qv_regularised_time(&before), dt = qv_regularised_time(&s) - t0;
    for (int i = 1; i <= FINE; i++) {
      qv_regularised_sample(&before, 1e-12, t0 + dt * i / FINE, at.x, at.v, &unused);
      for (int k = 0; k < 3; k++) {
        const double now = separation(&at, k);
        if (last[k][1] < last[k][0] && last[k][1] < now) smallest = fmin(smallest, last[k][1]);
        last[k][0] = last[k][1];
        last[k][1] = now;
      }
    }
  }
  qv_regularised_closest(&s, &r, &t, &pair);
  EXPECT(r <= smallest * (1 + 1e-8));
  qv_regularised_sample(&first, 1e-14, t, at.x, at.v, &unused);
  EXPECT_REL(separation(&at, pair), r, 1e-6);
}

static PetscErrorCode against_samples(void) {
  uint64_t counter = 11;
  for (int i = 0; i < 8; i++) {
    bodies b = {{0}, {{0}}, {{0}}};
    for (int k = 0; k < 3; k++) {
      b.mass[k] = 0.3 + 2.7 * counter_uniform(&counter);
      for (int axis = 0; axis < 3; axis++) {
        b.x[k][axis] = 2 * counter_uniform(&counter) - 1;
        b.v[k][axis] = counter_uniform(&counter) - 0.5;
      }
    }
    check_by_samples(&b, 2);
  }
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"pythagorean events", pythagorean_events},
               {"Kepler pericentres", kepler_pericentres}, {"against samples", against_samples});
}
