/* SPDX-License-Identifier: GPL-3.0-or-later
 * AccBO (Gong, Hao & Liu, NeurIPS 2024): every `period` iterations some of Nesterov's steps of u
 * below; y = (1 - tau) y + tau u; z by a Neumann sum; the recursive momentum m = h(now) + beta
 * (m - h(before)), both h by the same batches; a step of length eta along -m. */
#include <string.h>

#include "optim/bilevel/method.h"

enum { X, M, X_BEFORE };
enum { Y, Z, U, Y_BEFORE, ITERATE, SUM, LOWER };

static PetscErrorCode begin(qv_walk *w) {
  PetscFunctionBegin;
  PetscCall(qv_sgd_epochs(w, w->lower_v[ITERATE], w->lower_v[SUM]));
  memcpy(w->lower_v[U], w->lower_v[Y], (size_t)w->task->n_lower * sizeof(double));
  PetscFunctionReturn(0);
}

/* Steps from the extrapolated point, at rest at the start. */
static PetscErrorCode accelerate(qv_walk *w) {
  const int64_t n     = w->task->n_lower;
  const double  gamma = qv_method_step(w, QV_SETTING_GAMMA), along = w->params->method.acceleration;
  double       *u = w->lower_v[U], *ahead = w->work_lower[0], *gradient = w->work_lower[1];

  PetscFunctionBegin;
  memcpy(ahead, u, (size_t)n * sizeof *u);
  for (int64_t k = 0; k < (int64_t)w->setting[QV_SETTING_STEPS]; k++) {
    const qv_batch batch = qv_method_batch(w, QV_STREAM_LOWER, w->lower_steps++);
    PetscCall(qv_task_evaluate(
      w->task, &(qv_oracle){.x = w->upper[X], .y = ahead, .lower = &batch, .gradient = gradient}));
    for (int64_t i = 0; i < n; i++) {
      const double next = ahead[i] - gamma * gradient[i];
      ahead[i]          = next + along * (next - u[i]);
      u[i]              = next;
    }
  }
  PetscFunctionReturn(0);
}

/* h := dF/dx - (d2G/dxdy) z at (x, y), by the batches of this iteration. */
static PetscErrorCode direction(qv_walk *w, const double *x, const double *y, double *h) {
  const qv_batch lower = qv_method_batch(w, QV_STREAM_CROSS, w->iteration);
  const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_X, w->iteration);
  double        *cross = w->work_upper[0], *z = w->lower_v[Z];

  PetscFunctionBegin;
  PetscCall(qv_method_neumann(w, x, y, w->params->method.terms, z));
  PetscCall(qv_task_evaluate(
    w->task,
    &(qv_oracle){
      .x = x, .y = y, .z = z, .lower = &lower, .upper = &upper, .cross = cross, .upper_x = h}));
  for (int64_t i = w->task->first; i < w->task->end; i++) h[i] -= cross[i];
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  const double beta = w->setting[QV_SETTING_BETA], tau = w->params->method.averaging;
  double      *y = w->lower_v[Y], *m = w->upper[M];
  double      *now = w->work_upper[1], *before = w->work_upper[2];

  PetscFunctionBegin;
  if (w->iteration > 0 && w->iteration % (int64_t)w->setting[QV_SETTING_PERIOD] == 0)
    PetscCall(accelerate(w));
  for (int64_t i = 0; i < w->task->n_lower; i++) y[i] += tau * (w->lower_v[U][i] - y[i]);
  if (w->iteration > 0) {
    PetscCall(direction(w, w->upper[X_BEFORE], w->lower_v[Y_BEFORE], before));
    for (int64_t i = w->task->first; i < w->task->end; i++) m[i] = beta * (m[i] - before[i]);
  }
  PetscCall(direction(w, w->upper[X], y, now));
  for (int64_t i = w->task->first; i < w->task->end; i++) m[i] += now[i];
  memcpy(w->upper[X_BEFORE], w->upper[X], (size_t)w->task->n_upper * sizeof(double));
  memcpy(w->lower_v[Y_BEFORE], y, (size_t)w->task->n_lower * sizeof(double));
  PetscCall(qv_momentum_move(w, m));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_accbo;
const qv_method qv_method_accbo = {.upper = 3, .lower = LOWER, .begin = begin, .iterate = iterate};
