/* SPDX-License-Identifier: GPL-3.0-or-later
 * MAML (Finn, Abbeel & Levine, ICML 2017): encoder and head together are the start of a few
 * gradient steps on each episode's support, and descend along the derivative of what these steps
 * lead to. */
#include <math.h>

#include "optim/bilevel/maml.h"

PetscErrorCode qv_maml_iterate(qv_walk *w) {
  const qv_batch batch = qv_method_batch(w, QV_STREAM_UPPER_X, w->iteration);
  const double   eta   = qv_method_step(w, QV_SETTING_ETA);
  const int64_t  n     = w->task->n_lower;
  double        *of_x = w->work_upper[0], *of_y = w->work_lower[0], *y = w->lower_v[0];

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(
    w->task,
    &(qv_oracle){.x = w->upper[0], .y = y, .upper = &batch, .upper_x = of_x, .upper_y = of_y}));
  PetscCall(qv_method_move(w, eta, of_x));
  for (int64_t i = 0; i < n; i++) y[i] -= eta * of_y[i];
  const double norm = qv_task_lower_norm(n, of_y);
  w->momentum       = sqrt(w->momentum * w->momentum + norm * norm);
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_maml;
const qv_method        qv_method_maml = {
         .upper = 1, .lower = 1, .adapts = QV_ADAPTS_ALL, .iterate = qv_maml_iterate};
