/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,3 labels=fast timeout=300
 * The loop of RED-PSM against known answers: stationarity of the exact steps, the dual identity, a
 * closed-form solution, monotone Lagrangian. */
#include "imaging/denoiser/denoiser_impl.h"
#include "tests/support/qv_test.h"
#include "tests/unit/imaging/redpsm_case.h"

/* After each exact step the energy, quadratic in its block, has its minimum there: steps to both
 * sides raise it alike. With frozen support this holds for the linear model. */
static PetscErrorCode steps_are_exact(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            direction[3 * CASE_PIXELS], here, up, down;
  int               taken;

  PetscFunctionBegin;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_iterate(3, &c));
  c.redpsm->beta = c.numbers.beta;
  for (int k = 0; k < 5; k++) {
    for (int i = 0; i < 3 * CASE_PIXELS; i++)
      direction[i] = c.redpsm->view[i % CASE_PIXELS] *
                     qv_random_normal(qv_stream_named(1, "d"), (uint64_t)i, (uint64_t)k);
    PetscCall(qv_redpsm_spatial_step(c.redpsm, 400, 1e-13, &taken));
    PetscCall(case_energy_at(&c, 0, NULL, NULL, &here));
    PetscCall(case_energy_at(&c, 1e-2, direction, NULL, &up));
    PetscCall(case_energy_at(&c, -1e-2, direction, NULL, &down));
    EXPECT(up > here && down > here);
    EXPECT(fabs(up - down) < 1e-7 * (up + down - 2 * here));
    PetscCall(qv_redpsm_latent_step(c.redpsm));
    PetscCall(case_energy_at(&c, 0, NULL, NULL, &here));
    PetscCall(case_energy_at(&c, 1e-2, NULL, direction, &up));
    PetscCall(case_energy_at(&c, -1e-2, NULL, direction, &down));
    EXPECT(up > here && down > here);
    EXPECT(fabs(up - down) < 1e-7 * (up + down - 2 * here));
  }
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* The positive part: the energy's derivative, taken where the support does not change, is that of
 * the frozen problem; after the steps it vanishes within the support's own changes. */
