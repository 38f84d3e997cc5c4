/* SPDX-License-Identifier: GPL-3.0-or-later
 * BO-REP (Hao, Gong & Liu, ICLR 2024): a refined start by Epoch-SGD, periodic projected updates of
 * y, one stochastic step of z an iteration, and a step of length eta along the momentum. */
#include "optim/bilevel/method.h"

enum { X, M };
enum { Y, Z };

/* z -= nu ((d2G/dy2) z - dF/dy), by one joined sum */
static PetscErrorCode step_z(qv_walk *w) {
  const qv_batch lower    = qv_method_batch(w, QV_STREAM_PRODUCT, w->iteration);
  const qv_batch upper    = qv_method_batch(w, QV_STREAM_UPPER_Y, w->iteration);
  double        *residual = w->work_lower[0], *z = w->lower_v[Z];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x       = w->upper[X],
                                                   .y       = w->lower_v[Y],
                                                   .z       = z,
                                                   .lower   = &lower,
                                                   .upper   = &upper,
                                                   .product = residual,
                                                   .fold    = true}));
  for (int64_t i = 0; i < w->task->n_lower; i++) z[i] -= w->setting[QV_SETTING_NU] * residual[i];
  PetscFunctionReturn(0);
}

/* m := beta m + (1 - beta)(dF/dx - (d2G/dxdy) z) */
static PetscErrorCode step_m(qv_walk *w) {
  const qv_batch lower = qv_method_batch(w, QV_STREAM_CROSS, w->iteration);
  const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_X, w->iteration);
  const double   beta  = w->setting[QV_SETTING_BETA];
  double        *cross = w->work_upper[0], *direct = w->work_upper[1], *m = w->upper[M];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x       = w->upper[X],
                                                   .y       = w->lower_v[Y],
                                                   .z       = w->lower_v[Z],
                                                   .lower   = &lower,
                                                   .upper   = &upper,
                                                   .cross   = cross,
                                                   .upper_x = direct}));
  for (int64_t i = w->task->first; i < w->task->end; i++)
    m[i] = beta * m[i] + (1 - beta) * (direct[i] - cross[i]);
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  double *x = w->upper[X], *m = w->upper[M];

  PetscFunctionBegin;
  if (w->iteration > 0 && w->iteration % (int64_t)w->setting[QV_SETTING_PERIOD] == 0)
    PetscCall(qv_sgd_update(w));
  PetscCall(step_z(w));
  PetscCall(step_m(w));
  PetscCall(qv_task_norm(w->task, m, &w->momentum));
  if (w->momentum == 0) PetscFunctionReturn(0);
  const double factor = w->setting[QV_SETTING_ETA] / w->momentum;
  for (int64_t i = w->task->first; i < w->task->end; i++) x[i] -= factor * m[i];
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_bo_rep;
const qv_method        qv_method_bo_rep = {
         .upper = 2, .lower = 2, .begin = qv_sgd_epochs, .iterate = iterate};
