/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/scalar.h"

#include "optim/bilevel/noise.h"

PetscErrorCode qv_scalar_setup(qv_task *task) {
  PetscFunctionBegin;
  task->shared  = true;
  task->n_upper = task->end = task->n_lower = 1;
  task->batch[0] = task->batch[1] = 1;
  task->lower_rank                = 1;
  task->lower_shape[0]            = 1;
  task->lower_axes[0]             = "lower_index";
  task->convexity                 = 1;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scalar_evaluate(qv_task *task, const qv_scalar *scalar, const qv_oracle *o) {
  const qv_scalar_point p = scalar->at(task->params, o->x[0], o->y[0]);

  PetscFunctionBegin;
  if (o->gradient) o->gradient[0] = p.g_y;
  if (o->lower_x) o->lower_x[0] = p.g_x;
  if (o->product) o->product[0] = p.g_yy * o->z[0] - (o->fold ? p.f_y : 0);
  if (o->cross) o->cross[0] = p.g_xy * o->z[0];
  if (o->upper_x) o->upper_x[0] = p.f_x;
  if (o->upper_y) o->upper_y[0] = p.f_y;
  if (o->lower_value) *o->lower_value = p.g;
  if (o->upper_value) *o->upper_value = p.f;
  qv_noise_apart(task, o, task->params->task.noise, task->params->task.noise_others);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scalar_answer(qv_task *task, const qv_scalar *scalar, const double *x, double *y,
                                double *hypergradient) {
  PetscFunctionBegin;
  y[0]             = scalar->lower(task->params, x[0]);
  hypergradient[0] = scalar->slope(task->params, x[0]);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scalar_destroy(qv_task *task) {
  PetscFunctionBegin;
  (void)task; /* nothing is its own */
  PetscFunctionReturn(0);
}
