/* SPDX-License-Identifier: GPL-3.0-or-later
 * Projected stochastic gradient steps on the lower level, averaged (Hazan & Kale 2014). */
#include <math.h>
#include <string.h>

#include "optim/bilevel/method.h"

/* w into the ball of `radius` around c. */
static void project(int64_t n, const double *c, double radius, double *difference, double *w) {
  for (int64_t i = 0; i < n; i++) difference[i] = w[i] - c[i];
  const double distance = qv_task_lower_norm(n, difference);
  if (!(distance > radius)) return;
  const double factor = radius / distance;
  for (int64_t i = 0; i < n; i++) w[i] = c[i] + difference[i] * factor;
}

/* `steps` steps of size gamma from y in the ball around it; y becomes their average, or the last of
 * them. A gradient that is accumulated holds those of all steps of the stage before. */
static PetscErrorCode stage(qv_walk *walk, double gamma, double radius, int64_t steps) {
  const int64_t n = walk->task->n_lower;
  double       *y = walk->lower_v[0], *w = walk->work_lower[0], *sum = walk->work_lower[1],
         *gradient = walk->work_lower[2], *difference = walk->work_lower[3],
         *heap          = walk->work_lower[4];
  const bool accumulate = walk->params->method.accumulate, last = walk->params->method.last_iterate;

  PetscFunctionBegin;
  memcpy(w, y, (size_t)n * sizeof *w);
  memset(sum, 0, (size_t)n * sizeof *sum);
  memset(heap, 0, (size_t)n * sizeof *heap);
  for (int64_t k = 0; k < steps; k++) {
    const qv_batch batch = qv_method_batch(walk, QV_STREAM_LOWER, walk->lower_steps++);
    PetscCall(qv_task_evaluate(
      walk->task,
      &(qv_oracle){.x = walk->upper[0], .y = w, .lower = &batch, .gradient = gradient}));
    for (int64_t i = 0; i < n && accumulate; i++) gradient[i] = heap[i] += gradient[i];
    for (int64_t i = 0; i < n; i++) w[i] -= gamma * gradient[i];
    project(n, y, radius, difference, w);
    for (int64_t i = 0; i < n; i++) sum[i] += w[i];
  }
  for (int64_t i = 0; i < n; i++) y[i] = last ? w[i] : sum[i] / (double)steps;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sgd_epochs(qv_walk *walk) {
  double  gamma  = walk->setting[QV_SETTING_INIT_GAMMA];
  double  radius = walk->setting[QV_SETTING_INIT_RADIUS];
  int64_t steps  = (int64_t)walk->setting[QV_SETTING_INIT_STEPS];

  PetscFunctionBegin;
  for (int64_t k = 0; k < (int64_t)walk->setting[QV_SETTING_INIT_EPOCHS]; k++) {
    PetscCall(stage(walk, gamma, radius, steps));
    gamma /= 2;
    radius /= sqrt(2);
    steps *= 2;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sgd_update(qv_walk *walk) {
  PetscFunctionBegin;
  PetscCall(stage(walk, qv_method_step(walk, QV_SETTING_GAMMA), walk->setting[QV_SETTING_RADIUS],
                  (int64_t)walk->setting[QV_SETTING_STEPS]));
  PetscFunctionReturn(0);
}
