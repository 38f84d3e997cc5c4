/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/hessian.h"

#include "solvers/linalg/operator.h"

static PetscErrorCode apply(void *context, Vec in, Vec out) {
  const qv_hessian *h = context;
  const double     *z;
  double           *product;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(in, &z));
  PetscCall(VecGetArrayWrite(out, &product));
  PetscCall(qv_task_evaluate(
    h->task, &(qv_oracle){.x = h->x, .y = h->y, .z = z, .lower = h->lower, .product = product}));
  PetscCall(VecRestoreArrayWrite(out, &product));
  PetscCall(VecRestoreArrayRead(in, &z));
  PetscFunctionReturn(0);
}

static const qv_operator_calls calls = {.forward = apply, .adjoint = apply};

PetscErrorCode qv_hessian_create(qv_task *task, KSPType type, const char *prefix, qv_hessian *h) {
  const qv_space space = qv_space_reals(task->n_lower);
  PC             pc;

  PetscFunctionBegin;
  *h = (qv_hessian){.task = task};
  PetscCall(qv_operator_create(PETSC_COMM_SELF, &space, &space, &calls, h, &h->matrix));
  PetscCall(MatSetOption(h->matrix, MAT_SPD, PETSC_TRUE));
  PetscCall(KSPCreate(PETSC_COMM_SELF, &h->ksp));
  PetscCall(KSPSetOperators(h->ksp, h->matrix, h->matrix));
  PetscCall(KSPSetType(h->ksp, type));
  PetscCall(KSPGetPC(h->ksp, &pc));
  PetscCall(PCSetType(pc, PCNONE));
  PetscCall(KSPSetOptionsPrefix(h->ksp, prefix));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_hessian_destroy(qv_hessian *h) {
  PetscFunctionBegin;
  PetscCall(KSPDestroy(&h->ksp));
  PetscCall(MatDestroy(&h->matrix));
  PetscFunctionReturn(0);
}
