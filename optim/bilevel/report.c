/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports on the way and the certificate at the end. Neither counts as the method's work. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/solve.h"

/* |grad Phi| and |y - y*| where the task knows them in closed form. */
static PetscErrorCode add_answer(const qv_solve_state *s, double *column) {
  const qv_walk *w = &s->walk;
  double        *y = w->work_lower[0], *g = w->work_upper[0];

  PetscFunctionBegin;
  column[QV_SERIES_HYPERGRADIENT] = column[QV_SERIES_DISTANCE] = NAN;
  if (!s->task->kind->answer) PetscFunctionReturn(0);
  PetscCall(s->task->kind->answer(s->task, w->upper[0], y, g));
  PetscCall(qv_task_norm(s->task, g, &column[QV_SERIES_HYPERGRADIENT]));
  for (int64_t i = 0; i < s->task->n_lower; i++) y[i] -= w->lower_v[0][i];
  column[QV_SERIES_DISTANCE] = qv_task_lower_norm(s->task->n_lower, y);
  PetscFunctionReturn(0);
}

static PetscErrorCode add_measures(qv_solve_state *s, double *column) {
  const qv_walk *w = &s->walk;

  PetscFunctionBegin;
  PetscCall(
    qv_task_evaluate(s->task, &(qv_oracle){.x           = w->upper[0],
                                           .y           = w->lower_v[0],
                                           .lower       = &qv_task_everything,
                                           .upper       = &qv_task_everything,
                                           .lower_value = &column[QV_SERIES_LOWER_OBJECTIVE],
                                           .upper_value = &column[QV_SERIES_OBJECTIVE]}));
  PetscCall(add_answer(s, column));
  if (s->task->kind->measure)
    PetscCall(
      s->task->kind->measure(s->task, w->upper[0], w->lower_v[0], column + QV_SERIES_MERITS));
  PetscFunctionReturn(0);
}

/* f(x, y*) and |grad Phi| by exact answers from the run's own y, which is near, and never from an
 * earlier certificate's. */
static PetscErrorCode certify(qv_solve_state *s, double *value, double *gradient) {
  double         *y, *z, *g;
  qv_lower_report report;

  PetscFunctionBegin;
  PetscCall(PetscCalloc3((size_t)s->task->n_lower, &y, (size_t)s->task->n_lower, &z,
                         (size_t)s->task->n_upper, &g));
  PetscCall(PetscArraycpy(y, s->walk.lower_v[0], s->task->n_lower));
  PetscCall(qv_lower_hypergradient(s->lower, s->walk.upper[0], s->params->method.tolerance,
                                   &(qv_lower_answer){y, z, g}, &report));
  *value = report.value;
  PetscCall(qv_task_norm(s->task, g, gradient));
  PetscCall(PetscFree3(y, z, g));
  PetscFunctionReturn(0);
}

bool qv_solve_certifies(const qv_solve_state *s) {
  return !s->method->adapts && !s->method->weighs && !qv_task_many_minima(s->params);
}

PetscErrorCode qv_report_take(qv_solve_state *s) {
  const int64_t   row = s->at[QV_AT_ROW], at = row * s->reports + s->at[QV_AT_REPORTS]++;
  double         *column = s->series + at * QV_SERIES_COLUMNS, *meter = s->meter + at * QV_METERS;
  const qv_count *count = &s->task->count;
  const double    now   = MPI_Wtime();

  PetscFunctionBegin;
  column[QV_SERIES_ITERATION] = (double)s->at[QV_AT_ITERATION];
  column[QV_SERIES_GRADIENTS] = (double)count->gradients;
  column[QV_SERIES_PRODUCTS]  = (double)count->products;
  column[QV_SERIES_CROSSES]   = (double)count->crosses;
  column[QV_SERIES_SAMPLES]   = (double)count->samples;
  column[QV_SERIES_EXCHANGED] = (double)count->exchanged;
  column[QV_SERIES_MOMENTUM]  = s->walk.momentum;
  meter[QV_METER_SECONDS]     = s->elapsed[row] + now - s->since;
  meter[QV_METER_REDUCTIONS]  = (double)count->reductions;
  meter[QV_METER_BYTES]       = (double)count->bytes;
  s->task->uncounted          = true;
  PetscCall(add_measures(s, column));
  if (s->params->audit)
    PetscCall(qv_audit_probe(s, &column[QV_SERIES_SLOPE], &column[QV_SERIES_CURVATURE]));
  const int64_t every = s->params->certify_every;
  if (every != QV_UNSET_INT && (s->at[QV_AT_REPORTS] - 1) % every == 0)
    PetscCall(certify(s, &column[QV_SERIES_CERTIFIED], &column[QV_SERIES_CERTIFIED_GRADIENT]));
  s->task->uncounted                          = false;
  s->row[row * QV_ROW_WORDS + QV_ROW_REPORTS] = (double)s->at[QV_AT_REPORTS];
  s->since += MPI_Wtime() - now; /* looking does not count as time either */
  PetscFunctionReturn(0);
}

PetscErrorCode qv_report_certify(qv_solve_state *s) {
  double *row = s->row + s->at[QV_AT_ROW] * QV_ROW_WORDS;

  PetscFunctionBegin;
  s->task->uncounted = true;
  PetscCall(qv_task_evaluate(s->task, &(qv_oracle){.x           = s->walk.upper[0],
                                                   .y           = s->walk.lower_v[0],
                                                   .upper       = &qv_task_everything,
                                                   .upper_value = &row[QV_ROW_OBJECTIVE]}));
  if (qv_solve_certifies(s)) PetscCall(certify(s, &row[QV_ROW_CERTIFIED], &row[QV_ROW_GRADIENT]));
  if (s->params->audit) PetscCall(qv_audit_conclude(s));
  s->task->uncounted = false;
  PetscFunctionReturn(0);
}
