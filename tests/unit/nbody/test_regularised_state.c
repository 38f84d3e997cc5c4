/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The regularised integrator's state: bits, samples, ends, conserved quantities, verdicts. */
#include "tests/support/qv_test.h"
#include "tests/unit/nbody/three_bodies.h"

static bool same(const void *a, const void *b, size_t n) {
  return memcmp(a, b, n) == 0;
}

/* Steps taken on copies that were stored and read back, and samples in between, change no bit. */
static PetscErrorCode split_run(void) {
  const bodies   start = pythagorean();
  qv_regularised whole = begin(&start), part = begin(&start);
  int64_t        spent = 0;
  EXPECT_INT(run_to(&whole, 20, 1000000), QV_NBODY_REACHED);
  qv_nbody_outcome outcome = QV_NBODY_GOING_ON;
  while (outcome == QV_NBODY_GOING_ON) {
    double         row[QV_REGULARISED_WORDS];
    qv_regularised copy;
    memcpy(row, part.word, sizeof row);
    memset(&part, 0xff, sizeof part);
    memcpy(copy.word, row, sizeof row);
    double x[3][3], v[3][3];
    qv_regularised_sample(&copy, 1e-14, qv_regularised_time(&copy) + 0.01, x, v, &spent);
    outcome = qv_regularised_step(&copy, 1e-14, 20);
    part    = copy;
  }
  EXPECT_INT(outcome, QV_NBODY_REACHED);
  EXPECT(spent > 0);
  EXPECT(same(&whole, &part, sizeof whole));
  EXPECT_INT(qv_regularised_step(&part, 1e-14, 20), QV_NBODY_REACHED); /* and nothing happens */
  EXPECT(same(&whole, &part, sizeof whole));
  return 0;
}

static PetscErrorCode samples(void) {
  const bodies   start = pythagorean();
  qv_regularised s     = begin(&start);
  bodies         got   = start;
  int64_t        spent = 0;
  qv_regularised_sample(&s, 1e-14, 0, got.x, got.v, &spent);
  EXPECT(same(&got, &start, sizeof got));
  EXPECT_INT(spent, 0);
  EXPECT_INT(run_to(&s, 7, 100000), QV_NBODY_REACHED);
  const qv_regularised before = s;
  const bodies         here   = state_of(&s, &start);
  qv_regularised_sample(&s, 1e-14, 7, got.x, got.v, &spent);
  EXPECT(same(&got, &here, sizeof got));
  EXPECT_INT(spent, 0);
  qv_regularised_sample(&s, 1e-14, 10, got.x, got.v, &spent);
  EXPECT(same(&s, &before, sizeof s));
  EXPECT(spent > 0);
  const bodies copy = got;
  EXPECT_REL(distance(copy.x, pythagorean_10), 0, 1e-12);
  return 0;
}

/* Ends that fall anywhere are met exactly, and stops on the way do no harm. */
static PetscErrorCode exact_ends(void) {
  const bodies   start = pythagorean();
  qv_regularised s     = begin(&start);
  for (int i = 1; i <= 60; i++) {
    const double t_end = i == 60 ? 10 : 10 * sqrt(i / 60.0);
    EXPECT_INT(run_to(&s, t_end, 1000000), QV_NBODY_REACHED);
    EXPECT_BITS(qv_regularised_time(&s), t_end);
  }
  const bodies now = state_of(&s, &start);
  EXPECT_REL(distance(now.x, pythagorean_10), 0, 1e-12);
  const double next = nextafter(10, 11), far = 1e-9;
  EXPECT_INT(run_to(&s, next, 1000000), QV_NBODY_REACHED);
  EXPECT_BITS(qv_regularised_time(&s), next);
  EXPECT_INT(run_to(&s, next + far, 1000000), QV_NBODY_REACHED);
  EXPECT_BITS(qv_regularised_time(&s), next + far);
  EXPECT(energy_error(&s) < 1e-13);
  return 0;
}

