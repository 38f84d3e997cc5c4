/* SPDX-License-Identifier: GPL-3.0-or-later
 * The f step, the dual step and what they tell. While the step runs, y holds X + y. */
#include <math.h>
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"

/* PSM alone: f follows X; the change of X takes the place of residuals. */
static PetscErrorCode follow(qv_redpsm *s, qv_redpsm_numbers *numbers, qv_redpsm_report *report) {
  qv_sum sum[2] = {0};
  double value[2];

  PetscFunctionBegin;
  for (int64_t i = 0; i < s->count; i++) {
    const double *x = s->x + i * s->n;
    double       *f = s->frames.f + i * s->n;
    qv_sum_add(&sum[0], qv_frame_distance2(s->n, x, f));
    qv_sum_add(&sum[1], qv_frame_dot(s->n, x, x));
    memcpy(f, x, sizeof *f * (size_t)s->n);
  }
  PetscCall(qv_redpsm_join(s, 2, sum, value));
  numbers->primal     = 0;
  numbers->dual       = sqrt(value[0] / value[1]);
  report->lagrangian  = report->objective;
  report->fixed_point = 0;
  PetscFunctionReturn(0);
}

/* f from X + y (in y) by `red` steps of RED; D(f) is kept for the next one. */
static PetscErrorCode red_steps(qv_redpsm *s, const qv_redpsm_numbers *numbers, qv_sum *rho) {
  const qv_redpsm_frames *v   = &s->frames;
  const double            sum = numbers->lambda + numbers->beta;

  PetscFunctionBegin;
  for (int k = 0; k < s->options.red; k++) {
    *rho = (qv_sum){0};
    qv_frame_combine(s->count * s->n, numbers->lambda / sum, v->denoised, numbers->beta / sum, v->y,
                     v->f);
    PetscCall(qv_denoiser_apply(s->denoiser, s->count, v->f, v->memory, v->denoised, rho));
  }
  PetscFunctionReturn(0);
}

bool qv_redpsm_is_exact_split(int denoiser) {
  const unsigned traits = qv_denoiser_traits(denoiser);
  return qv_denoiser_has_level(denoiser) && traits & QV_DENOISER_PROX;
}

/* f from X + y (in y), exactly; D(f) is what the stronger denoiser gives. *rho becomes the sums of
 * 1/2 |z - D(f)|^2 + (1 + lambda / beta) r. */
static PetscErrorCode exact_step(qv_redpsm *s, const qv_redpsm_numbers *numbers, qv_sum *rho) {
  const qv_redpsm_frames *v   = &s->frames;
  const double            sum = numbers->lambda + numbers->beta;

  PetscFunctionBegin;
  qv_denoiser_strengthen(s->denoiser, sum / numbers->beta);
  PetscCall(qv_denoiser_apply(s->denoiser, s->count, v->y, v->memory, v->denoised, rho));
  qv_denoiser_strengthen(s->denoiser, 1);
  qv_frame_combine(s->count * s->n, numbers->lambda / sum, v->denoised, numbers->beta / sum, v->y,
                   v->f);
  PetscFunctionReturn(0);
}

/* R(f) from what exact_step left: f - D(f) is z - D(f) over 1 + lambda / beta. */
static double exact_regulariser(const qv_redpsm_numbers *numbers, double pull2, double rho) {
  const double more = 1 + numbers->lambda / numbers->beta;
  const double gap  = 0.5 * pull2 / (numbers->lambda * numbers->lambda); /* 1/2 |f - D(f)|^2 */
  return gap + (rho - more * more * gap) / more;
}

static PetscErrorCode other_step(qv_redpsm *s, const qv_redpsm_numbers *numbers, qv_sum *rho) {
  const qv_redpsm_frames *v = &s->frames;
  const int64_t           n = s->count * s->n;

  PetscFunctionBegin;
  if (s->options.coupling == QV_COUPLING_PNP) {
    PetscCall(qv_denoiser_apply(s->denoiser, s->count, v->y, v->memory, v->f, rho));
    PetscFunctionReturn(0);
  }
  const double mu = pow(numbers->iteration, -0.1);
  qv_frame_combine(n, 1 - mu, v->f, mu, v->y, v->f);
  PetscCall(qv_denoiser_apply(s->denoiser, s->count, v->f, v->memory, v->denoised, rho));
  qv_frame_combine(n, 0.5, v->f, 0.5, v->denoised, v->f);
  PetscFunctionReturn(0);
}

