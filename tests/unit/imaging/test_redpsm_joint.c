/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,3 labels=fast timeout=120
 * Lambda and Z together: the slope of what is left when Lambda is eliminated, and steps to a
 * minimum that is known. */
#include "tests/support/qv_test.h"
#include "tests/unit/imaging/redpsm_case.h"

enum { K = 3, D = 5, EVERY = 8 };

/* The energy with the best Lambda for these Z. */
static PetscErrorCode least_energy(const double *z, redpsm_case *c, double *energy) {
  qv_redpsm *s = c->redpsm;
  int        taken;

  PetscFunctionBegin;
  PetscCall(PetscArraycpy(s->latent, z, D * K));
  PetscCall(qv_redpsm_restore(s));
  for (int again = 0; again < 2; again++) { /* the second takes off what rounding left */
    PetscCall(qv_redpsm_spatial_step(s, 2000, 1e-13, &taken));
    PetscCall(qv_redpsm_evaluate(s, &c->report));
  }
  *energy = qv_redpsm_energy(s, &c->report);
  PetscFunctionReturn(0);
}

/* Along random directions, against central differences of the energy with Lambda solved anew. */
static PetscErrorCode slope_is_that_of_the_rest(void) {
  const double      h         = 1e-5;
  const qv_stream   direction = qv_stream_named(3, "direction");
  qv_redpsm_options options   = case_options();
  redpsm_case       c;

  PetscFunctionBegin;
  options.joint   = true;
  options.nuclear = 0.1;
  PetscCall(case_open("radon2d", 5e-3, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_iterate(3, &c));
  PetscCall(qv_redpsm_gauge(c.redpsm)); /* as every step begins */
  for (uint64_t k = 0; k < 4; k++) {
    double z[D * K], moved[D * K], slope[D * K], value[2], along = 0, size[2] = {0};
    PetscCall(PetscArraycpy(z, c.redpsm->latent, D * K));
    PetscCall(least_energy(z, &c, &value[0]));
    PetscCall(qv_redpsm_joint_slope(c.redpsm, slope));
    for (int i = 0; i < D * K; i++) {
      const double v = qv_random_normal(direction, i, k);
      along -= slope[i] * v;
      size[0] += slope[i] * slope[i];
      size[1] += v * v;
    }
    for (int side = 0; side < 2; side++) {
      for (int i = 0; i < D * K; i++)
        moved[i] = z[i] + (side ? h : -h) * qv_random_normal(direction, i, k);
      PetscCall(least_energy(moved, &c, &value[side]));
    }
    const double error = fabs((value[1] - value[0]) / (2 * h) - along);
    EXPECT(error < 1e-6 * sqrt(size[0] * size[1]));
    EXPECT(fabs(along) > 1e-3 * sqrt(size[0] * size[1]));
    PetscCall(PetscArraycpy(c.redpsm->latent, z, D * K));
  }
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* Images within the model, each pixel measured in every eighth frame: four numbers for its three
 * unknowns. Noise of sigma. The caller frees `measured`. */
static PetscErrorCode open_masked(double sigma, redpsm_case *c, unsigned char **measured) {
  const qv_stream chance = qv_stream_named(8, "chance"), noise = qv_stream_named(8, "noise");
  qv_basis       *basis;
  double          z[D * K], psi[CASE_FRAMES * K];

  PetscFunctionBegin;
  PetscCall(case_open("identity", 0, c));
  PetscCall(PetscMalloc1(CASE_FRAMES * CASE_PIXELS, measured));
  for (int64_t i = 0; i < CASE_FRAMES * CASE_PIXELS; i++)
    (*measured)[i] = i / CASE_PIXELS % EVERY ==
                     (int)(EVERY * qv_random_uniform(chance, (uint64_t)(i % CASE_PIXELS), 0));
  PetscCall(qv_basis_create(qv_basis_named("hermite"), CASE_FRAMES, c->time, D, &basis));
  for (int i = 0; i < D * K; i++) z[i] = qv_random_normal(chance, i, 1);
  qv_basis_expand(basis, K, z, psi);
  PetscCall(qv_basis_destroy(&basis));
  for (int64_t i = 0; i < c->count * CASE_PIXELS; i++) {
    const int64_t at = c->first * CASE_PIXELS + i;
    const double *w  = psi + at / CASE_PIXELS * K;
    const int     p  = (int)(i % CASE_PIXELS);
    const double  x = c->detector[p % CASE_SIZE], y = c->detector[p / CASE_SIZE];
    c->truth[i]   = hypot(x, y) < 1 ? w[0] * exp(-4 * x * x) + w[1] * x + w[2] * cos(9 * y) : 0;
    c->samples[i] = c->truth[i] + sigma * qv_random_normal(noise, (uint64_t)at, 0);
    if (!(*measured)[at] || hypot(x, y) >= 1) c->samples[i] = 0;
  }
  c->geometry.model    = qv_forward_model_named("mask");
  c->geometry.measured = *measured;
  PetscFunctionReturn(0);
}

/* Iterations until X is the truth to 1e-6; and after `most`, the objective there. */
static PetscErrorCode follow(bool joint, double sigma, int most, int *count, double *objective) {
  qv_redpsm_options options = case_options();
  unsigned char    *measured;
  redpsm_case       c;
  double            distance = 1;

  PetscFunctionBegin;
  options.nuclear = 1e-10;
  options.cg      = 60;
  options.joint   = joint;
  PetscCall(open_masked(sigma, &c, &measured));
  PetscCall(case_begin(&options, 0, 1, &c));
  *count = most + 1;
  for (int i = 1; i <= most; i++) {
    PetscCall(case_iterate(1, &c));
    PetscCall(case_distance(&c, 1, c.redpsm->x, c.truth, &distance));
    if (*count > most && distance < 1e-6) *count = i;
    objective[i - 1] = c.report.objective;
  }
  PetscCall(case_leave(&c));
  PetscCall(PetscFree(measured));
  PetscFunctionReturn(0);
}

enum { MOST = 30 };

static PetscErrorCode model_is_found_sooner(void) {
  double objective[MOST];
  int    turns, together;

  PetscFunctionBegin;
  PetscCall(follow(false, 0, MOST, &turns, objective));
  PetscCall(follow(true, 0, MOST, &together, objective));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "# in turn %d, together %d\n", turns, together));
  EXPECT(together <= 10);
  EXPECT(together <= 0.6 * turns);
  PetscFunctionReturn(0);
}

/* With noise: the minimum that alternation comes to in the end. */
static PetscErrorCode minimum_is_found_sooner(void) {
  double turns[MOST], together[MOST];
  int    count, first[2] = {MOST, MOST};

  PetscFunctionBegin;
  PetscCall(follow(false, 0.05, MOST, &count, turns));
  PetscCall(follow(true, 0.05, MOST, &count, together));
  const double least = fmin(turns[MOST - 1], together[MOST - 1]);
  EXPECT_REL(turns[MOST - 1], least, 1e-9);
  EXPECT_REL(together[MOST - 1], least, 1e-9);
  for (int i = MOST - 1; i >= 0 && turns[i] <= least * (1 + 1e-9); i--) first[0] = i + 1;
  for (int i = MOST - 1; i >= 0 && together[i] <= least * (1 + 1e-9); i--) first[1] = i + 1;
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "# in turn %d, together %d\n", first[0], first[1]));
  for (int i = 1; i < MOST; i++) EXPECT(together[i] <= together[i - 1] * (1 + 1e-10));
  EXPECT(first[1] <= 0.6 * first[0]);
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"slope of the rest", slope_is_that_of_the_rest},
               {"model sooner", model_is_found_sooner},
               {"minimum sooner", minimum_is_found_sooner});
}
