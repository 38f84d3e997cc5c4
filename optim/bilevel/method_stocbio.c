/* SPDX-License-Identifier: GPL-3.0-or-later
 * StocBiO (Ji, Yang & Liang, ICML 2021): steps of y, then z = nu sum_{q=0}^{Q} (I - nu H)^q dF/dy,
 * each factor by its own batch, then one step of x. */

#include "optim/bilevel/method.h"

enum { Y, Z };

static PetscErrorCode neumann(qv_walk *w, int64_t terms) {
  const int64_t  n     = w->task->n_lower;
  const double   nu    = qv_method_step(w, QV_SETTING_NU);
  const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_Y, w->iteration);
  double        *term = w->work_lower[0], *product = w->work_lower[1], *z = w->lower_v[Z];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(
    w->task, &(qv_oracle){.x = w->upper[0], .y = w->lower_v[Y], .upper = &upper, .upper_y = term}));
  for (int64_t i = 0; i < n; i++) z[i] = nu * term[i];
  for (int64_t q = 0; q < terms; q++) {
    const qv_batch lower = qv_method_batch(w, QV_STREAM_PRODUCT, w->iteration * terms + q);
    PetscCall(qv_task_evaluate(
      w->task,
      &(qv_oracle){
        .x = w->upper[0], .y = w->lower_v[Y], .z = term, .lower = &lower, .product = product}));
    for (int64_t i = 0; i < n; i++) {
      term[i] -= nu * product[i];
      z[i] += nu * term[i];
    }
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  const int64_t steps = (int64_t)w->setting[QV_SETTING_STEPS];

  PetscFunctionBegin;
  PetscCall(qv_method_lower(w, steps));
  PetscCall(neumann(w, steps));
  PetscCall(qv_method_descend(w, w->lower_v[Z]));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_stocbio;
const qv_method        qv_method_stocbio = {.upper = 1, .lower = 2, .iterate = iterate};
