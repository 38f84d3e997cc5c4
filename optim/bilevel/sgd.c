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

/* Where a stage is. Steps stay in the ball around y. */
typedef struct {
  double  gamma, radius;
  double *w, *sum; /* the iterate, and the sum of all */
  double *heap;    /* the sum of gradients that a step goes along, or NULL: the last one alone */
} stage;

static PetscErrorCode advance(qv_walk *walk, const stage *s, int64_t steps) {
  const int64_t n = walk->task->n_lower;
  double *y = walk->lower_v[0], *gradient = walk->work_lower[2], *difference = walk->work_lower[3];

  PetscFunctionBegin;
  for (int64_t k = 0; k < steps; k++) {
    const qv_batch batch = qv_method_batch(walk, QV_STREAM_LOWER, walk->lower_steps++);
    PetscCall(qv_task_evaluate(
      walk->task,
      &(qv_oracle){.x = walk->upper[0], .y = s->w, .lower = &batch, .gradient = gradient}));
    for (int64_t i = 0; s->heap && i < n; i++) gradient[i] = s->heap[i] += gradient[i];
    for (int64_t i = 0; i < n; i++) s->w[i] -= s->gamma * gradient[i];
    project(n, y, s->radius, difference, s->w);
    for (int64_t i = 0; i < n; i++) s->sum[i] += s->w[i];
  }
  PetscFunctionReturn(0);
}

static void enter(const qv_walk *walk, const stage *s) {
  const size_t bytes = (size_t)walk->task->n_lower * sizeof(double);
  memcpy(s->w, walk->lower_v[0], bytes);
  memset(s->sum, 0, bytes);
  if (s->heap) memset(s->heap, 0, bytes);
}

PetscErrorCode qv_sgd_epochs(qv_walk *walk, double *iterate, double *sum) {
  const int64_t n = walk->task->n_lower, most = (int64_t)walk->setting[QV_SETTING_INIT_EPOCHS];
  stage         s     = {.gamma  = walk->setting[QV_SETTING_INIT_GAMMA],
                         .radius = walk->setting[QV_SETTING_INIT_RADIUS],
                         .w      = iterate,
                         .sum    = sum};
  int64_t       epoch = 0, done = walk->start_steps;
  int64_t       steps = (int64_t)walk->setting[QV_SETTING_INIT_STEPS];

  PetscFunctionBegin;
  for (; epoch < most && done >= steps; epoch++) {
    done -= steps;
    s.gamma /= 2;
    s.radius /= sqrt(2);
    steps *= 2;
  }
  walk->begun = epoch >= most;
  if (walk->begun) PetscFunctionReturn(0);
  if (done == 0) enter(walk, &s);
  const int64_t now = PetscMin(steps - done, QV_SGD_PART);
  PetscCall(advance(walk, &s, now));
  walk->start_steps += now;
  if (done + now == steps)
    for (int64_t i = 0; i < n; i++) walk->lower_v[0][i] = sum[i] / (double)steps;
  walk->begun = done + now == steps && epoch + 1 == most;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sgd_update(qv_walk *walk) {
  const int64_t steps = (int64_t)walk->setting[QV_SETTING_STEPS];
  const stage   s     = {.gamma  = qv_method_step(walk, QV_SETTING_GAMMA),
                         .radius = walk->setting[QV_SETTING_RADIUS],
                         .w      = walk->work_lower[0],
                         .sum    = walk->work_lower[1],
                         .heap   = walk->params->method.accumulate ? walk->work_lower[4] : NULL};

  PetscFunctionBegin;
  enter(walk, &s);
  PetscCall(advance(walk, &s, steps));
  for (int64_t i = 0; i < walk->task->n_lower; i++)
    walk->lower_v[0][i] = walk->params->method.last_iterate ? s.w[i] : s.sum[i] / (double)steps;
  PetscFunctionReturn(0);
}
