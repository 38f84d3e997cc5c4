/* SPDX-License-Identifier: GPL-3.0-or-later
 * F2SA (Kwon, Kwon, Wright & Nowak, ICML 2023): gradients alone. With the penalty p, w follows the
 * minimum of f/p + g and y that of g, and x descends along dF/dx(x, w) + p (dG/dx(x, w) -
 * dG/dx(x, y)), both by one batch. Its bias is of the order 1/p. */
#include "optim/bilevel/method.h"

enum { Y, W };

/* w -= nu (dG/dy(x, w) + dF/dy(x, w)/p) */
static PetscErrorCode step_w(qv_walk *w, double penalty, int64_t k) {
  const int64_t  draw  = w->iteration * (int64_t)w->setting[QV_SETTING_STEPS] + k;
  const qv_batch lower = qv_method_batch(w, QV_STREAM_PRODUCT, draw);
  const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_Y, draw);
  const double   nu    = qv_method_step(w, QV_SETTING_NU);
  double        *v = w->lower_v[W], *gradient = w->work_lower[0], *slope = w->work_lower[1];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x        = w->upper[0],
                                                   .y        = v,
                                                   .lower    = &lower,
                                                   .upper    = &upper,
                                                   .gradient = gradient,
                                                   .upper_y  = slope}));
  for (int64_t i = 0; i < w->task->n_lower; i++) v[i] -= nu * (gradient[i] + slope[i] / penalty);
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  const double penalty =
    w->params->method.penalty + w->params->method.growth * (double)w->iteration;
  const int64_t  steps     = (int64_t)w->setting[QV_SETTING_STEPS];
  const qv_batch lower     = qv_method_batch(w, QV_STREAM_CROSS, w->iteration);
  const qv_batch upper     = qv_method_batch(w, QV_STREAM_UPPER_X, w->iteration);
  double        *direction = w->work_upper[0], *above = w->work_upper[1], *at = w->work_upper[2];

  PetscFunctionBegin;
  for (int64_t k = 0; k < steps; k++) PetscCall(step_w(w, penalty, k));
  PetscCall(qv_method_lower(w, steps));
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x       = w->upper[0],
                                                   .y       = w->lower_v[W],
                                                   .lower   = &lower,
                                                   .upper   = &upper,
                                                   .lower_x = above,
                                                   .upper_x = direction}));
  PetscCall(qv_task_evaluate(
    w->task, &(qv_oracle){.x = w->upper[0], .y = w->lower_v[Y], .lower = &lower, .lower_x = at}));
  for (int64_t i = w->task->first; i < w->task->end; i++)
    direction[i] += penalty * (above[i] - at[i]);
  PetscCall(qv_method_move(w, qv_method_step(w, QV_SETTING_ETA), direction));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_f2sa;
const qv_method qv_method_f2sa = {.upper = 1, .lower = 2, .penalised = true, .iterate = iterate};
