/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,3 labels=fast timeout=300
 * Other ways to the same images: acceleration of the outer map, descent of first order, plug and
 * play; Stein's estimate of the risk. */
#include "imaging/redpsm/search.h"
#include "imaging/redpsm/sure.h"
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

/* Descent ends at the solution of the linear system, with a denoiser that mixes pixels. */
static PetscErrorCode descent_finds_the_solution(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double           *exact, distance;
  int               count;

  PetscFunctionBegin;
  options.denoiser   = denoiser("quadratic", 0.5);
  options.fix_latent = true;
  options.nuclear    = 0.5;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(exact_images(options, 4, &c, &exact));
  options.descent = 1;
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_distance(&c, 1, c.redpsm->x, exact, &distance));
  EXPECT(distance > 0.01);
  PetscCall(count_to(&c, exact, 1e-6, 2500, &count));
  EXPECT(count <= 2500);
  PetscCall(PetscFree(exact));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* With proximal TV, Z free: the objective never rises, and falls. */
static PetscErrorCode descent_falls(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            first = 0, before = INFINITY;
  int               risen = 0;

  PetscFunctionBegin;
  options.denoiser.iterations = 60;
  options.descent             = 1;
  for (int k = 0; k < 2; k++) {
    options.model = k ? QV_MODEL_POSITIVE_PART : QV_MODEL_LINEAR;
    PetscCall(case_open("radon2d", 5e-3, &c));
    PetscCall(case_begin(&options, 4, 6, &c));
    before = INFINITY;
    for (int i = 0; i < 40; i++) {
      PetscCall(case_iterate(1, &c));
      risen += c.report.lagrangian > before * (1 + 1e-7);
      before = c.report.lagrangian;
      if (i == 0) first = before;
    }
    EXPECT(before < 0.9 * first);
    PetscCall(case_end(&c));
    PetscCall(case_close(&c));
  }
  EXPECT_INT(risen, 0);
  PetscFunctionReturn(0);
}

/* Plug and play with D = a x ends where beta (1 / a - 1) x balances the slope of the data: at the
 * solution for lambda (1 - a') = beta (1 / a - 1). */
static PetscErrorCode pnp_has_a_closed_form(void) {
  const double      beta = 3, a = 0.8;
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double           *exact, distance;

  PetscFunctionBegin;
  options.fix_latent = true;
  options.denoiser   = denoiser("shrink", 0.5);
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(exact_images(options, beta * (1 / a - 1) / 0.5, &c, &exact));
  options.denoiser = denoiser("shrink", 1 - a);
  options.coupling = QV_COUPLING_PNP;
  options.cg       = 300;
  PetscCall(case_begin(&options, 1, beta, &c));
  PetscCall(case_iterate(200, &c));
  PetscCall(case_distance(&c, 1, c.redpsm->x, exact, &distance));
  EXPECT(distance < 1e-8);
  PetscCall(case_distance(&c, 1, c.frames.f, exact, &distance));
  EXPECT(distance < 1e-8);
  PetscCall(PetscFree(exact));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* Five lambda that are tried end at the bottom of the parabola through the best three. */
static PetscErrorCode sure_chooses(void) {
  double value[QV_SURE_POINTS];

  PetscFunctionBegin;
  for (int bottom = -10; bottom <= 50; bottom++) {
    for (int k = 0; k < QV_SURE_POINTS; k++) value[k] = 3 + 2 * pow(k - 0.1 * bottom, 2);
    EXPECT_REL(qv_sure_choose(value), 16 / pow(2, fmin(fmax(0.1 * bottom, 0), 4)),
               bottom <= 5 || bottom >= 35 ? 0.42 : 1e-12);
  }
  value[3] = value[4] = NAN;
  value[2]            = 0;
  EXPECT_REL(qv_sure_choose(value), 4, 1e-12);
  PetscFunctionReturn(0);
}

enum { DRAWS = 12 };

/* A linear estimator: the mean over draws of noise of estimate minus true prediction error must be
 * 0 within the scatter of that mean, and the estimate without the divergence must not be. */
static PetscErrorCode sure_is_unbiased(void) {
  static const double lambdas[] = {1, 8};
  const double        sigma = 0.05, M = (double)CASE_FRAMES * CASE_SIZE;
  const qv_sure_noise noise   = {.sigma = sigma, .eps = 0.1 * sigma, .n_samples = (int64_t)M};
  qv_redpsm_options   options = case_options();
  redpsm_case         c, twin;
  double             *clean;

  PetscFunctionBegin;
  options.denoiser   = denoiser("quadratic", 0.5);
  options.fix_latent = options.exact = true;
  PetscCall(case_open("radon2d", 0, &c));
  PetscCall(case_open("radon2d", 0, &twin));
  const int64_t n = c.count * c.m;
  PetscCall(PetscMalloc1(n + 1, &clean));
  memcpy(clean, c.samples, sizeof *clean * (size_t)n);
  for (int l = 0; l < 2; l++) {
    double mean[2] = {0}, square = 0, risk = 0;
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
      const qv_stream stream = qv_stream_named(7, "noise");
      double          estimate, local[2] = {0}, sum[2];
      for (int64_t i = 0; i < n; i++)
        c.samples[i] =
          clean[i] + sigma * qv_random_normal(stream, (uint64_t)(c.first * c.m + i), draw);
      qv_sure_perturb(draw, noise.eps, c.first * c.m, n, c.samples, twin.samples);
      PetscCall(case_begin(&options, lambdas[l], 1, &c));
      PetscCall(case_iterate(1, &c));
      PetscCall(case_begin(&options, lambdas[l], 1, &twin));
      PetscCall(case_iterate(1, &twin));
      PetscCall(qv_sure_estimate(c.redpsm, twin.redpsm, &noise, &estimate));
      local[0] = qv_frame_distance2(n, qv_redpsm_prediction(c.redpsm), clean);
      local[1] = qv_frame_distance2(n, qv_redpsm_prediction(c.redpsm), c.samples);
      PetscCallMPI(MPI_Allreduce(local, sum, 2, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD));
      const double off = estimate - sum[0] / M;
      risk += sum[0] / M / DRAWS;
      mean[0] += off / DRAWS;
      mean[1] += (sum[1] / M - sigma * sigma - sum[0] / M) / DRAWS;
      square += off * off / DRAWS;
      PetscCall(case_end(&c));
      PetscCall(case_end(&twin));
    }
    const double scatter = sqrt((square - mean[0] * mean[0]) / (DRAWS - 1));
    EXPECT(fabs(mean[0]) < 3 * scatter);
    EXPECT(scatter < 0.1 * risk);
    EXPECT(fabs(mean[1]) > 6 * scatter);
  }
  PetscCall(PetscFree(clean));
  PetscCall(case_close(&c));
  PetscCall(case_close(&twin));
  PetscFunctionReturn(0);
}

