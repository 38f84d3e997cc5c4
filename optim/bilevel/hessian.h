/* SPDX-License-Identifier: GPL-3.0-or-later
 * d2g/dy2 of one place and batch as an operator with a Krylov solver, which runs on each rank
 * alike: only the products inside are collective. */
#pragma once
#include <petscksp.h>

#include "optim/bilevel/task.h"

/* `x`, `y` and `lower` say where it is taken, and are set before it is used. */
typedef struct {
  qv_task        *task;
  const double   *x, *y;
  const qv_batch *lower;
  Mat             matrix;
  KSP             ksp; /* without preconditioner */
} qv_hessian;

/* In place, as the operator keeps the address. The caller chooses what else the solver does and
 * then sets it from PETSc's options with this prefix. */
PetscErrorCode qv_hessian_create(qv_task *task, KSPType type, const char *prefix,
                                 qv_hessian *hessian);
PetscErrorCode qv_hessian_destroy(qv_hessian *hessian);
