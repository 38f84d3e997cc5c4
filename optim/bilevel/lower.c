/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/lower.h"

#include <math.h>
#include <string.h>

#include "optim/bilevel/hessian.h"
#include "solvers/linalg/vec.h"

enum { NEWTON_STEPS = 200, HALVINGS = 40, REFINEMENTS = 8 };

struct qv_lower {
  qv_task   *task;
  qv_hessian hessian;
  Vec        right, left;
  double    *gradient, *step, *trial;
};

PetscErrorCode qv_lower_create(qv_task *task, qv_lower **lower) {
  const qv_space space = qv_space_reals(task->n_lower);
  qv_lower      *l;

  PetscFunctionBegin;
  PetscCall(PetscNew(&l));
  *lower  = l;
  l->task = task;
  PetscCall(qv_hessian_create(task, KSPCG, "adjoint_", &l->hessian));
  PetscCall(KSPSetFromOptions(l->hessian.ksp));
  l->hessian.lower = &qv_task_everything;
  PetscCall(qv_vec_create(PETSC_COMM_SELF, &space, &l->right));
  PetscCall(VecDuplicate(l->right, &l->left));
  const size_t n = (size_t)task->n_lower;
  PetscCall(PetscMalloc3(n, &l->gradient, n, &l->step, n, &l->trial));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_lower_destroy(qv_lower **lower) {
  qv_lower *l = *lower;

  PetscFunctionBegin;
  if (!l) PetscFunctionReturn(0);
  PetscCall(qv_hessian_destroy(&l->hessian));
  PetscCall(VecDestroy(&l->right));
  PetscCall(VecDestroy(&l->left));
  PetscCall(PetscFree3(l->gradient, l->step, l->trial));
  PetscCall(PetscFree(*lower));
  PetscFunctionReturn(0);
}

/* solution := about H^-1 right, relative to |right|; *steps grows. */
static PetscErrorCode solve_once(qv_lower *l, const double *right, double rtol, double *solution,
                                 int *steps) {
  const size_t  bytes = (size_t)l->task->n_lower * sizeof(double);
  PetscInt      iterations;
  double       *array;
  const double *result;

  PetscFunctionBegin;
  PetscCall(VecGetArrayWrite(l->right, &array));
  memcpy(array, right, bytes);
  PetscCall(VecRestoreArrayWrite(l->right, &array));
  PetscCall(
    KSPSetTolerances(l->hessian.ksp, rtol, 1e-290, 1e8, (PetscInt)(10 * l->task->n_lower + 1000)));
  PetscCall(KSPSolve(l->hessian.ksp, l->right, l->left));
  PetscCall(KSPGetIterationNumber(l->hessian.ksp, &iterations));
  *steps += (int)iterations;
  PetscCall(VecGetArrayRead(l->left, &result));
  memcpy(solution, result, bytes);
  PetscCall(VecRestoreArrayRead(l->left, &result));
  PetscFunctionReturn(0);
}

static PetscErrorCode gradient_at(qv_lower *l, const double *x, const double *y, double *gradient,
                                  double *value) {
  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(
    l->task,
    &(qv_oracle){
      .x = x, .y = y, .lower = &qv_task_everything, .gradient = gradient, .lower_value = value}));
  PetscFunctionReturn(0);
}

/* Backtrack along l->step from y: Armijo's rule on g, or, where g no longer resolves the step, a
 * smaller gradient. *moved is false when nothing helps. */
static PetscErrorCode search(qv_lower *l, const double *x, double *y, double *value, double *norm,
                             bool *moved) {
  const int64_t n      = l->task->n_lower;
  const double  slope  = qv_task_lower_dot(n, l->gradient, l->step);
  double        length = 1, now;

  PetscFunctionBegin;
  *moved = false;
  for (int k = 0; k < HALVINGS && !*moved; k++, length *= 0.5) {
    for (int64_t i = 0; i < n; i++) l->trial[i] = y[i] - length * l->step[i];
    PetscCall(gradient_at(l, x, l->trial, l->gradient, &now));
    const double size = qv_task_lower_norm(n, l->gradient);
    *moved = (now < *value && now <= *value - 1e-4 * length * slope) || size < 0.9 * *norm;
    if (*moved) *norm = size;
  }
  if (!*moved) PetscFunctionReturn(0);
  *value = now;
  memcpy(y, l->trial, (size_t)n * sizeof *y);
  PetscFunctionReturn(0);
}

