/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weights from the history of losses, without an upper level: samples whose running mean lies
 * `outlier` standard deviations above the mean of all count less. x holds the logits of the
 * weights. */
#include <math.h>

#include "optim/bilevel/method.h"

enum { X, MEAN, UPPER };

/* The logit of 1 - 2^-20 stands for weight 1. */
static double full(void) {
  return log(0x1p20 - 1);
}

static PetscErrorCode begin(qv_walk *w) {
  PetscFunctionBegin;
  for (int64_t i = w->task->first; i < w->task->end; i++) w->upper[X][i] = full();
  PetscFunctionReturn(0);
}

/* The loss of each sample at y into the running means, as their n-th entry. At x = 0 the derivative
 * of g to x_i is a quarter of it over the number of samples, whatever the weights are. */
static PetscErrorCode record(qv_walk *w, int64_t n) {
  double *zero = w->work_upper[0], *slope = w->work_upper[1], *mean = w->upper[MEAN];

  PetscFunctionBegin;
  for (int64_t i = 0; i < w->task->n_upper; i++) zero[i] = 0;
  PetscCall(qv_task_evaluate(
    w->task,
    &(qv_oracle){.x = zero, .y = w->lower_v[0], .lower = &qv_task_everything, .lower_x = slope}));
  for (int64_t i = w->task->first; i < w->task->end; i++)
    mean[i] += (4 * (double)w->task->samples * slope[i] - mean[i]) / (double)n;
  PetscFunctionReturn(0);
}

/* Mean and standard deviation of the running means. */
static PetscErrorCode statistics(qv_walk *w, double *mu, double *s) {
  const double  n    = (double)w->task->n_upper;
  const double *mean = w->upper[MEAN];
  double       *one = w->work_upper[0], *difference = w->work_upper[1];

  PetscFunctionBegin;
  for (int64_t i = w->task->first; i < w->task->end; i++) one[i] = 1;
  PetscCall(qv_task_dot(w->task, mean, one, mu));
  *mu /= n;
  for (int64_t i = w->task->first; i < w->task->end; i++) difference[i] = mean[i] - *mu;
  PetscCall(qv_task_norm(w->task, difference, s));
  *s /= sqrt(n);
  PetscFunctionReturn(0);
}

static PetscErrorCode weigh(qv_walk *w) {
  double mu, s;

  PetscFunctionBegin;
  PetscCall(statistics(w, &mu, &s));
  const double limit = mu + w->params->method.outlier * s;
  for (int64_t i = w->task->first; i < w->task->end; i++) {
    const double excess = (w->upper[MEAN][i] - limit) / s;
    const double power  = -excess * excess / 2; /* the logarithm of the weight */
    w->upper[X][i]      = excess > 0 ? fmin(full(), power - log(-expm1(power))) : full();
  }
  PetscFunctionReturn(0);
}

/* One step of y; the losses are looked at after each epoch, as many steps as see all samples once.
 */
static PetscErrorCode iterate(qv_walk *w) {
  const qv_batch batch = qv_method_batch(w, QV_STREAM_LOWER, 0);
  const int64_t  drawn = qv_task_samples(&batch, w->task->samples);
  const int64_t  epoch = (w->task->samples + drawn - 1) / drawn, done = w->iteration + 1;

  PetscFunctionBegin;
  PetscCall(qv_method_lower(w, 1));
  if (done % epoch) PetscFunctionReturn(0);
  PetscCall(record(w, done / epoch));
  if (done / epoch >= w->params->method.warm_up) PetscCall(weigh(w));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_loss_history;
const qv_method        qv_method_loss_history = {
         .upper = UPPER, .lower = 1, .weighs = true, .begin = begin, .iterate = iterate};
