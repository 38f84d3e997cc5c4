/* SPDX-License-Identifier: GPL-3.0-or-later
 * SLIP (Gong, Hao & Liu, ICML 2024), the single loop: a warm start of y by plain stochastic
 * gradient steps at x_0, then one step of y, z, m and x each iteration. */
#include "optim/bilevel/method.h"

enum { X, M };
enum { Y, Z };

static PetscErrorCode begin(qv_walk *w) {
  double *y = w->lower_v[Y], *gradient = w->work_lower[0];

  PetscFunctionBegin;
  const int64_t steps = (int64_t)w->setting[QV_SETTING_INIT_STEPS];
  for (int k = 0; k < QV_SGD_PART && w->lower_steps < steps; k++) {
    const qv_batch batch = qv_method_batch(w, QV_STREAM_LOWER, w->lower_steps++);
    PetscCall(qv_task_evaluate(
      w->task, &(qv_oracle){.x = w->upper[X], .y = y, .lower = &batch, .gradient = gradient}));
    for (int64_t i = 0; i < w->task->n_lower; i++)
      y[i] -= w->setting[QV_SETTING_INIT_GAMMA] * gradient[i];
  }
  w->begun = w->lower_steps >= steps;
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  PetscFunctionBegin;
  PetscCall(qv_method_lower(w, 1));
  PetscCall(qv_momentum_adjoint(w));
  PetscCall(qv_momentum_average(w, w->lower_v[Z], w->upper[M]));
  PetscCall(qv_momentum_move(w, w->upper[M]));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_slip;
const qv_method qv_method_slip = {.upper = 2, .lower = 2, .begin = begin, .iterate = iterate};
