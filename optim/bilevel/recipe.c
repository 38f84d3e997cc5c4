/* SPDX-License-Identifier: GPL-3.0-or-later
 * Step sizes from constants that are estimated at the start: the curvature of the lower level by
 * Lanczos, the noise of its gradient by some draws, the size of its answer by an exact solve. */
#include <math.h>

#include "optim/bilevel/method.h"

enum { PROBES = 16 };

/* What the recipe is made of. */
typedef struct {
  double mu, smoothness, noise; /* of g: mu, l_g1, sigma_g1 */
  double distance;              /* |y* - y| at the start: D0 */
} constants;

static double known(double value, double otherwise) {
  return isnan(value) ? otherwise : value;
}

static double counted(int64_t value, double otherwise) {
  return value == QV_UNSET_INT ? otherwise : (double)value;
}

/* The root mean square of |dG/dy - dg/dy| over some batches at (x, y). */
static PetscErrorCode probe_noise(qv_walk *w, const double *y, double *noise) {
  const int64_t n    = w->task->n_lower;
  double       *mean = w->work_lower[1], *one = w->work_lower[2], sum = 0;
  const double *x = w->upper[0];

  PetscFunctionBegin;
  *noise = 0;
  if (qv_method_batch(w, QV_STREAM_PROBE, 0).size == 0) PetscFunctionReturn(0);
  PetscCall(qv_task_evaluate(
    w->task, &(qv_oracle){.x = x, .y = y, .lower = &qv_task_everything, .gradient = mean}));
  for (int k = 0; k < PROBES; k++) {
    const qv_batch batch = qv_method_batch(w, QV_STREAM_PROBE, k);
    PetscCall(
      qv_task_evaluate(w->task, &(qv_oracle){.x = x, .y = y, .lower = &batch, .gradient = one}));
    for (int64_t i = 0; i < n; i++) one[i] -= mean[i];
    sum += qv_task_lower_dot(n, one, one);
  }
  *noise = sqrt(sum / PROBES);
  PetscFunctionReturn(0);
}

static PetscErrorCode estimate(qv_walk *w, constants *c) {
  double         *y = w->work_lower[0], *from = w->work_lower[3];
  qv_lower_report report;

  PetscFunctionBegin;
  for (int64_t i = 0; i < w->task->n_lower; i++) y[i] = 0;
  PetscCall(qv_lower_solve(w->lower, w->upper[0], 1e-8, y, &report));
  for (int64_t i = 0; i < w->task->n_lower; i++) from[i] = y[i] - w->lower_v[0][i];
  c->distance = qv_task_lower_norm(w->task->n_lower, from);
  PetscCall(qv_task_evaluate(
    w->task,
    &(qv_oracle){.x = w->upper[0], .y = y, .upper = &qv_task_everything, .upper_y = from}));
  PetscCall(qv_spectrum_estimate(w->task, w->upper[0], y, from, &c->mu, &c->smoothness));
  if (w->task->convexity > 0) c->mu = w->task->convexity; /* known, while Lanczos sees a part */
  PetscCall(probe_noise(w, y, &c->noise));
  PetscFunctionReturn(0);
}

/* The lower level: gamma, N, I, R. */
static void fill_lower(const qv_walk *w, const constants *c, double *s) {
  const double eps = s[QV_SETTING_TRACKING], kappa = c->smoothness / c->mu;
  const double quiet  = c->noise > 0 ? c->mu * eps * eps / (8 * c->noise * c->noise) : INFINITY;
  s[QV_SETTING_GAMMA] = known(w->params->method.gamma, fmin(0.5 / c->smoothness, quiet));
  s[QV_SETTING_NU]    = known(w->params->method.nu, s[QV_SETTING_GAMMA]);
  s[QV_SETTING_PERIOD] =
    counted(w->params->method.period, fmax(1, floor(eps / (2 * kappa * s[QV_SETTING_ETA]))));
  s[QV_SETTING_STEPS_UNCAPPED] = ceil(8 / (c->mu * s[QV_SETTING_GAMMA]));
  const double most            = (double)w->params->method.budget * s[QV_SETTING_PERIOD];
  s[QV_SETTING_STEPS] = counted(w->params->method.steps, fmin(s[QV_SETTING_STEPS_UNCAPPED], most));
  s[QV_SETTING_RADIUS] =
    known(w->params->method.radius, 2 * eps + kappa * s[QV_SETTING_PERIOD] * s[QV_SETTING_ETA]);
}

