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

/* This rank's frames `first` ... `first` + count - 1, of `s`: what is done to some while they are
 * in the cache. */
typedef struct {
  qv_redpsm        *s;
  qv_redpsm_numbers numbers;
  int64_t           first, count;
  qv_redpsm_frames  v; /* theirs */
  double           *x, *before;
} some_frames;

static some_frames some_of(qv_redpsm *s, const qv_redpsm_numbers *numbers, int64_t first,
                           int64_t count) {
  const int64_t at = first * s->n, memory = first * qv_redpsm_memory(s);
  return (some_frames){.s       = s,
                       .numbers = *numbers,
                       .first   = first,
                       .count   = count,
                       .v       = {.f        = s->frames.f + at,
                                   .y        = s->frames.y + at,
                                   .denoised = s->frames.denoised + at,
                                   .memory   = s->frames.memory + memory},
                       .x       = s->x + at,
                       .before  = s->before + at};
}

static PetscErrorCode denoise(const some_frames *c, const double *x, double *out, qv_sum *rho) {
  PetscFunctionBegin;
  PetscCall(qv_denoiser_apply(c->s->denoiser, c->count, x, c->v.memory, out, rho));
  PetscFunctionReturn(0);
}

/* f from X + y (in y) by `red` steps of RED; D(f) is kept for the next one. */
static PetscErrorCode red_steps(const some_frames *c, qv_sum *rho) {
  const double  lambda = c->numbers.lambda, sum = lambda + c->numbers.beta;
  const int64_t n = c->count * c->s->n;

  PetscFunctionBegin;
  for (int k = 0; k < c->s->options.red; k++) {
    qv_frame_combine(n, lambda / sum, c->v.denoised, c->numbers.beta / sum, c->v.y, c->v.f);
    PetscCall(denoise(c, c->v.f, c->v.denoised, k + 1 == c->s->options.red ? rho : NULL));
  }
  PetscFunctionReturn(0);
}

bool qv_redpsm_is_exact_split(int denoiser) {
  const unsigned traits = qv_denoiser_traits(denoiser);
  return qv_denoiser_has_level(denoiser) && traits & QV_DENOISER_PROX;
}

/* f from X + y (in y), exactly; D(f) is what the stronger denoiser gives. *rho becomes the sums of
 * 1/2 |z - D(f)|^2 + (1 + lambda / beta) r. */
static PetscErrorCode exact_step(const some_frames *c, qv_sum *rho) {
  const double lambda = c->numbers.lambda, beta = c->numbers.beta, sum = lambda + beta;

  PetscFunctionBegin;
  qv_denoiser_strengthen(c->s->denoiser, sum / beta);
  PetscCall(denoise(c, c->v.y, c->v.denoised, rho));
  qv_denoiser_strengthen(c->s->denoiser, 1);
  qv_frame_combine(c->count * c->s->n, lambda / sum, c->v.denoised, beta / sum, c->v.y, c->v.f);
  PetscFunctionReturn(0);
}

/* R(f) from what exact_step left: f - D(f) is z - D(f) over 1 + lambda / beta. */
static double exact_regulariser(const qv_redpsm_numbers *numbers, double pull2, double rho) {
  const double more = 1 + numbers->lambda / numbers->beta;
  const double gap  = 0.5 * pull2 / (numbers->lambda * numbers->lambda); /* 1/2 |f - D(f)|^2 */
  return gap + (rho - more * more * gap) / more;
}

static PetscErrorCode other_step(const some_frames *c, qv_sum *rho) {
  const int64_t n = c->count * c->s->n;

  PetscFunctionBegin;
  if (c->s->options.coupling == QV_COUPLING_PNP) {
    PetscCall(denoise(c, c->v.y, c->v.f, rho));
    PetscFunctionReturn(0);
  }
  const double mu = pow(c->numbers.iteration, -0.1);
  qv_frame_combine(n, 1 - mu, c->v.f, mu, c->v.y, c->v.f);
  PetscCall(denoise(c, c->v.f, c->v.denoised, rho));
  qv_frame_combine(n, 0.5, c->v.f, 0.5, c->v.denoised, c->v.f);
  PetscFunctionReturn(0);
}

enum { APART, MOVED, SIZE_F, SIZE_Y, SPLIT, GAP, PULL, SUMS };

/* y holds the new dual; f of before the step is in `before`. */
static void take_stock(const some_frames *c, qv_sum sum[SUMS]) {
  const double  a = c->numbers.beta, b = c->numbers.lambda;
  const int64_t n    = c->s->n;
  double       *work = c->s->image;
  for (int64_t at = 0; at < c->count * n; at += n) {
    const double *x = c->x + at, *f = c->v.f + at, *y = c->v.y + at, *df = c->v.denoised + at;
    qv_sum_add(&sum[APART], qv_frame_distance2(n, x, f));
    qv_sum_add(&sum[MOVED], qv_frame_distance2(n, f, c->before + at));
    qv_sum_add(&sum[SIZE_F], qv_frame_dot(n, f, f));
    qv_sum_add(&sum[SIZE_Y], qv_frame_dot(n, y, y));
    memcpy(work, y, sizeof *y * (size_t)n);
    qv_frame_drift(n, x, f, work);
    qv_sum_add(&sum[SPLIT], qv_frame_dot(n, work, work));
    qv_frame_combine(n, b, f, -b, df, work);
    qv_sum_add(&sum[PULL], qv_frame_dot(n, work, work));
    qv_frame_combine(n, a, y, -1, work, work);
    qv_sum_add(&sum[GAP], qv_frame_dot(n, work, work));
  }
}

/* y := X + y, X over-relaxed against the old f. */
static void enter(const some_frames *c) {
  const double  r = c->s->options.relax;
  const int64_t n = c->count * c->s->n;
  memcpy(c->before, c->v.f, sizeof *c->before * (size_t)n);
  qv_frame_combine(n, r, c->x, 1, c->v.y, c->v.y);
  if (r != 1) qv_frame_combine(n, 1 - r, c->v.f, 1, c->v.y, c->v.y);
}

/* The f step and the dual step of some frames. */
static PetscErrorCode split_some(const some_frames *c, qv_sum sum[SUMS], qv_sum *rho) {
  PetscFunctionBegin;
  if (c->count) enter(c);
  if (c->s->options.coupling != QV_COUPLING_RED)
    PetscCall(other_step(c, rho));
  else if (c->s->options.red == 0)
    PetscCall(exact_step(c, rho));
  else
    PetscCall(red_steps(c, rho));
  qv_frame_combine(c->count * c->s->n, 1, c->v.y, -1, c->v.f, c->v.y);
  take_stock(c, sum);
  PetscFunctionReturn(0);
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
  qv_sum sum[SUMS] = {0}, rho = {0};
  double value[SUMS];

  PetscFunctionBegin;
  if (s->beta == 0) {
    PetscCall(follow(s, numbers, report));
    PetscFunctionReturn(0);
  }
  if (qv_denoiser_traits(s->options.denoiser.name) & QV_DENOISER_JOINT) {
    const some_frames all = some_of(s, numbers, 0, s->count);
    PetscCall(split_some(&all, sum, &rho));
  } else
    for (int64_t i = 0; i < s->count; i++) {
      const some_frames one = some_of(s, numbers, i, 1);
      PetscCall(split_some(&one, sum, &rho));
    }
  PetscCall(qv_redpsm_join(s, SUMS, sum, value));
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
