/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/adjoint.h"

#include "optim/bilevel/hessian.h"
#include "solvers/linalg/vec.h"

struct qv_adjoint {
  qv_task   *task;
  qv_hessian hessian;
  Vec        right, left; /* without memory of their own */
  double    *slope;
};

PetscErrorCode qv_adjoint_create(qv_task *task, int by, qv_adjoint **adjoint) {
  static const KSPType types[] = {NULL, KSPCG, KSPMINRES, KSPPIPECG, KSPPIPECG2};
  const qv_space       space   = qv_space_reals(task->n_lower);
  qv_adjoint          *a;

  PetscFunctionBegin;
  PetscCall(PetscNew(&a));
  *adjoint = a;
  a->task  = task;
  PetscCall(PetscMalloc1((size_t)task->n_lower, &a->slope));
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
  PetscCall(PetscFree(a->slope));
  PetscCall(PetscFree(*adjoint));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_adjoint_solve(qv_adjoint *a, const qv_adjoint_place *place, double tolerance,
                                double *z) {
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
  PetscCall(VecPlaceArray(a->right, a->slope));
  PetscCall(VecPlaceArray(a->left, z));
  PetscCall(KSPSetTolerances(a->hessian.ksp, 1e-15, goal, 1e30, (PetscInt)(10 * n + 1000)));
  PetscCall(KSPSolve(a->hessian.ksp, a->right, a->left));
  PetscCall(VecResetArray(a->left));
  PetscCall(VecResetArray(a->right));
  PetscFunctionReturn(0);
}
