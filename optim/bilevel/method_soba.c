/* SPDX-License-Identifier: GPL-3.0-or-later
 * SOBA (Dagréou, Ablin, Vaiter & Moreau, NeurIPS 2022). */
#include "optim/bilevel/soba.h"

enum { Y, Z };

PetscErrorCode qv_soba_directions(qv_walk *w, double *direction) {
  const qv_batch lower    = qv_method_batch(w, QV_STREAM_PRODUCT, w->iteration);
  const qv_batch upper    = qv_method_batch(w, QV_STREAM_UPPER_Y, w->iteration);
  double        *gradient = w->work_lower[0], *residual = w->work_lower[1];
  double        *y = w->lower_v[Y], *z = w->lower_v[Z], *cross = w->work_upper[0];
  const double   gamma = qv_method_step(w, QV_SETTING_GAMMA), nu = qv_method_step(w, QV_SETTING_NU);

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x        = w->upper[0],
                                                   .y        = y,
                                                   .z        = z,
                                                   .lower    = &lower,
                                                   .upper    = &upper,
                                                   .gradient = gradient,
                                                   .product  = residual,
                                                   .cross    = cross,
                                                   .upper_x  = direction,
                                                   .fold     = true}));
  for (int64_t i = 0; i < w->task->n_lower; i++) {
    y[i] -= gamma * gradient[i];
    z[i] -= nu * residual[i];
  }
  for (int64_t i = w->task->first; i < w->task->end; i++) direction[i] -= cross[i];
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  double *direction = w->work_upper[1];

  PetscFunctionBegin;
  PetscCall(qv_soba_directions(w, direction));
  PetscCall(qv_method_move(w, qv_method_step(w, QV_SETTING_ETA), direction));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_soba;
const qv_method        qv_method_soba = {.upper = 1, .lower = 2, .iterate = iterate};
