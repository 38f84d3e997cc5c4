/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/adjoint.h"

#include <math.h>
#include <string.h>

#include "optim/bilevel/hessian.h"
#include "solvers/linalg/vec.h"

struct qv_adjoint {
  qv_task   *task;
  qv_hessian hessian;
  Vec        right, left;  /* without memory of their own */
  double    *slope, *part; /* b; what the basis has of a solution, or lacks */
};

PetscErrorCode qv_adjoint_create(qv_task *task, int by, qv_adjoint **adjoint) {
  static const KSPType types[] = {NULL, KSPCG, KSPMINRES, KSPPIPECG, KSPPIPECG2};
  const qv_space       space   = qv_space_reals(task->n_lower);
  qv_adjoint          *a;

  PetscFunctionBegin;
  PetscCall(PetscNew(&a));
  *adjoint = a;
  a->task  = task;
  PetscCall(PetscMalloc2((size_t)task->n_lower, &a->slope, (size_t)task->n_lower, &a->part));
  PetscCall(qv_vec_create_view(PETSC_COMM_SELF, &space, &a->right));
  PetscCall(qv_vec_create_view(PETSC_COMM_SELF, &space, &a->left));
  PetscCall(qv_hessian_create(task, types[by], "z_", &a->hessian));
  PetscCall(KSPSetNormType(
    a->hessian.ksp, by == QV_Z_MINRES ? KSP_NORM_PRECONDITIONED : KSP_NORM_UNPRECONDITIONED));
  PetscCall(KSPSetInitialGuessNonzero(a->hessian.ksp, PETSC_TRUE));
  PetscCall(KSPSetFromOptions(a->hessian.ksp));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_adjoint_destroy(qv_adjoint **adjoint) {
  qv_adjoint *a = *adjoint;

  PetscFunctionBegin;
  if (!a) PetscFunctionReturn(0);
  PetscCall(qv_hessian_destroy(&a->hessian));
  PetscCall(VecDestroy(&a->right));
  PetscCall(VecDestroy(&a->left));
  PetscCall(PetscFree2(a->slope, a->part));
  PetscCall(PetscFree(*adjoint));
  PetscFunctionReturn(0);
}

/* part := sum of (v'b) v over the basis but for `without`; is there anything? */
static bool project(const qv_adjoint *a, const qv_adjoint_basis *basis, int64_t without) {
  const int64_t n    = a->task->n_lower;
  bool          some = false;
  memset(a->part, 0, (size_t)n * sizeof(double));
  for (int64_t k = 0; k < basis->n; k++) {
    const double c = k == without ? 0 : qv_task_lower_dot(n, basis->v[k], a->slope);
    some           = some || c != 0;
    for (int64_t i = 0; c != 0 && i < n; i++) a->part[i] += c * basis->v[k][i];
  }
  return some;
}

/* The solution's part u beside the rest of the basis, of length 1 by the Hessian: u'Hu = u'Hz = u'b
 * so far as the rest is conjugate and z solved for. */
static void keep(qv_adjoint *a, const qv_adjoint_basis *basis, const double *z) {
  const int64_t n = a->task->n_lower;
  double *new     = basis->v[basis->next];
  project(a, basis, basis->next);
  for (int64_t i = 0; i < n; i++) new[i] = z[i] - a->part[i];
  const double square = qv_task_lower_dot(n, new, a->slope);
  for (int64_t i = 0; i < n; i++) new[i] = square > 0 ? new[i] / sqrt(square) : 0;
}

PetscErrorCode qv_adjoint_solve(qv_adjoint *a, const qv_adjoint_place *place,
                                const qv_adjoint_basis *basis, double tolerance, double *z) {
  const int64_t n = a->task->n_lower;

  PetscFunctionBegin;
  a->hessian.x     = place->x;
  a->hessian.y     = place->y;
  a->hessian.lower = place->lower;
  PetscCall(qv_task_evaluate(
    a->task,
    &(qv_oracle){.x = place->x, .y = place->y, .upper = place->upper, .upper_y = a->slope}));
  /* absolute: PETSc's relative tolerance is of the first residual where the guess is not zero */
  const double goal = tolerance * qv_task_lower_norm(n, a->slope);
  if (project(a, basis, -1)) memcpy(z, a->part, (size_t)n * sizeof *z);
  PetscCall(VecPlaceArray(a->right, a->slope));
  PetscCall(VecPlaceArray(a->left, z));
  PetscCall(KSPSetTolerances(a->hessian.ksp, 1e-15, goal, 1e30, (PetscInt)(10 * n + 1000)));
  PetscCall(KSPSolve(a->hessian.ksp, a->right, a->left));
  PetscCall(VecResetArray(a->left));
  PetscCall(VecResetArray(a->right));
  if (basis->n) keep(a, basis, z);
  PetscFunctionReturn(0);
}