/* |dg/dy| at y = 0. */
static PetscErrorCode norm_at_zero(qv_lower *l, const double *x, double *norm) {
  const int64_t n = l->task->n_lower;

  PetscFunctionBegin;
  memset(l->trial, 0, (size_t)n * sizeof(double));
  PetscCall(gradient_at(l, x, l->trial, l->gradient, NULL));
  *norm = qv_task_lower_norm(n, l->gradient);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_lower_solve(qv_lower *l, const double *x, double tolerance, double *y,
                              qv_lower_report *report) {
  const int64_t n     = l->task->n_lower;
  bool          moved = true;
  double        scale = 1, norm, value = 0;

  PetscFunctionBegin;
  *report = (qv_lower_report){0};
  PetscCall(norm_at_zero(l, x, &scale));
  scale = fmax(1, scale);
  PetscCall(gradient_at(l, x, y, l->gradient, &value));
  norm = qv_task_lower_norm(n, l->gradient);
  while (moved && norm > tolerance * scale && report->newton < NEWTON_STEPS) {
    l->hessian.x = x, l->hessian.y = y;
    /* tight enough for quadratic convergence, not tighter than the goal asks for */
    const double rtol = fmax(fmin(0.1, norm / scale), 0.1 * tolerance * scale / norm);
    PetscCall(solve_once(l, l->gradient, rtol, l->step, &report->products));
    PetscCall(search(l, x, y, &value, &norm, &moved));
    report->newton++;
  }
  report->gradient  = norm / scale;
  report->converged = norm <= tolerance * scale;
  PetscFunctionReturn(0);
}

/* right := b - H z, and its norm. */
static PetscErrorCode residual_of(qv_lower *l, const double *b, const double *z, double *right,
                                  double *norm) {
  const int64_t n = l->task->n_lower;

  PetscFunctionBegin;
  PetscCall(qv_task_evaluate(l->task, &(qv_oracle){.x       = l->hessian.x,
                                                   .y       = l->hessian.y,
                                                   .z       = z,
                                                   .lower   = &qv_task_everything,
                                                   .product = right}));
  for (int64_t i = 0; i < n; i++) right[i] = b[i] - right[i];
  *norm = qv_task_lower_norm(n, right);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_lower_adjoint(qv_lower *l, const double *x, const double *y, double tolerance,
                                double *z, qv_lower_report *report) {
  const int64_t n = l->task->n_lower;
  double       *b = l->gradient, *right = l->trial, norm;

  PetscFunctionBegin;
  l->hessian.x = x, l->hessian.y = y;
  PetscCall(qv_task_evaluate(
    l->task, &(qv_oracle){.x = x, .y = y, .upper = &qv_task_everything, .upper_y = b}));
  const double size = qv_task_lower_norm(n, b);
  PetscCall(residual_of(l, b, z, right, &norm));
  /* the recursive residual of CG drifts from the true one: refine by the true one */
  for (int k = 0; k < REFINEMENTS && norm > tolerance * size; k++) {
    const double before = norm;
    PetscCall(
      solve_once(l, right, fmax(0.3 * tolerance * size / norm, 1e-15), l->step, &report->products));
    for (int64_t i = 0; i < n; i++) z[i] += l->step[i];
    PetscCall(residual_of(l, b, z, right, &norm));
    report->products++;
    if (!(norm < 0.9 * before)) break;
  }
  report->residual  = size > 0 ? norm / size : norm;
  report->converged = norm <= tolerance * size;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_lower_hypergradient(qv_lower *l, const double *x, double tolerance,
                                      const qv_lower_answer *answer, qv_lower_report *report) {
  qv_lower_report adjoint = {0};
  double         *cross;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)l->task->n_upper, &cross));
  PetscCall(qv_lower_solve(l, x, tolerance, answer->y, report));
  PetscCall(qv_lower_adjoint(l, x, answer->y, tolerance, answer->z, &adjoint));
  PetscCall(qv_task_evaluate(l->task, &(qv_oracle){.x           = x,
                                                   .y           = answer->y,
                                                   .z           = answer->z,
                                                   .lower       = &qv_task_everything,
                                                   .upper       = &qv_task_everything,
                                                   .cross       = cross,
                                                   .upper_x     = answer->hypergradient,
                                                   .upper_value = &report->value}));
  for (int64_t i = l->task->first; i < l->task->end; i++) answer->hypergradient[i] -= cross[i];
  PetscCall(PetscFree(cross));
  report->residual = adjoint.residual;
  report->products += adjoint.products;
  report->converged = report->converged && adjoint.converged;
  PetscFunctionReturn(0);
}
