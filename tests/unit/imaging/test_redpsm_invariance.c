/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,3 labels=fast timeout=300
 * What must not change the images of RED-PSM: the gauge of the model, beta, the scale of the data,
 * the order of the frames. */
#include "tests/support/qv_test.h"
#include "tests/unit/imaging/redpsm_case.h"

static PetscErrorCode gauge_keeps_images(void) {
  const qv_redpsm_options options = case_options();
  redpsm_case             c;
  qv_redpsm_report        report = {0};
  double                 *before, distance, worst = 0;

  PetscFunctionBegin;
  PetscCall(case_open("radon2d", 0, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_iterate(2, &c));
  PetscCall(case_keep(&c, &before));
  PetscCall(qv_redpsm_gauge(c.redpsm));
  PetscCall(qv_redpsm_evaluate(c.redpsm, &report));
  PetscCall(case_distance(&c, 1, c.redpsm->x, before, &distance));
  EXPECT(distance < 1e-13);
  for (int j = 0; j < 3; j++)
    for (int k = 0; k < 3; k++) {
      double sum = j == k ? -1 : 0;
      for (int t = 0; t < CASE_FRAMES; t++)
        sum += c.redpsm->temporal[t * 3 + j] * c.redpsm->temporal[t * 3 + k];
      worst = fmax(worst, fabs(sum));
    }
  EXPECT(worst < 1e-13);
  PetscCall(PetscFree(before));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* beta changes the speed, not the answer; nor does over-relaxation. */
static PetscErrorCode beta_does_not_matter(void) {
  static const double beta[4] = {2, 4, 8, 4}, relax[4] = {1, 1, 1, 1.6};
  qv_redpsm_options   options = case_options();
  redpsm_case         c;
  double             *first = NULL, distance;

  PetscFunctionBegin;
  options.fix_latent = true;
  options.cg         = 30;
  PetscCall(case_open("radon2d", 5e-3, &c));
  for (int k = 0; k < 4; k++) {
    options.relax = relax[k];
    PetscCall(case_begin(&options, 2, beta[k], &c));
    PetscCall(case_iterate(beta[k] > 4 ? 500 : 150, &c));
    if (k == 0) PetscCall(case_keep(&c, &first));
    PetscCall(case_distance(&c, 1, c.redpsm->x, first, &distance));
    EXPECT(distance < 1e-3);
    PetscCall(case_end(&c));
  }
  PetscCall(PetscFree(first));
  PetscCall(case_close(&c));
  PetscFunctionReturn(0);
}

/* Sixteen times the data and the level: sixteen times the image (a power of two keeps rounding out
 * of the comparison). */
static PetscErrorCode scale_goes_through(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  double           *first, distance;

  PetscFunctionBegin;
  options.model   = QV_MODEL_POSITIVE_PART;
  options.nuclear = 1e-9;
  PetscCall(case_open("radon2d", 5e-3, &c));
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_iterate(10, &c));
  PetscCall(case_keep(&c, &first));
  PetscCall(case_end(&c));
  for (int64_t i = 0; i < c.count * c.m; i++) c.samples[i] *= 16;
  options.denoiser.level *= 16;
  PetscCall(case_begin(&options, 4, 6, &c));
  PetscCall(case_iterate(10, &c));
  PetscCall(case_distance(&c, 0.0625, c.redpsm->x, first, &distance));
  EXPECT(distance < 1e-8);
  PetscCall(PetscFree(first));
  PetscCall(case_leave(&c));
  PetscFunctionReturn(0);
}

/* All frames on all ranks. */
static PetscErrorCode all_frames(const redpsm_case *c, double *all) {
  PetscFunctionBegin;
  memset(all, 0, sizeof *all * CASE_FRAMES * CASE_PIXELS);
  memcpy(all + c->first * CASE_PIXELS, c->redpsm->x,
         sizeof *all * (size_t)(c->count * CASE_PIXELS));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, all, CASE_FRAMES * CASE_PIXELS, MPI_DOUBLE, MPI_SUM,
                             PETSC_COMM_WORLD));
  PetscFunctionReturn(0);
}

/* Frames in another order, with their times, angles and data: the same images in that order. */
static PetscErrorCode order_does_not_matter(void) {
  qv_redpsm_options options = case_options();
  redpsm_case       c;
  qv_forward       *forward;
  double *all[2], time[CASE_FRAMES], angle[CASE_FRAMES], error2 = 0, size2 = 0, weight = 0;

  PetscFunctionBegin;
  options.model   = QV_MODEL_POSITIVE_PART;
  options.red     = 0;
  options.nuclear = 3; /* the start converges: rounding is all that is left of the order */
  PetscCall(case_open("radon2d", 0, &c));
  PetscCall(PetscMalloc2(CASE_FRAMES * CASE_PIXELS, &all[0], CASE_FRAMES * CASE_PIXELS, &all[1]));
  memcpy(time, c.time, sizeof time);
  memcpy(angle, c.angle, sizeof angle);
  for (int k = 0; k < 2; k++) {
    for (int t = 0; k && t < CASE_FRAMES; t++) {
      c.time[t]  = time[(5 * t + 3) % CASE_FRAMES];
      c.angle[t] = angle[(5 * t + 3) % CASE_FRAMES];
    }
    for (int64_t i = 0; i < c.count * CASE_PIXELS; i++) {
      const int64_t p = i % CASE_PIXELS, y = p / CASE_SIZE, x = p % CASE_SIZE;
      const double  t = c.time[c.first + i / CASE_PIXELS];
      if (c.truth[i] != 0) c.truth[i] = case_value(t, c.detector[x], c.detector[y]);
    }
    PetscCall(qv_forward_create(&c.geometry, &forward));
    qv_forward_apply(forward, c.first, c.count, c.truth, c.samples);
    PetscCall(qv_forward_destroy(&forward));
    PetscCall(case_begin(&options, 4, 6, &c));
    if (k) EXPECT_REL(c.redpsm->weight, weight, 0.05); /* from random probes of each frame */
    if (k == 0) weight = c.redpsm->weight;
    c.redpsm->weight = weight;
    PetscCall(qv_redpsm_begin(c.redpsm, &c.numbers, &c.report));
    PetscCall(case_iterate(5, &c));
    PetscCall(all_frames(&c, all[k]));
    PetscCall(case_end(&c));
  }
  for (int t = 0; t < CASE_FRAMES; t++)
    for (int p = 0; p < CASE_PIXELS; p++) {
      const double want = all[0][(5 * t + 3) % CASE_FRAMES * CASE_PIXELS + p];
      error2 += (all[1][t * CASE_PIXELS + p] - want) * (all[1][t * CASE_PIXELS + p] - want);
      size2 += want * want;
    }
  EXPECT(size2 > 1 && sqrt(error2 / size2) < 1e-6);
  PetscCall(PetscFree2(all[0], all[1]));
  PetscCall(case_close(&c));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"gauge keeps images", gauge_keeps_images},
               {"beta does not matter", beta_does_not_matter},
               {"scale goes through", scale_goes_through},
               {"order does not matter", order_does_not_matter});
}