static PetscErrorCode conserved(void) {
  const bodies   burrau = pythagorean();
  qv_regularised s      = begin(&burrau);
  double         energy[2], momentum[3], change[3];
  qv_regularised_conserved(&s, energy, momentum, change);
  EXPECT_BITS(energy[0], -769 / 60.0);
  EXPECT_BITS(energy[1], 0);
  for (int i = 0; i < 3; i++) EXPECT(momentum[i] == 0 && change[i] == 0);
  const bodies start = paper_seed(3);
  s                  = begin(&start);
  EXPECT_INT(run_to(&s, 60 * pi, 100000), QV_NBODY_REACHED);
  qv_regularised_conserved(&s, energy, momentum, change);
  EXPECT_REL(energy[0], -0.12679061933965739861, 1e-14); /* the draw itself is rounded */
  EXPECT(fabs(energy[1]) < 1e-13 && energy[1] != 0);
  for (int i = 0; i < 2; i++) EXPECT(momentum[i] == 0 && change[i] == 0);
  EXPECT_REL(change[2], 0, 2e-12 * fabs(momentum[2]));
  return 0;
}

/* The same system under other names of its bodies is the same. */
static PetscErrorCode names_do_not_matter(void) {
  static const int order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  const bodies     start       = pythagorean();
  for (int p = 0; p < 6; p++) {
    bodies b = start;
    double r, t;
    int    pair;
    for (int k = 0; k < 3; k++) {
      b.mass[k] = start.mass[order[p][k]];
      memcpy(b.x[k], start.x[order[p][k]], sizeof b.x[k]);
    }
    qv_regularised s = begin(&b);
    EXPECT_INT(run_to(&s, 10, 100000), QV_NBODY_REACHED);
    const bodies now = state_of(&s, &b);
    for (int k = 0; k < 3; k++)
      for (int i = 0; i < 2; i++)
        EXPECT_REL(now.x[k][i] - pythagorean_10[order[p][k]][i], 0, 1e-12);
    qv_regularised_closest(&s, &r, &t, &pair); /* bodies 4 and 5 */
    EXPECT_INT(order[p][2 - pair], 0);
  }
  return 0;
}

/* None of these may hang; a collision of point masses has a verdict or goes on through it. */
static PetscErrorCode hopeless_starts(void) {
  const double h           = sqrt(3) / 2;
  const bodies hopeless[8] = {
    {{1, 1, 1}, {{NAN}, {1}, {2}}, {{0}}},
    {{1, 1, 1}, {{0}, {1}, {2}}, {{0}, {INFINITY}}},
    {{1, 1, 1}, {{0}, {0}, {2}}, {{0}}},            /* two in one place */
    {{1, 1, 1}, {{0}, {0}, {0}}, {{0}, {1}, {-1}}}, /* all in one place */
    {{1, 1, 1}, {{0}, {1e-200}, {2}}, {{0}}},
    {{1, 1, 1}, {{-1}, {0}, {1}}, {{0}}},        /* on a line, into one point */
    {{1, 1, 1}, {{-0.5}, {0.5}, {0, h}}, {{0}}}, /* an equilateral triangle, likewise */
    {{1, 1, 1}, {{-1}, {0.1}, {1}}, {{0}}},      /* on a line, two by two */
  };
  for (int i = 0; i < 8; i++) {
    qv_regularised         s       = begin(&hopeless[i]);
    const qv_nbody_outcome outcome = run_to(&s, 10, 1000000);
    EXPECT(qv_regularised_evaluations(&s) < 1100000);
    if (i < 4) EXPECT_INT(outcome, QV_NBODY_COLLAPSED);
    if (outcome == QV_NBODY_REACHED) EXPECT_BITS(qv_regularised_time(&s), 10);
  }
  return 0;
}

/* Two bodies on a line collide again and again; the third, far away, shakes them a little. */
static PetscErrorCode head_on(void) {
  const bodies   start = {{3, 4, 5}, {{0}, {1}, {1000, 1}}, {{0}}};
  qv_regularised s     = begin(&start);
  EXPECT_INT(run_to(&s, 10, 1000000), QV_NBODY_REACHED);
  EXPECT(energy_error(&s) < 1e-11);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"split run", split_run}, {"samples", samples},
               {"exact ends", exact_ends}, {"conserved", conserved},
               {"names do not matter", names_do_not_matter}, {"hopeless starts", hopeless_starts},
               {"head on", head_on});
}