enum { APART, MOVED, SIZE_F, SIZE_Y, SPLIT, GAP, PULL, SUMS };

/* y holds the new dual; f of before the step is in `before`. */
static PetscErrorCode take_stock(qv_redpsm *s, const qv_redpsm_numbers *numbers, double *value) {
  const double a = numbers->beta, b = numbers->lambda;
  qv_sum       sum[SUMS] = {0};

  PetscFunctionBegin;
  for (int64_t i = 0; i < s->count; i++) {
    const double *x = s->x + i * s->n, *f = s->frames.f + i * s->n, *y = s->frames.y + i * s->n;
    const double *df = s->frames.denoised + i * s->n, *before = s->before + i * s->n;
    qv_sum_add(&sum[APART], qv_frame_distance2(s->n, x, f));
    qv_sum_add(&sum[MOVED], qv_frame_distance2(s->n, f, before));
    qv_sum_add(&sum[SIZE_F], qv_frame_dot(s->n, f, f));
    qv_sum_add(&sum[SIZE_Y], qv_frame_dot(s->n, y, y));
    memcpy(s->image, y, sizeof *y * (size_t)s->n);
    qv_frame_drift(s->n, x, f, s->image);
    qv_sum_add(&sum[SPLIT], qv_frame_dot(s->n, s->image, s->image));
    qv_frame_combine(s->n, b, f, -b, df, s->image);
    qv_sum_add(&sum[PULL], qv_frame_dot(s->n, s->image, s->image));
    qv_frame_combine(s->n, a, y, -1, s->image, s->image);
    qv_sum_add(&sum[GAP], qv_frame_dot(s->n, s->image, s->image));
  }
  PetscCall(qv_redpsm_join(s, SUMS, sum, value));
  PetscFunctionReturn(0);
}

/* y := X + y, X over-relaxed against the old f. */
static void enter(qv_redpsm *s) {
  const double r = s->options.relax;
  if (s->count) memcpy(s->before, s->frames.f, sizeof *s->before * (size_t)(s->count * s->n));
  qv_frame_combine(s->count * s->n, r, s->x, 1, s->frames.y, s->frames.y);
  if (r != 1) qv_frame_combine(s->count * s->n, 1 - r, s->frames.f, 1, s->frames.y, s->frames.y);
}

PetscErrorCode qv_redpsm_split_anew(qv_redpsm *s) {
  const int64_t n = s->count * s->n;

  PetscFunctionBegin;
  PetscCall(PetscArraycpy(s->frames.f, s->x, n));
  PetscCall(PetscArraycpy(s->frames.denoised, s->x, n));
  PetscCall(PetscArrayzero(s->frames.y, n));
  PetscCall(PetscArrayzero(s->frames.memory, s->count * qv_redpsm_memory(s)));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_split_step(qv_redpsm *s, qv_redpsm_numbers *numbers,
                                    qv_redpsm_report *report) {
  qv_sum rho = {0};
  double value[SUMS];

  PetscFunctionBegin;
  if (s->beta == 0) {
    PetscCall(follow(s, numbers, report));
    PetscFunctionReturn(0);
  }
  enter(s);
  if (s->options.coupling == QV_COUPLING_RED && s->options.red == 0)
    PetscCall(exact_step(s, numbers, &rho));
  else if (s->options.coupling == QV_COUPLING_RED)
    PetscCall(red_steps(s, numbers, &rho));
  else
    PetscCall(other_step(s, numbers, &rho));
  qv_frame_combine(s->count * s->n, 1, s->frames.y, -1, s->frames.f, s->frames.y);
  PetscCall(take_stock(s, numbers, value));
  PetscCall(qv_redpsm_join(s, 1, &rho, &report->regulariser));
  if (s->options.coupling == QV_COUPLING_RED && s->options.red == 0)
    report->regulariser = exact_regulariser(numbers, value[PULL], report->regulariser);
  numbers->primal    = sqrt(value[APART] / value[SIZE_F]);
  numbers->dual      = sqrt(value[MOVED] / (value[SIZE_Y] > 0 ? value[SIZE_Y] : value[SIZE_F]));
  report->split2     = value[SPLIT];
  report->lagrangian = report->objective + numbers->lambda * report->regulariser +
                       0.5 * numbers->beta * (value[SPLIT] - value[SIZE_Y]);
  report->fixed_point = value[PULL] > 0 ? sqrt(value[GAP] / value[PULL]) : 0;
  PetscFunctionReturn(0);
}
