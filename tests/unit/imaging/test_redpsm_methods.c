/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,3 labels=fast timeout=300
 * Other ways to the same images: acceleration of the outer map. */
#include "tests/support/qv_test.h"
#include "tests/unit/imaging/redpsm_case.h"

/* X of `solver: exact` for a linear denoiser, Z fixed. The caller frees it. */
static PetscErrorCode exact_images(qv_redpsm_options options, double lambda, redpsm_case *c,
                                   double **exact) {
  const int64_t n = c->count * CASE_PIXELS;

  PetscFunctionBegin;
  options.fix_latent = options.exact = true;
  options.red                        = 1;
  PetscCall(PetscMalloc1(n, exact));
  PetscCall(case_begin(&options, lambda, 1, c));
  PetscCall(case_iterate(1, c));
  memcpy(*exact, c->redpsm->x, sizeof **exact * (size_t)n);
  PetscCall(case_end(c));
  PetscFunctionReturn(0);
}

static qv_denoiser_choice denoiser(const char *word, double level) {
  return (qv_denoiser_choice){
    .name = qv_denoiser_named(word), .level = level, .iterations = 8, .width = 0.7};
}

/* Iterations until X is within `bar` of the truth; `most` + 1: not in `most`. */
static PetscErrorCode count_to(redpsm_case *c, const double *truth, double bar, int most,
                               int *count) {
  double distance = INFINITY;

  PetscFunctionBegin;
  for (*count = 0; *count <= most; (*count)++) {
    PetscCall(case_iterate(1, c));
    PetscCall(case_distance(c, 1, c->redpsm->x, truth, &distance));
    if (distance < bar) break;
  }
  PetscFunctionReturn(0);
}

/* Anderson reaches the fixed point of a linear map, known from one linear solve, in fewer
 * iterations than the map. */
static PetscErrorCode anderson_is_sooner(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double           *exact;
  int               plain, accelerated;

  PetscFunctionBegin;
  options.denoiser   = denoiser("quadratic", 0.5);
  options.fix_latent = true;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(exact_images(options, 4, &c, &exact));
  options.cg = 300;
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(count_to(&c, exact, 1e-6, 300, &plain));
  PetscCall(case_end(&c));
  options.anderson = 5;
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(count_to(&c, exact, 1e-6, 300, &accelerated));
  PetscCall(case_end(&c));
  if (getenv("SHOW")) printf("plain %d accelerated %d\n", plain, accelerated);
  EXPECT(plain <= 300);
  EXPECT(accelerated <= 0.6 * plain);
  PetscCall(PetscFree(exact));
  PetscCall(case_close(&c));
  PetscFunctionReturn(0);
}

/* Stopped at any iteration and gone on with in another object: the same bits. */
static PetscErrorCode anderson_restarts(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c, other;
  double           *past, *z;
  int64_t           reals;

  PetscFunctionBegin;
  options.anderson = 3;
  for (int red = 0; red < 2; red++) {
    options.red = red;
    PetscCall(case_open("radon2d", 1e-3, &c));
    PetscCall(case_open("radon2d", 1e-3, &other));
    PetscCall(case_begin(&options, 4, 6, &c));
    PetscCall(case_iterate(6, &c));
    PetscCall(case_begin(&options, 4, 6, &other));
    PetscCall(qv_redpsm_past(c.redpsm, &reals));
    EXPECT_INT(reals, (3 + 2 * 3) * (red ? 3 : 2) * CASE_PIXELS);
    PetscCall(PetscMalloc1(c.count * reals + 1, &past));
    PetscCall(qv_redpsm_past_save(c.redpsm, past));
    other.numbers   = c.numbers;
    const int64_t n = c.count * CASE_PIXELS, m = c.count * qv_redpsm_memory(c.redpsm);
    PetscCall(PetscArraycpy(other.frames.f, c.frames.f, n));
    PetscCall(PetscArraycpy(other.frames.y, c.frames.y, n));
    PetscCall(PetscArraycpy(other.frames.denoised, c.frames.denoised, n));
    PetscCall(PetscArraycpy(other.frames.memory, c.frames.memory, m));
    z = qv_redpsm_latent(other.redpsm);
    PetscCall(PetscArraycpy(z, c.redpsm->latent, 3 * 5));
    PetscCall(PetscArraycpy(qv_redpsm_spatial(other.redpsm), c.redpsm->spatial, 3 * CASE_PIXELS));
    PetscCall(qv_redpsm_past_load(other.redpsm, &other.numbers, past));
    PetscCall(qv_redpsm_restore(other.redpsm));
    PetscCall(case_iterate(6, &c));
    PetscCall(case_iterate(6, &other));
    EXPECT_INT(memcmp(other.redpsm->x, c.redpsm->x, sizeof *past * (size_t)n), 0);
    EXPECT(!memcmp(&other.numbers, &c.numbers, sizeof c.numbers));
    PetscCall(PetscFree(past));
    PetscCall(case_end(&c));
    PetscCall(case_end(&other));
    PetscCall(case_close(&c));
    PetscCall(case_close(&other));
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"Anderson is sooner", anderson_is_sooner},
               {"Anderson restarts", anderson_restarts});
}
