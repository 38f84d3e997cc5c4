/* SPDX-License-Identifier: GPL-3.0-or-later
 * AmIGO (Arbel & Mairal, ICLR 2022): warm-started steps of y, then of z, then one of x. */
#include "optim/bilevel/method.h"

enum { Y, Z };

/* Steps on z'Hz/2 - z'dF/dy, a fresh pair of batches each. */
static PetscErrorCode adjoint(qv_walk *w, int64_t steps) {
  const double size     = qv_method_step(w, QV_SETTING_NU);
  double      *residual = w->work_lower[0], *z = w->lower_v[Z];

  PetscFunctionBegin;
  for (int64_t k = 0; k < steps; k++) {
    const qv_batch lower = qv_method_batch(w, QV_STREAM_PRODUCT, w->iteration * steps + k);
    const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_Y, w->iteration * steps + k);
    PetscCall(qv_task_evaluate(w->task, &(qv_oracle){.x       = w->upper[0],
                                                     .y       = w->lower_v[Y],
                                                     .z       = z,
                                                     .lower   = &lower,
                                                     .upper   = &upper,
                                                     .product = residual,
                                                     .fold    = true}));
    for (int64_t i = 0; i < w->task->n_lower; i++) z[i] -= size * residual[i];
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  const int64_t steps = (int64_t)w->setting[QV_SETTING_STEPS];

  PetscFunctionBegin;
  PetscCall(qv_method_lower(w, steps));
  PetscCall(adjoint(w, steps));
  PetscCall(qv_method_descend(w, w->lower_v[Z]));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_amigo;
const qv_method        qv_method_amigo = {.upper = 1, .lower = 2, .iterate = iterate};
