/* SPDX-License-Identifier: GPL-3.0-or-later
 * TTSA (Hong, Wai, Wang & Yang, 2020): one step of y on the fast scale, one of x on the slow one,
 * kept in a ball, with z from a Neumann product of random length: nu Q prod_{q <= p} (I - nu H)
 * dF/dy, p uniform below Q, whose mean is nu sum_{q < Q} (I - nu H)^q dF/dy. */
#include <math.h>

#include "optim/bilevel/method.h"

enum { Y, Z };

static PetscErrorCode truncated(qv_walk *w) {
  const int64_t  n = w->task->n_lower, most = w->params->method.terms;
  const double   nu    = w->setting[QV_SETTING_NU];
  const qv_batch upper = qv_method_batch(w, QV_STREAM_UPPER_Y, w->iteration);
  const int64_t  length =
    (int64_t)qv_random_below(w->stream[QV_STREAM_START], (uint64_t)w->iteration, 0, (uint64_t)most);
  double *product = w->work_lower[1], *z = w->lower_v[Z];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(
    w->task, &(qv_oracle){.x = w->upper[0], .y = w->lower_v[Y], .upper = &upper, .upper_y = z}));
  for (int64_t q = 0; q < length; q++) {
    const qv_batch lower = qv_method_batch(w, QV_STREAM_PRODUCT, w->iteration * most + q);
    PetscCall(qv_task_evaluate(
      w->task,
      &(qv_oracle){
        .x = w->upper[0], .y = w->lower_v[Y], .z = z, .lower = &lower, .product = product}));
    for (int64_t i = 0; i < n; i++) z[i] -= nu * product[i];
  }
  for (int64_t i = 0; i < n; i++) z[i] *= nu * (double)most;
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  const double bound = w->params->method.bound;
  double      *x     = w->upper[0], norm;

  PetscFunctionBegin;
  PetscCall(qv_method_lower(w, 1));
  PetscCall(truncated(w));
  PetscCall(qv_method_descend(w, w->lower_v[Z]));
  if (isnan(bound)) PetscFunctionReturn(0);
  PetscCall(qv_task_norm(w->task, x, &norm));
  if (norm > bound)
    for (int64_t i = w->task->first; i < w->task->end; i++) x[i] *= bound / norm;
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_ttsa;
const qv_method        qv_method_ttsa = {.upper = 1, .lower = 2, .iterate = iterate};
