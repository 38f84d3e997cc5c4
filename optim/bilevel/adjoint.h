/* SPDX-License-Identifier: GPL-3.0-or-later
 * z of one batch: (d2G/dy2) z = dF/dy by one of PETSc's Krylov methods on the batch's Hessian as
 * an operator. Lower vectors are equal on all ranks, so the solver runs on each rank alike; only
 * the products inside are collective, and no method can show the number of ranks. */
#pragma once
#include "optim/bilevel/task.h"

typedef struct qv_adjoint qv_adjoint;

/* Where, and by which batches. */
typedef struct {
  const double   *x, *y;
  const qv_batch *lower, *upper;
} qv_adjoint_place;

/* Directions of earlier solutions, each conjugate to those before it by the Hessian of its time
 * (Fischer 1998): the guess is the sum of (v'b) v. A solution's own part takes the oldest's place.
 */
typedef struct {
  double **v; /* [n], zero at first; of the method's lower vectors, so that a restart has them */
  int64_t  n, next;
} qv_adjoint_basis;

/* `by` is QV_Z_CG or one behind it. Takes PETSc options with the prefix z_. Collective, as all. */
PetscErrorCode qv_adjoint_create(qv_task *task, int by, qv_adjoint **adjoint);
PetscErrorCode qv_adjoint_destroy(qv_adjoint **adjoint);

/* z from z as given, or from the basis where it has something, to |H z - b| <= tolerance |b| by the
 * method's own residual. */
PetscErrorCode qv_adjoint_solve(qv_adjoint *adjoint, const qv_adjoint_place *place,
                                const qv_adjoint_basis *basis, double tolerance, double *z);
