/* SPDX-License-Identifier: GPL-3.0-or-later
 * The upper level of BO-REP and its relatives, with the choices that the deck has. */
#include "optim/bilevel/method.h"

enum { Y, Z };

static int stream_of(const qv_walk *w, int stream) {
  return w->params->method.batches == QV_BATCHES_SHARED ? QV_STREAM_LOWER : stream;
}

/* Number of a draw: with shared batches, the last one of the lower level is used again. */
static int64_t draw_of(const qv_walk *w) {
  if (w->params->method.batches != QV_BATCHES_SHARED) return w->iteration;
  return w->lower_steps > 0 ? w->lower_steps - 1 : 0;
}

PetscErrorCode qv_momentum_adjoint(qv_walk *w) {
  const qv_batch         lower    = qv_method_batch(w, stream_of(w, QV_STREAM_PRODUCT), draw_of(w));
  const qv_batch         upper    = qv_method_batch(w, QV_STREAM_UPPER_Y, w->iteration);
  const double           nu       = w->setting[QV_SETTING_NU];
  double                *residual = w->work_lower[0], *z = w->lower_v[Z];
  const qv_adjoint_place place = {w->upper[0], w->lower_v[Y], &lower, &upper};

  PetscFunctionBegin;
  if (w->params->method.z_by > QV_Z_STEP) {
    const double asked = w->params->method.z_tolerance, eta = qv_method_step(w, QV_SETTING_ETA);
    const double tied            = PetscMin(0.1, eta);
    const qv_adjoint_basis basis = {w->basis, w->n_basis,
                                    w->n_basis ? w->iteration % w->n_basis : 0};
    PetscCall(qv_adjoint_solve(w->adjoint, &place, &basis, asked > 0 ? asked : tied, z));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x       = place.x,
                                                   .y       = place.y,
                                                   .z       = z,
                                                   .lower   = &lower,
                                                   .upper   = &upper,
                                                   .product = residual,
                                                   .fold    = true}));
  for (int64_t i = 0; i < w->task->n_lower; i++) z[i] -= nu * residual[i];
  PetscFunctionReturn(0);
}

PetscErrorCode qv_momentum_average(qv_walk *w, const double *z, double *m) {
  const qv_batch lower = qv_method_batch(w, stream_of(w, QV_STREAM_CROSS), draw_of(w));
  const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_X, w->iteration);
  const bool     first = w->params->method.momentum_start == QV_START_OTHER && w->iteration == 0;
  const double   beta  = first ? 0 : w->setting[QV_SETTING_BETA];
  double        *cross = w->work_upper[0], *direct = w->work_upper[1];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x       = w->upper[0],
                                                   .y       = w->lower_v[Y],
                                                   .z       = z,
                                                   .lower   = &lower,
                                                   .upper   = &upper,
                                                   .cross   = cross,
                                                   .upper_x = direct}));
  for (int64_t i = w->task->first; i < w->task->end; i++)
    m[i] = beta * m[i] + (1 - beta) * (direct[i] - cross[i]);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_momentum_move(qv_walk *w, const double *m) {
  const double guard = w->params->method.guard;
  double      *x     = w->upper[0];

  PetscFunctionBegin;
  PetscCall(qv_task_norm(w->task, m, &w->momentum));
  if (w->momentum == 0) PetscFunctionReturn(0);
  const double factor =
    qv_method_step(w, QV_SETTING_ETA) / (guard > 0 ? w->momentum + guard : w->momentum);
  for (int64_t i = w->task->first; i < w->task->end; i++) x[i] -= factor * m[i];
  PetscFunctionReturn(0);
}
