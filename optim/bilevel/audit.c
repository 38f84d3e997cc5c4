/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the theory's constants are on the user's problem, and whether the settings suit them. */
#include <math.h>

#include "optim/bilevel/solve.h"

/* |df/dx| and how fast it changes along its own direction: one row of the regression. Stateless, so
 * that a restart cannot show. */
PetscErrorCode qv_audit_probe(qv_solve_state *s, double *slope, double *curvature) {
  qv_walk      *w = &s->walk;
  double       *x = w->work_upper[0], *here = w->work_upper[1], *there = w->work_upper[2], size;
  const int64_t first = s->task->first, end = s->task->end;

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(
    s->task,
    &(qv_oracle){
      .x = w->upper[0], .y = w->lower_v[0], .upper = &qv_task_everything, .upper_x = here}));
  PetscCall(qv_task_norm(s->task, here, slope));
  PetscCall(qv_task_norm(s->task, w->upper[0], &size));
  *curvature = 0;
  if (!(*slope > 0)) PetscFunctionReturn(0);
  const double step = 1e-6 * (1 + size);
  for (int64_t i = first; i < end; i++) x[i] = w->upper[0][i] + step * (here[i] / *slope);
  PetscCall(qv_task_evaluate(
    s->task,
    &(qv_oracle){.x = x, .y = w->lower_v[0], .upper = &qv_task_everything, .upper_x = there}));
  for (int64_t i = first; i < end; i++) there[i] -= here[i];
  PetscCall(qv_task_norm(s->task, there, curvature));
  *curvature /= step;
  PetscFunctionReturn(0);
}

/* curvature = L0 + L1 slope by least squares, neither negative. */
static void regress(const qv_solve_state *s, double *l0, double *l1) {
  const double *series = s->series + s->at[QV_AT_ROW] * s->reports * QV_SERIES_COLUMNS;
  double        n = 0, a = 0, b = 0, aa = 0, ab = 0;
  for (int64_t k = 0; k < s->at[QV_AT_REPORTS]; k++) {
    const double *c = series + k * QV_SERIES_COLUMNS;
    const double  x = c[QV_SERIES_SLOPE], y = c[QV_SERIES_CURVATURE];
    if (!isfinite(x) || !isfinite(y)) continue;
    n++, a += x, b += y, aa += x * x, ab += x * y;
  }
  const double spread = n * aa - a * a;
  *l1                 = spread > 0 ? (n * ab - a * b) / spread : 0;
  *l0                 = n > 0 ? (b - *l1 * a) / n : 0;
  if (*l1 < 0) *l1 = 0, *l0 = n > 0 ? b / n : 0;
  if (*l0 < 0) *l0 = 0, *l1 = aa > 0 ? ab / aa : 0;
}

PetscErrorCode qv_audit_conclude(qv_solve_state *s) {
  const qv_walk *w   = &s->walk;
  double        *row = s->row + s->at[QV_AT_ROW] * QV_ROW_WORDS, *from = w->work_lower[0];
  const double  *set = w->setting, *y = w->lower_v[0];
  double         mu, largest;

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(
    s->task,
    &(qv_oracle){.x = w->upper[0], .y = y, .upper = &qv_task_everything, .upper_y = from}));
  PetscCall(qv_spectrum_estimate(s->task, w->upper[0], y, from, &mu, &largest));
  if (s->task->convexity > 0) mu = fmin(mu, s->task->convexity);
  const double eta = set[QV_SETTING_ETA], kappa = largest / mu;
  const double eps = isnan(set[QV_SETTING_TRACKING]) ? 0.1 * qv_task_lower_norm(s->task->n_lower, y)
                                                     : set[QV_SETTING_TRACKING];
  row[QV_ROW_AUDIT_CONVEXITY]  = mu;
  row[QV_ROW_AUDIT_SMOOTHNESS] = largest;
  row[QV_ROW_AUDIT_TRACKING]   = eps;
  row[QV_ROW_AUDIT_PERIOD]     = fmax(1, floor(eps / (2 * kappa * eta)));
  row[QV_ROW_AUDIT_STEPS]      = ceil(8 / (mu * set[QV_SETTING_GAMMA]));
  row[QV_ROW_AUDIT_RADIUS]     = 2 * eps + kappa * set[QV_SETTING_PERIOD] * eta;
  regress(s, &row[QV_ROW_AUDIT_L0], &row[QV_ROW_AUDIT_L1]);
  PetscFunctionReturn(0);
}
