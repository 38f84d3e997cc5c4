/* SPDX-License-Identifier: GPL-3.0-or-later
 * BO-REP (Hao, Gong & Liu, ICLR 2024): a refined start by Epoch-SGD, periodic projected updates of
 * y, one stochastic step of z an iteration, and a step of length eta along the momentum. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/method.h"

enum { X, M, X_UPDATED }; /* the last: x at the last update of y, where its drift decides */
enum { Y, Z, Z_BEFORE, ITERATE, SUM, LOWER };

static bool drifts(const qv_task *task) {
  return task->params->method.update == QV_UPDATE_DRIFT;
}

static void tables(const qv_task *task, int vectors[2]) {
  vectors[0] += drifts(task);
}

/* Is it time for an update of y? By number, or when y* may have moved by half of what is tolerated:
 * it is kappa-Lipschitz, kappa = l_g1/mu. The recipe's period is that of a straight path. */
static PetscErrorCode is_due(qv_walk *w, bool *due) {
  const double *s   = w->setting;
  double       *way = w->work_upper[0], length;

  PetscFunctionBegin;
  *due = w->iteration > 0 && w->iteration % (int64_t)s[QV_SETTING_PERIOD] == 0;
  if (!drifts(w->task)) PetscFunctionReturn(0);
  for (int64_t i = w->task->first; i < w->task->end; i++)
    way[i] = w->upper[X][i] - w->upper[X_UPDATED][i];
  PetscCall(qv_task_norm(w->task, way, &length));
  const double kappa = s[QV_SETTING_SMOOTHNESS] / s[QV_SETTING_CONVEXITY];
  *due               = w->iteration > 0 && kappa * length > 0.5 * s[QV_SETTING_TRACKING];
  if (*due || w->iteration == 0)
    memcpy(w->upper[X_UPDATED], w->upper[X], (size_t)w->task->n_upper * sizeof(double));
  PetscFunctionReturn(0);
}

/* z uniform as for a weight of shape [n, 1] by Xavier's rule. */
static void start_adjoint(qv_walk *w) {
  const int64_t n     = w->task->n_lower;
  const double  bound = sqrt(6 / (double)(n + 1));
  for (int64_t i = 0; i < n; i++)
    w->lower_v[Z][i] =
      bound * (2 * qv_random_uniform(w->stream[QV_STREAM_START], 0, (uint64_t)i) - 1);
}

static PetscErrorCode begin(qv_walk *w) {
  PetscFunctionBegin;
  if (w->params->method.adjoint_start == QV_START_OTHER) start_adjoint(w); /* in each part */
  PetscCall(qv_sgd_epochs(w, w->lower_v[ITERATE], w->lower_v[SUM]));
  PetscFunctionReturn(0);
}

static PetscErrorCode step_adjoint(qv_walk *w) {
  PetscFunctionBegin;
  memcpy(w->lower_v[Z_BEFORE], w->lower_v[Z], (size_t)w->task->n_lower * sizeof(double));
  PetscCall(qv_momentum_adjoint(w));
  PetscFunctionReturn(0);
}

static PetscErrorCode iterate(qv_walk *w) {
  const bool before   = w->params->method.adjoint_at == QV_ADJOINT_BEFORE;
  const bool previous = w->params->method.adjoint_used == QV_ADJOINT_PREVIOUS;
  bool       due;

  PetscFunctionBegin;
  PetscCall(is_due(w, &due));
  if (before) PetscCall(step_adjoint(w));
  if (due) PetscCall(qv_sgd_update(w));
  if (!before) PetscCall(step_adjoint(w));
  PetscCall(qv_momentum_average(w, w->lower_v[previous ? Z_BEFORE : Z], w->upper[M]));
  PetscCall(qv_momentum_move(w, w->upper[M]));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_bo_rep;
const qv_method        qv_method_bo_rep = {
         .upper = 2, .lower = LOWER, .tables = tables, .begin = begin, .iterate = iterate};
