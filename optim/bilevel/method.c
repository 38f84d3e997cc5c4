/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/method.h"

#include <math.h>

#include "solvers/parallel/agree.h"

const qv_choice qv_method_words[] = {
#define QV_METHOD(name, word, doc) {word, doc},
#include "optim/bilevel/methods.def"
#undef QV_METHOD
  {NULL, NULL}};

#define QV_METHOD(name, word, doc) extern const qv_method qv_method_##name;
#include "optim/bilevel/methods.def"
#undef QV_METHOD

const qv_method *const qv_methods[] = {
#define QV_METHOD(name, word, doc) &qv_method_##name,
#include "optim/bilevel/methods.def"
#undef QV_METHOD
  NULL};

qv_batch qv_method_batch(const qv_walk *walk, int stream, int64_t index) {
  return (qv_batch){.stream = walk->stream[stream],
                    .index  = index,
                    .size   = (int64_t)walk->setting[QV_SETTING_BATCH]};
}

double qv_method_step(const qv_walk *w, int setting) {
  const double  lower = w->params->method.lower_decay, all = w->params->method.decay;
  const double  power  = setting == QV_SETTING_ETA || isnan(lower) ? all : lower;
  const int64_t every  = w->params->method.decay_every;
  double        factor = 1;
  if (every != QV_UNSET_INT && every > 0)
    factor = pow(w->params->method.decay_by, (double)(w->iteration / every));
  if (!(power > 0)) return factor * w->setting[setting];
  return factor * w->setting[setting] / pow((double)(w->iteration + 1), power);
}

/* The optimizer's step along its own direction. */
static PetscErrorCode move_by_optimizer(qv_walk *w, double size, const double *gradient) {
  const qv_optimizer *o     = &w->params->optimizer;
  const int64_t       first = w->task->first, n = w->task->end - first;
  double             *direction = w->work_upper[QV_WORK_UPPER - 1], norm = 0;
  double             *moment[QV_OPTIMIZER_MOMENTS] = {NULL};

  PetscFunctionBegin;
  for (int k = 0; k < qv_optimizer_moments(o->name); k++) moment[k] = w->moment[k] + first;
  qv_optimizer_aim(o, w->iteration + 1, n, gradient + first, moment, direction + first);
  if (o->name == QV_OPTIMIZER_LION) {
    if (o->k == QV_LION_BALL) PetscCall(qv_task_norm(w->task, direction, &norm));
    PetscCall(qv_optimizer_slope(o, n, norm, direction + first));
    if (o->k == QV_LION_NUCLEAR) /* LAPACK may differ in bits from one host to another */
      PetscCall(qv_agree_broadcast(w->task->comm, direction, n, sizeof *direction));
  }
  qv_optimizer_move(o, size, n, direction + first, w->upper[0] + first);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_method_move(qv_walk *w, double size, const double *direction) {
  double *x = w->upper[0];

  PetscFunctionBegin;
  PetscCall(qv_task_norm(w->task, direction, &w->momentum));
  if (w->params->optimizer.name > QV_OPTIMIZER_SGD) {
    PetscCall(move_by_optimizer(w, size, direction));
    PetscFunctionReturn(0);
  }
  for (int64_t i = w->task->first; i < w->task->end; i++) x[i] -= size * direction[i];
  PetscFunctionReturn(0);
}

PetscErrorCode qv_method_descend(qv_walk *w, const double *z) {
  const qv_batch lower = qv_method_batch(w, QV_STREAM_CROSS, w->iteration);
  const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_X, w->iteration);
  double        *cross = w->work_upper[0], *direction = w->work_upper[1];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x       = w->upper[0],
                                                   .y       = w->lower_v[0],
                                                   .z       = z,
                                                   .lower   = &lower,
                                                   .upper   = &upper,
                                                   .cross   = cross,
                                                   .upper_x = direction}));
  for (int64_t i = w->task->first; i < w->task->end; i++) direction[i] -= cross[i];
  PetscCall(qv_method_move(w, qv_method_step(w, QV_SETTING_ETA), direction));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_method_lower(qv_walk *w, int64_t steps) {
  const double size     = qv_method_step(w, QV_SETTING_GAMMA);
  double      *gradient = w->work_lower[0], *y = w->lower_v[0];

  PetscFunctionBegin;
  for (int64_t k = 0; k < steps; k++) {
    const qv_batch batch = qv_method_batch(w, QV_STREAM_LOWER, w->lower_steps++);
    PetscCall(qv_task_evaluate(
      w->task, &(qv_oracle){.x = w->upper[0], .y = y, .lower = &batch, .gradient = gradient}));
    for (int64_t i = 0; i < w->task->n_lower; i++) y[i] -= size * gradient[i];
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_method_neumann(qv_walk *w, const double *x, const double *y, int64_t terms,
                                 double *z) {
  const int64_t  n     = w->task->n_lower;
  const double   nu    = qv_method_step(w, QV_SETTING_NU);
  const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_Y, w->iteration);
  double        *term = w->work_lower[0], *product = w->work_lower[1];

  PetscFunctionBegin;
  PetscCall(
    qv_task_evaluate(w->task, &(qv_oracle){.x = x, .y = y, .upper = &upper, .upper_y = term}));
  for (int64_t i = 0; i < n; i++) z[i] = nu * term[i];
  for (int64_t q = 0; q < terms; q++) {
    const qv_batch lower = qv_method_batch(w, QV_STREAM_PRODUCT, w->iteration * terms + q);
    PetscCall(qv_task_evaluate(
      w->task, &(qv_oracle){.x = x, .y = y, .z = term, .lower = &lower, .product = product}));
    for (int64_t i = 0; i < n; i++) {
      term[i] -= nu * product[i];
      z[i] += nu * term[i];
    }
  }
  PetscFunctionReturn(0);
}
