/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hyper-cleaning: g = mean_i sigmoid(lambda_i) CE(x_i W, t_i) + l2 |W|^2 over training samples
 * whose labels may be wrong, f = mean_j CE(v_j W, u_j) over a clean validation set. Each rank owns
 * the lambda of its own samples. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/corrupt.h"
#include "optim/bilevel/logistic.h"
#include "solvers/parallel/sum.h"

static const qv_choice merits[] = {
  {"validation_accuracy", "part of the validation samples whose class is found"},
  {"test_accuracy", "part of the test samples whose class is found"},
  {"weight_clean", "mean weight of the training samples whose label is true"},
  {"weight_corrupted", "mean weight of the training samples whose label is wrong"},
  {NULL, NULL}};

static PetscErrorCode setup(qv_task *task) {
  qv_logistic *l;

  PetscFunctionBegin;
  PetscCall(qv_logistic_create(task, &l));
  task->data = l;
  if (qv_diag_count(task->diag)) PetscFunctionReturn(0);
  const qv_split *train = l->data.split[QV_TRAIN];
  task->n_upper         = train->n;
  task->n_lower         = l->n;
  task->first           = train->first;
  task->end             = train->end;
  task->lower_rank      = 2;
  task->lower_shape[0]  = l->lines;
  task->lower_shape[1]  = l->classes;
  task->lower_axes[0]   = "feature";
  task->lower_axes[1]   = "class";
  task->upper_axis      = "sample";
  task->convexity       = task->params->task.bias ? 0 : 2 * task->params->task.l2;
  PetscCall(qv_corrupt_flag(task, train->n, train->label, l->data.truth));
  PetscFunctionReturn(0);
}

/* Length of W without the bias's line. */
static int64_t penalised(const qv_task *task) {
  const qv_logistic *l = task->data;
  return l->data.features.n * l->classes;
}

static void add_ridge(const qv_task *task, const double *w, double *v) {
  const int64_t n  = penalised(task);
  const double  l2 = 2 * task->params->task.l2;
  for (int64_t i = 0; i < n; i++) v[i] += l2 * w[i];
}

static PetscErrorCode evaluate(qv_task *task, const qv_oracle *o) {
  qv_logistic *l = task->data;

  PetscFunctionBegin;
  if (o->lower) {
    PetscCall(qv_logistic_lower(task, l, o, o->x));
    if (o->gradient) add_ridge(task, o->y, o->gradient);
    if (o->product) add_ridge(task, o->z, o->product);
    if (o->lower_value)
      *o->lower_value += task->params->task.l2 * qv_task_lower_dot(penalised(task), o->y, o->y);
  }
  if (o->upper && o->upper_x) /* f does not see lambda */
    memset(o->upper_x + task->first, 0, (size_t)(task->end - task->first) * sizeof(double));
  if (o->upper) PetscCall(qv_logistic_upper(task, l, o));
  PetscFunctionReturn(0);
}

static PetscErrorCode start(qv_task *task, double *x) {
  PetscFunctionBegin;
  for (int64_t i = task->first; i < task->end; i++) x[i] = task->params->task.start;
  PetscFunctionReturn(0);
}

/* Mean weight of the samples whose label is true, and of the others. */
static PetscErrorCode mean_weights(qv_task *task, const double *x, double mean[2]) {
  qv_sum  sum[2]   = {{{0}}, {{0}}};
  int64_t count[2] = {0};

  PetscFunctionBegin;
  for (int64_t i = 0; i < task->n_upper; i++) count[task->flag[i]]++;
  for (int64_t i = task->first; i < task->end; i++)
    qv_sum_add(&sum[task->flag[i]], 1 / (1 + exp(-x[i])));
  PetscCall(qv_sum_join(task->comm, 2, sum));
  for (int k = 0; k < 2; k++) mean[k] = count[k] ? qv_sum_round(&sum[k]) / (double)count[k] : NAN;
  PetscFunctionReturn(0);
}

static PetscErrorCode measure(qv_task *task, const double *x, const double *y, double *value) {
  qv_logistic *l = task->data;

  PetscFunctionBegin;
  value[1] = value[2] = value[3] = NAN;
  PetscCall(qv_logistic_accuracy(task, l, l->data.split[QV_VALIDATION], y, &value[0]));
  if (l->data.split[QV_TEST])
    PetscCall(qv_logistic_accuracy(task, l, l->data.split[QV_TEST], y, &value[1]));
  if (task->flag) PetscCall(mean_weights(task, x, &value[2]));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  qv_logistic *l = task->data;

  PetscFunctionBegin;
  PetscCall(qv_logistic_destroy(&l));
  PetscCall(PetscFree(task->flag));
  task->data = NULL;
  PetscFunctionReturn(0);
}

extern const qv_task_kind qv_task_cleaning;
const qv_task_kind        qv_task_cleaning = {.setup      = setup,
                                              .evaluate   = evaluate,
                                              .start      = start,
                                              .measure    = measure,
                                              .destroy    = destroy,
                                              .merits     = merits,
                                              .stochastic = true,
                                              .penalised  = true,
                                              .weighs     = true};