static PetscErrorCode positive_part_falls(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            before = INFINITY;
  int               risen = 0, negative = 0;

  PetscFunctionBegin;
  options.model = QV_MODEL_POSITIVE_PART;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  for (int k = 0; k < 20; k++) {
    PetscCall(case_iterate(1, &c));
    risen += c.report.lagrangian > before * (1 + 1e-6);
    before = c.report.lagrangian;
  }
  for (int64_t i = 0; i < c.count * CASE_PIXELS; i++) negative += c.redpsm->x[i] < 0;
  EXPECT_INT(negative, 0);
  EXPECT(risen <= 2);
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* One RED step: lambda (f - D(f_old)) = beta y, every iteration. */
static PetscErrorCode dual_identity(void) {
  const qv_redpsm_options options = case_options();
  redpsm_case             c;
  double                 *old, worst = 0;

  PetscFunctionBegin;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  const int64_t n = c.count * CASE_PIXELS;
  PetscCall(PetscMalloc1(n, &old));
  for (int k = 0; k < 10; k++) {
    memcpy(old, c.frames.denoised, sizeof *old * (size_t)n);
    PetscCall(case_iterate(1, &c));
    for (int64_t i = 0; i < n; i++)
      worst = fmax(worst, fabs(4 * (c.frames.f[i] - old[i]) - 6 * c.frames.y[i]));
  }
  EXPECT(worst < 1e-13);
  PetscCall(PetscFree(old));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* D(x) = 0.6 x, Z fixed: one linear system, whose solution the loop must reach. The solution itself
 * is checked by the derivative of its objective. */
static PetscErrorCode shrink_has_a_closed_form(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double           *exact, distance = 0, up, down, here, direction[3 * CASE_PIXELS];

  PetscFunctionBegin;
  options.denoiser   = (qv_denoiser_choice){.name = qv_denoiser_named("shrink"), .level = 0.4};
  options.fix_latent = true;
  options.exact      = true;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(case_begin(&options, 2, 3, &c));
  PetscCall(case_iterate(1, &c));
  PetscCall(case_keep(&c, &exact));
  /* lambda rho = 2 (0.4 / 2) |x|^2 is beta / 2 |x - f + y|^2 with beta = 0.8, f = y = 0 */
  c.redpsm->beta = 0.8;
  memset(c.frames.f, 0, sizeof *exact * (size_t)(c.count * CASE_PIXELS));
  for (int i = 0; i < 3 * CASE_PIXELS; i++)
    direction[i] =
      c.redpsm->view[i % CASE_PIXELS] * qv_random_normal(qv_stream_named(2, "d"), (uint64_t)i, 0);
  PetscCall(case_energy_at(&c, 0, NULL, NULL, &here));
  PetscCall(case_energy_at(&c, 1e-2, direction, NULL, &up));
  PetscCall(case_energy_at(&c, -1e-2, direction, NULL, &down));
  EXPECT(up > here && fabs(up - down) < 1e-8 * (up + down - 2 * here));
  PetscCall(case_end(&c));
  options.exact = false;
  options.cg    = 300;
  PetscCall(case_begin(&options, 2, 3, &c));
  memset(c.frames.f, 0, sizeof *exact * (size_t)(c.count * CASE_PIXELS));
  memset(c.frames.denoised, 0, sizeof *exact * (size_t)(c.count * CASE_PIXELS));
  PetscCall(case_iterate(120, &c));
  PetscCall(case_distance(&c, 1, c.redpsm->x, exact, &distance));
  EXPECT(distance < 1e-10);
  PetscCall(PetscFree(exact));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* The same with a denoiser that mixes pixels. */
static PetscErrorCode quadratic_has_a_closed_form(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double           *exact, distance;

  PetscFunctionBegin;
  options.denoiser   = (qv_denoiser_choice){.name = qv_denoiser_named("quadratic"), .level = 0.5};
  options.fix_latent = true;
  options.exact      = true;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_iterate(1, &c));
  PetscCall(case_keep(&c, &exact));
  PetscCall(case_end(&c));
  options.exact = false;
  options.cg    = 300;
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_iterate(300, &c));
  PetscCall(case_distance(&c, 1, c.redpsm->x, exact, &distance));
  EXPECT(distance < 1e-7);
  PetscCall(PetscFree(exact));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* Proximal TV, five f steps, beta = 1.5 lambda, Z fixed: the Lagrangian never rises. */
static PetscErrorCode lagrangian_falls(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            before = INFINITY;
  int               risen  = 0;

  PetscFunctionBegin;
  options.denoiser.iterations = 60;
  options.red                 = 5;
  options.cg                  = 60;
  options.fix_latent          = true;
  PetscCall(case_open("radon2d", 5e-3, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  for (int k = 0; k < 40; k++) {
    PetscCall(case_iterate(1, &c));
    risen += c.report.lagrangian > before * (1 + 1e-9);
    before = c.report.lagrangian;
  }
  EXPECT_INT(risen, 0);
  EXPECT(c.numbers.primal < 3e-3);
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* The exact f step ends where steps of RED end, sooner; the regulariser it tells is that of f,
 * found anew from a cold start; in time f - D(f) is what the dual says, and the Lagrangian falls.
 */
static PetscErrorCode exact_split_agrees(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double           *first, *kept, distance, rho, before = INFINITY;
  int               risen = 0;

  PetscFunctionBegin;
  options.fix_latent          = true;
  options.cg                  = 30;
  options.denoiser.iterations = 60;
  PetscCall(case_open("radon2d", 5e-3, &c));
  PetscCall(case_begin(&options, 2, 3, &c));
  PetscCall(case_iterate(150, &c));
  PetscCall(case_keep(&c, &first));
  PetscCall(case_end(&c));
  options.red = 0;
  PetscCall(case_begin(&options, 2, 3, &c));
  for (int k = 0; k < 150; k++) {
    PetscCall(case_iterate(1, &c));
    risen += c.report.lagrangian > before * (1 + 1e-9);
    before = c.report.lagrangian;
  }
  EXPECT_INT(risen, 0);
  PetscCall(case_distance(&c, 1, c.redpsm->x, first, &distance));
  EXPECT(distance < 1e-3);
  EXPECT(c.report.fixed_point < 1e-3);
  qv_sum sum = {0};
  PetscCall(PetscCalloc1(c.count * qv_redpsm_memory(c.redpsm) + 1, &kept));
  for (int k = 0; k < 30; k++) {
    sum = (qv_sum){0};
    PetscCall(
      qv_denoiser_apply(c.redpsm->denoiser, c.count, c.frames.f, kept, c.frames.denoised, &sum));
  }
  PetscCall(qv_redpsm_join(c.redpsm, 1, &sum, &rho));
  EXPECT_REL(c.report.regulariser, rho, 1e-4);
  PetscCall(PetscFree(kept));
  PetscCall(case_end(&c));
  options.relax = 1.6;
  PetscCall(case_begin(&options, 2, 1.5, &c));
  PetscCall(case_iterate(100, &c));
  PetscCall(case_distance(&c, 1, c.redpsm->x, first, &distance));
  EXPECT(distance < 1e-3);
  PetscCall(PetscFree(first));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* What is not finite is noticed where it appears, and the state stays finite: after a denoiser that
 * gives NaN, after a sample that is lost, after data that overflow. */
static PetscErrorCode state_stays_finite(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            distance, *kept;

  PetscFunctionBegin;
  PetscCall(case_open("radon2d", 1e-3, &c));
  const int64_t n = c.count * CASE_PIXELS;
  PetscCall(PetscMalloc1(n, &kept));
  for (int way = 0; way < 3; way++) {
    options.red = way == 1 ? 1 : 0;
    if (way == 2)
      for (int64_t i = 0; i < c.count * c.m; i++) c.samples[i] = 1e200 * (i % 3);
    PetscCall(case_begin(&options, 4, 6, &c));
    EXPECT(c.report.broken == (way == 2));
    if (way < 2) {
      PetscCall(case_iterate(2, &c));
      EXPECT(!c.report.broken);
      memcpy(kept, c.redpsm->x, sizeof *kept * (size_t)n);
      if (way == 0)
        c.redpsm->denoiser->level = NAN;
      else
        c.samples[0] = NAN;
      PetscCall(case_iterate(1, &c));
      EXPECT(c.report.broken && c.numbers.iteration == 3);
      PetscCall(case_distance(&c, 1, c.redpsm->x, kept, &distance));
      EXPECT(way == 0 ? distance < 0.2 : distance < 1e-12);
    }
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
      sum += c.frames.f[i] + c.frames.y[i] + c.frames.denoised[i] + c.redpsm->x[i];
    for (int64_t i = 0; i < c.count * qv_redpsm_memory(c.redpsm); i++) sum += c.frames.memory[i];
    for (int64_t i = 0; i < 3 * CASE_PIXELS; i++) sum += c.redpsm->spatial[i];
    EXPECT(isfinite(sum));
    PetscCall(case_end(&c));
  }
  PetscCall(PetscFree(kept));
  PetscCall(case_close(&c));
  PetscFunctionReturn(0);
}

/* All pixels measured, no noise, images within the model: found to 1e-6. */
static PetscErrorCode model_is_recovered(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            distance;

  PetscFunctionBegin;
  options.nuclear = 1e-12;
  options.cg      = 100;
  PetscCall(case_open("identity", 0, &c));
  for (int64_t i = 0; i < c.count * CASE_PIXELS; i++) { /* lines in t */
    const double t = c.time[c.first + i / CASE_PIXELS];
    const int    p = (int)(i % CASE_PIXELS);
    const double x = c.detector[p % CASE_SIZE], y = c.detector[p / CASE_SIZE];
    c.truth[i]   = hypot(x, y) < 1 ? exp(-4 * x * x) + t * exp(-9 * y * y) * x : 0;
    c.samples[i] = c.truth[i];
  }
  PetscCall(case_begin(&options, 0, 1, &c));
  PetscCall(case_iterate(40, &c));
  PetscCall(case_distance(&c, 1, c.redpsm->x, c.truth, &distance));
  EXPECT(distance < 1e-6);
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* One view an instant gives fewer equations (32 x 32) than Lambda has unknowns (3 bases of about
 * 800 pixels): the least Lambda that explains the data of a random one explains them wholly, but is
 * without the part in the null space, sqrt(1 - equations / unknowns) of it or more. */
static PetscErrorCode one_view_is_too_few(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double            data2 = 0, error2 = 0, size2 = 0, *lambda;
  int               taken, unknowns = 0;

  PetscFunctionBegin;
  options.nuclear    = 1e-13;
  options.fix_latent = true;
  PetscCall(case_open("radon2d", 0, &c));
  PetscCall(case_begin(&options, 0, 0, &c));
  qv_redpsm *s = c.redpsm;
  PetscCall(PetscMalloc1(3 * CASE_PIXELS, &lambda));
  for (int i = 0; i < 3 * CASE_PIXELS; i++) {
    unknowns += s->view[i % CASE_PIXELS];
    lambda[i] =
      s->view[i % CASE_PIXELS] ? qv_random_normal(qv_stream_named(3, "l"), (uint64_t)i, 0) : 0;
  }
  EXPECT(unknowns > 2 * CASE_FRAMES * CASE_SIZE);
  memcpy(s->spatial, lambda, sizeof *lambda * 3 * CASE_PIXELS);
  PetscCall(qv_redpsm_evaluate(s, &c.report));
  memcpy(c.samples, s->ax, sizeof *c.samples * (size_t)(c.count * c.m));
  memset(s->spatial, 0, sizeof *lambda * 3 * CASE_PIXELS);
  PetscCall(qv_redpsm_evaluate(s, &c.report));
  data2 = c.report.residual2;
  PetscCall(qv_redpsm_spatial_step(s, 3000, 1e-9, &taken));
  PetscCall(qv_redpsm_evaluate(s, &c.report));
  EXPECT(c.report.residual2 < 1e-6 * data2);
  for (int i = 0; i < 3 * CASE_PIXELS; i++) {
    error2 += (s->spatial[i] - lambda[i]) * (s->spatial[i] - lambda[i]);
    size2 += lambda[i] * lambda[i];
  }
  EXPECT(sqrt(error2 / size2) > 0.95 * sqrt(1 - (double)CASE_FRAMES * CASE_SIZE / unknowns));
  PetscCall(PetscFree(lambda));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* lambda = 0: no split, f is X, nothing depends on the denoiser. */
static PetscErrorCode psm_alone(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double           *first, distance, residual = INFINITY;
  int               risen = 0;

  PetscFunctionBegin;
  PetscCall(case_open("radon2d", 1e-3, &c));
  PetscCall(case_begin(&options, 0, 0, &c));
  for (int k = 0; k < 5; k++) {
    PetscCall(case_iterate(1, &c));
    risen += c.report.objective > residual * (1 + 1e-12);
    residual = c.report.objective;
  }
  EXPECT_INT(risen, 0);
  EXPECT_INT(memcmp(c.frames.f, c.redpsm->x, sizeof *first * (size_t)(c.count * CASE_PIXELS)), 0);
  PetscCall(case_keep(&c, &first));
  PetscCall(case_end(&c));
  options.denoiser.name = qv_denoiser_named("none");
  PetscCall(case_begin(&options, 7, 9, &c));
  PetscCall(case_iterate(5, &c));
  PetscCall(case_distance(&c, 1, c.redpsm->x, first, &distance));
  EXPECT(distance == 0);
  PetscCall(PetscFree(first));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(
    argc, argv, {"steps are exact", steps_are_exact}, {"positive part", positive_part_falls},
    {"dual identity", dual_identity}, {"shrink: closed form", shrink_has_a_closed_form},
    {"quadratic: closed form", quadratic_has_a_closed_form},
    {"the Lagrangian falls", lagrangian_falls}, {"the exact f step agrees", exact_split_agrees},
    {"the state stays finite", state_stays_finite}, {"a model is recovered", model_is_recovered},
    {"one view is too few", one_view_is_too_few}, {"PSM alone", psm_alone});
}
