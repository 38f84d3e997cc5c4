/* SPDX-License-Identifier: GPL-3.0-or-later
 * Exact answers at one point: y*, z* and the hypergradient. A row is a point. */
#include "optim/bilevel/method.h"

enum { X, HYPERGRADIENT };
enum { Y, Z };

static PetscErrorCode iterate(qv_walk *w) {
  qv_lower_report report;

  PetscFunctionBegin;
  PetscCall(qv_lower_hypergradient(
    w->lower, w->upper[X], w->params->method.tolerance,
    &(qv_lower_answer){w->lower_v[Y], w->lower_v[Z], w->upper[HYPERGRADIENT]}, &report));
  w->reached  = report.converged;
  w->value    = report.value;
  w->gradient = report.gradient;
  w->residual = report.residual;
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_exact;
const qv_method qv_method_exact = {.upper = 2, .lower = 2, .exact = true, .iterate = iterate};