/* Data without noise, of images within the model: the search brings the misfit to tau for a small
 * sigma too, where the denoiser must all but vanish. */
static PetscErrorCode search_reaches_small_sigma(void) {
  static const double sigmas[] = {1e-2, 2e-3};
  const double        tau = 0.95, M = (double)CASE_FRAMES * CASE_SIZE;
  qv_redpsm_options   options = case_options();
  redpsm_case         c;
  qv_forward         *forward;

  PetscFunctionBegin;
  options.nuclear = 1e-6;
  options.red     = 0;
  options.cg      = 30;
  PetscCall(case_open("radon2d", 0, &c));
  for (int64_t i = 0; i < c.count * CASE_PIXELS; i++) {
    const double t = c.time[c.first + i / CASE_PIXELS];
    const int    p = (int)(i % CASE_PIXELS);
    const double x = c.detector[p % CASE_SIZE], y = c.detector[p / CASE_SIZE];
    c.truth[i] = hypot(x, y) < 1 ? exp(-4 * x * x - y * y) + t * exp(-9 * y * y) * x : 0;
  }
  PetscCall(qv_forward_create(&c.geometry, &forward));
  qv_forward_apply(forward, c.first, c.count, c.truth, c.samples);
  PetscCall(qv_forward_destroy(&forward));
  for (int k = 0; k < 2; k++) {
    PetscCall(case_begin(&options, qv_search_start(), 0.75 * qv_search_start(), &c));
    c.numbers.settled = 0;
    double misfit     = 0;
    for (int i = 0; i < 120; i++) {
      qv_search_update(misfit, tau, &c.numbers);
      PetscCall(case_iterate(1, &c));
      misfit = c.report.residual2 / (M * sigmas[k] * sigmas[k]);
    }
    EXPECT_REL(misfit, tau, 0.05);
    PetscCall(case_end(&c));
  }
  PetscCall(case_close(&c));
  PetscFunctionReturn(0);
}

/* PnP and PRO end where X is a fixed point of D nearby: X and f close in on each other. */
static PetscErrorCode couplings_converge(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            distance;

  PetscFunctionBegin;
  PetscCall(case_open("radon2d", 1e-3, &c));
  for (int k = QV_COUPLING_PNP; k <= QV_COUPLING_PRO; k++) {
    options.coupling       = (qv_redpsm_coupling)k;
    options.denoiser.level = 0.01;
    PetscCall(case_begin(&options, 4, 6, &c));
    PetscCall(case_iterate(60, &c));
    EXPECT(c.numbers.primal < 5e-3);
    PetscCall(case_distance(&c, 1, c.redpsm->x, c.truth, &distance));
    EXPECT(distance < 0.4);
    PetscCall(case_end(&c));
  }
  PetscCall(case_close(&c));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(
    argc, argv, {"Anderson is sooner", anderson_is_sooner},
    {"Anderson restarts", anderson_restarts}, {"descent: solution", descent_finds_the_solution},
    {"descent falls", descent_falls}, {"PnP: closed form", pnp_has_a_closed_form},
    {"couplings converge", couplings_converge}, {"small sigma", search_reaches_small_sigma},
    {"SURE chooses", sure_chooses}, {"SURE is unbiased", sure_is_unbiased});
}
