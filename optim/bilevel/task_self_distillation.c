/* SPDX-License-Identifier: GPL-3.0-or-later
 * Self-distillation without end (distillation.h): x is the share alpha of the first targets, y the
 * coefficients of the kernel, g = lambda |y|^2/2 + max(x, 0) y'Ky/2 - x y't, f the loss. y* is
 * alpha (alpha K + lambda I)^-1 t, ridge regression with lambda/alpha; for x < 0, where the
 * published problem ends, x t/lambda, its continuation with one derivative. g is lambda-strongly
 * convex in y at any x. All is equal on all ranks; noise on the oracles. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/dense.h"
#include "optim/bilevel/distillation.h"
#include "optim/bilevel/noise.h"

typedef struct {
  qv_distillation *problem;
  double          *along, *slope; /* work: K times a vector, df/dy */
} distilling;

static PetscErrorCode setup(qv_task *task) {
  const qv_reals             *target = &task->params->task.targets;
  const qv_distillation_input input  = {.n      = target->n,
                                        .target = target->value,
                                        .gamma  = task->params->task.sharpness,
                                        .lambda = task->params->task.l2};
  distilling                 *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  task->data = s;
  PetscCall(qv_distillation_create(&input, &s->problem));
  task->shared  = true;
  task->n_upper = task->end = 1;
  task->n_lower = task->lower_shape[0] = s->problem->n;
  task->batch[0] = task->batch[1] = 1;
  task->lower_rank                = 1;
  task->lower_axes[0]             = "sample";
  task->convexity                 = s->problem->lambda;
  task->steps                     = task->params->task.length;
  PetscCall(PetscMalloc2((size_t)task->n_lower, &s->along, (size_t)task->n_lower, &s->slope));
  PetscFunctionReturn(0);
}

static double dot(int64_t n, const double *a, const double *b) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

static void evaluate_lower(distilling *s, const qv_oracle *o) {
  const qv_distillation *p = s->problem;
  const int64_t          n = p->n;
  const double           x = o->x[0], positive = fmax(x, 0), inside = x >= 0;

  memset(s->along, 0, (size_t)n * sizeof(double));
  qv_dense_add(n, n, 1, p->kernel, o->y, s->along);
  const double form = dot(n, s->along, o->y), linear = dot(n, p->target, o->y);
  for (int64_t i = 0; o->gradient && i < n; i++)
    o->gradient[i] = p->lambda * o->y[i] + positive * s->along[i] - x * p->target[i];
  if (o->lower_x) o->lower_x[0] = inside * 0.5 * form - linear;
  if (o->lower_value)
    *o->lower_value = 0.5 * p->lambda * dot(n, o->y, o->y) + 0.5 * positive * form - x * linear;
  if (o->cross) o->cross[0] = inside * dot(n, s->along, o->z) - dot(n, p->target, o->z);
  for (int64_t i = 0; o->product && i < n; i++) o->product[i] = p->lambda * o->z[i];
  if (o->product) qv_dense_add(n, n, positive, p->kernel, o->z, o->product);
}

static PetscErrorCode evaluate(qv_task *task, const qv_oracle *o) {
  distilling *s      = task->data;
  const bool  folded = o->fold && o->product;
  double      loss;

  PetscFunctionBegin;
  if (o->lower) evaluate_lower(s, o);
  if (o->upper && (o->upper_y || o->upper_value || folded))
    qv_distillation_loss(s->problem, o->y, &loss, s->slope);
  for (int64_t i = 0; o->upper && folded && i < task->n_lower; i++) o->product[i] -= s->slope[i];
  if (o->upper && o->upper_y) memcpy(o->upper_y, s->slope, (size_t)task->n_lower * sizeof(double));
  if (o->upper && o->upper_value) *o->upper_value = loss;
  if (o->upper_x) o->upper_x[0] = 0;
  qv_noise_on(task, o, task->params->task.noise);
  PetscFunctionReturn(0);
}

static PetscErrorCode answer(qv_task *task, const double *x, double *y, double *hypergradient) {
  distilling            *s        = task->data;
  const qv_distillation *p        = s->problem;
  const double           positive = fmax(x[0], 0);
  double                 loss;

  PetscFunctionBegin;
  PetscCall(qv_distillation_solve(p, positive, x[0], p->target, y));
  qv_distillation_loss(p, y, &loss, s->slope);
  PetscCall(qv_distillation_solve(p, positive, 1, s->slope, s->slope));
  memset(s->along, 0, (size_t)p->n * sizeof(double));
  if (x[0] >= 0) qv_dense_add(p->n, p->n, 1, p->kernel, y, s->along);
  hypergradient[0] = dot(p->n, p->target, s->slope) - dot(p->n, s->along, s->slope);
  PetscFunctionReturn(0);
}

static PetscErrorCode trace(qv_task *task, const double *x, double *loss) {
  const distilling *s = task->data;

  PetscFunctionBegin;
  PetscCall(qv_distillation_trace(s->problem, x[0], task->steps, loss));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  distilling *s = task->data;

  PetscFunctionBegin;
  if (s) {
    PetscCall(qv_distillation_destroy(&s->problem));
    PetscCall(PetscFree2(s->along, s->slope));
  }
  PetscCall(PetscFree(task->data));
  PetscFunctionReturn(0);
}

static const qv_choice traced = {"distillation_loss",
                                 "loss after 1, 2, ... steps of self-distillation"};

extern const qv_task_kind qv_task_self_distillation;
const qv_task_kind        qv_task_self_distillation = {.setup      = setup,
                                                       .evaluate   = evaluate,
                                                       .start      = qv_task_start,
                                                       .answer     = answer,
                                                       .trace      = trace,
                                                       .traced     = &traced,
                                                       .destroy    = destroy,
                                                       .stochastic = true,
                                                       .penalised  = true};
