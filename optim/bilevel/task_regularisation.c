/* SPDX-License-Identifier: GPL-3.0-or-later
 * Selection of regularisation: g = mean_i CE(a_i y, t_i) + 1/2 sum over entries of y of e^x times
 * its square, x of its feature, of its class, or one for all; f = mean_j CE over the validation
 * set. With a weight a feature y is a vector, of binary logistic regression: its scores are (0,
 * ay). A bias is not regularised. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/logistic.h"

typedef struct {
  qv_logistic *logistic;
  int64_t      width;     /* columns of y: the classes, or 1 */
  int64_t      penalised; /* entries of y without the bias */
  double      *wide[4];   /* W, Z, gradient, product of the logistic loss where y is a vector */
} choosing;

static const qv_choice merits[] = {
  {"validation_accuracy", "part of the validation samples whose class is found"},
  {"test_accuracy", "part of the test samples whose class is found"},
  {NULL, NULL}};

static void set_shape(qv_task *task, const choosing *c) {
  const int     per    = task->params->task.per;
  const int64_t lines  = c->logistic->lines;
  task->n_lower        = lines * c->width;
  task->n_upper        = per == QV_PER_FEATURE ? c->logistic->data.features.n
                         : per == QV_PER_CLASS ? c->width
                                               : 1;
  task->first          = 0;
  task->end            = task->n_upper;
  task->shared         = true;
  task->lower_rank     = per == QV_PER_FEATURE ? 1 : 2;
  task->lower_shape[0] = lines;
  task->lower_shape[1] = c->width;
  task->lower_axes[0]  = "feature";
  task->lower_axes[1]  = "class";
  task->upper_axis = per == QV_PER_FEATURE ? "feature" : per == QV_PER_CLASS ? "class" : "scalar";
  if (per == QV_PER_FEATURE && task->params->task.bias) task->lower_axes[0] = "line";
}

static PetscErrorCode setup(qv_task *task) {
  choosing *c;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  task->data = c;
  PetscCall(qv_logistic_create(task, &c->logistic));
  if (qv_diag_count(task->diag)) PetscFunctionReturn(0);
  const qv_logistic *l = c->logistic;
  c->width             = task->params->task.per == QV_PER_FEATURE ? 1 : l->classes;
  c->penalised         = l->data.features.n * c->width;
  for (int k = 0; k < 4; k++) PetscCall(PetscCalloc1((size_t)l->n, &c->wide[k]));
  set_shape(task, c);
  PetscFunctionReturn(0);
}

/* The weight e^x of entry i of y. */
static double weight_of(const qv_task *task, const choosing *c, const double *x, int64_t i) {
  switch (task->params->task.per) {
    case QV_PER_FEATURE:
      return exp(x[i]);
    case QV_PER_CLASS:
      return exp(x[i % c->width]);
    default:
      return exp(x[0]);
  }
}

/* y into the second of two columns; and back. */
static void widen(int64_t lines, const double *y, double *w) {
  for (int64_t k = 0; k < lines; k++) w[2 * k + 1] = y[k];
}

static void narrow(int64_t lines, const double *w, double *y) {
  for (int64_t k = 0; k < lines; k++) y[k] = w[2 * k + 1];
}

/* The logistic part, whatever the shape of y. */
static PetscErrorCode evaluate_losses(qv_task *task, choosing *c, const qv_oracle *o) {
  const int64_t lines = c->logistic->lines;
  qv_oracle     inner = *o;

  PetscFunctionBegin;
  inner.cross = NULL;
  if (c->width == 1) {
    widen(lines, o->y, c->wide[0]);
    if (o->z) widen(lines, o->z, c->wide[1]);
    inner.y = c->wide[0];
    inner.z = o->z ? c->wide[1] : NULL;
    if (o->gradient) inner.gradient = c->wide[2];
    if (o->product) inner.product = c->wide[3];
  }
  if (o->lower && (o->gradient || o->product || o->lower_value))
    PetscCall(qv_logistic_lower(task, c->logistic, &inner, NULL));
  if (c->width == 1) {
    if (o->gradient) narrow(lines, c->wide[2], o->gradient);
    if (o->product) narrow(lines, c->wide[3], o->product);
    if (o->upper_y) inner.upper_y = c->wide[2];
  }
  if (o->upper) PetscCall(qv_logistic_upper(task, c->logistic, &inner));
  if (c->width == 1 && o->upper && o->upper_y) narrow(lines, c->wide[2], o->upper_y);
  PetscFunctionReturn(0);
}

/* result_j = factor e^x times the sum over its entries of y v */
static void sum_weighted(const qv_task *task, const qv_oracle *o, const double *v, double factor,
                         double *result) {
  const choosing *c   = task->data;
  const int       per = task->params->task.per;
  memset(result, 0, (size_t)task->n_upper * sizeof *result);
  for (int64_t i = 0; i < c->penalised; i++) {
    const int64_t j = per == QV_PER_FEATURE ? i : per == QV_PER_CLASS ? i % c->width : 0;
    result[j] += o->y[i] * v[i];
  }
  for (int64_t j = 0; j < task->n_upper; j++) result[j] *= factor * exp(o->x[j]);
}

static PetscErrorCode evaluate(qv_task *task, const qv_oracle *o) {
  choosing *c      = task->data;
  double    square = 0;

  PetscFunctionBegin;
  PetscCall(evaluate_losses(task, c, o));
  for (int64_t i = 0; o->lower && i < c->penalised; i++) {
    const double weight = weight_of(task, c, o->x, i);
    if (o->gradient) o->gradient[i] += weight * o->y[i];
    if (o->product) o->product[i] += weight * o->z[i];
    square += weight * o->y[i] * o->y[i];
  }
  if (o->lower && o->lower_value) *o->lower_value += square / 2;
  if (o->lower && o->cross) sum_weighted(task, o, o->z, 1, o->cross);
  if (o->lower && o->lower_x) sum_weighted(task, o, o->y, 0.5, o->lower_x);
  if (o->upper && o->upper_x) memset(o->upper_x, 0, (size_t)task->n_upper * sizeof(double));
  PetscFunctionReturn(0);
}

static PetscErrorCode measure(qv_task *task, const double *x, const double *y, double *value) {
  choosing     *c = task->data;
  qv_logistic  *l = c->logistic;
  const double *w = y;

  PetscFunctionBegin;
  (void)x;
  value[1] = NAN;
  if (c->width == 1) {
    widen(l->lines, y, c->wide[0]);
    w = c->wide[0];
  }
  PetscCall(qv_logistic_accuracy(task, l, l->data.split[QV_VALIDATION], w, &value[0]));
  if (l->data.split[QV_TEST])
    PetscCall(qv_logistic_accuracy(task, l, l->data.split[QV_TEST], w, &value[1]));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  choosing *c = task->data;

  PetscFunctionBegin;
  if (!c) PetscFunctionReturn(0);
  PetscCall(qv_logistic_destroy(&c->logistic));
  for (int k = 0; k < 4; k++) PetscCall(PetscFree(c->wide[k]));
  PetscCall(PetscFree(task->data));
  PetscFunctionReturn(0);
}

extern const qv_task_kind qv_task_regularisation;
const qv_task_kind        qv_task_regularisation = {.setup      = setup,
                                                    .evaluate   = evaluate,
                                                    .start      = qv_task_start,
                                                    .measure    = measure,
                                                    .destroy    = destroy,
                                                    .merits     = merits,
                                                    .stochastic = true,
                                                    .penalised  = true};