/* Epoch-SGD. Its epochs together are capped as the updates are: by the budget of all iterations. */
static void fill_start(const qv_walk *w, const constants *c, double *s) {
  const double ratio        = c->distance > 0 ? c->distance / s[QV_SETTING_TRACKING] : 1;
  s[QV_SETTING_INIT_GAMMA]  = known(w->params->method.init_gamma, 0.5 / c->smoothness);
  s[QV_SETTING_INIT_RADIUS] = known(w->params->method.init_radius, 2 * c->distance);
  s[QV_SETTING_INIT_EPOCHS] = counted(w->params->method.init_epochs, ceil(2 * log2(ratio)));
  const double asked        = ceil(8 / (c->mu * s[QV_SETTING_INIT_GAMMA]));
  const double epochs       = exp2(s[QV_SETTING_INIT_EPOCHS]) - 1;
  const double all = (double)w->params->method.budget * (double)w->params->method.iterations;
  s[QV_SETTING_INIT_STEPS_UNCAPPED] = asked;
  s[QV_SETTING_INIT_STEPS] =
    counted(w->params->method.init_steps, fmax(1, fmin(asked, floor(all / fmax(epochs, 1)))));
}

/* As the deck says; the start is skipped where it says nothing. */
static void fill_given(const qv_walk *w, double *s) {
  s[QV_SETTING_NU]          = w->params->method.nu;
  s[QV_SETTING_GAMMA]       = w->params->method.gamma;
  s[QV_SETTING_PERIOD]      = counted(w->params->method.period, 1);
  s[QV_SETTING_STEPS]       = counted(w->params->method.steps, 1);
  s[QV_SETTING_RADIUS]      = known(w->params->method.radius, INFINITY);
  s[QV_SETTING_INIT_GAMMA]  = known(w->params->method.init_gamma, s[QV_SETTING_GAMMA]);
  s[QV_SETTING_INIT_RADIUS] = known(w->params->method.init_radius, INFINITY);
  s[QV_SETTING_INIT_EPOCHS] = counted(w->params->method.init_epochs, 0);
  s[QV_SETTING_INIT_STEPS]  = counted(w->params->method.init_steps, 0);
}

PetscErrorCode qv_recipe_fill(qv_walk *w, double *s) {
  constants c     = {0};
  double    batch = counted(w->params->method.batch, w->task->samples ? 512 : 1);

  PetscFunctionBegin;
  for (int k = 0; k < QV_SETTINGS; k++) s[k] = NAN;
  if (w->task->samples && batch >= (double)w->task->samples) batch = 0;
  s[QV_SETTING_BATCH] = batch;
  s[QV_SETTING_BETA]  = w->params->method.beta; /* NaN where it has no meaning */
  s[QV_SETTING_ETA]   = known(w->params->method.eta, 64 * sqrt((double)w->task->n_upper) /
                                                       (double)w->params->method.iterations);
  if (qv_methods[w->params->method.name]->weighs) s[QV_SETTING_ETA] = NAN; /* x takes no steps */
  if (w->params->method.parameters != QV_PARAMETERS_RECIPE) {
    fill_given(w, s);
    PetscFunctionReturn(0);
  }
  w->setting = s;
  PetscCall(estimate(w, &c));
  s[QV_SETTING_CONVEXITY]  = c.mu;
  s[QV_SETTING_SMOOTHNESS] = c.smoothness;
  s[QV_SETTING_NOISE]      = c.noise;
  s[QV_SETTING_TRACKING]   = c.distance > 0 ? 0.1 * c.distance : 0.1;
  fill_lower(w, &c, s);
  fill_start(w, &c, s);
  if (w->params->method.mode != QV_MODE_COMPAT) PetscFunctionReturn(0);
  s[QV_SETTING_RADIUS]      = known(w->params->method.radius, INFINITY);
  s[QV_SETTING_INIT_EPOCHS] = counted(w->params->method.init_epochs, 0);
  PetscFunctionReturn(0);
}

bool qv_recipe_extends(const qv_bilevel_params *params, const double *s) {
  if (params->method.parameters != QV_PARAMETERS_RECIPE) return true;
  const bool uncapped = s[QV_SETTING_INIT_STEPS] >= s[QV_SETTING_INIT_STEPS_UNCAPPED];
  return !isnan(params->method.eta) && (uncapped || params->method.init_steps != QV_UNSET_INT);
}
