/* SPDX-License-Identifier: GPL-3.0-or-later
 * The exact answers at given upper variables: y* by Newton's method with conjugate gradients, z* of
 * (d2g/dy2) z = df/dy by PETSc's KSP on the Hessian as an operator, and the hypergradient
 * df/dx - (d2g/dxdy) z. Lower vectors are equal on all ranks, so the solvers run on each rank
 * alike; only the products inside are collective. */
#pragma once
#include "optim/bilevel/task.h"

typedef struct {
  double value;            /* f(x, y*) */
  double gradient;         /* |dg/dy| / max(1, |dg/dy| at y = 0) */
  double residual;         /* |H z - b| / |b| */
  int    newton, products; /* steps; Hessian products */
  bool   converged;        /* both met the tolerance */
} qv_lower_report;

typedef struct qv_lower qv_lower;

/* Collective, as all here. Solvers take PETSc options with the prefix adjoint_. */
PetscErrorCode qv_lower_create(qv_task *task, qv_lower **lower);
PetscErrorCode qv_lower_destroy(qv_lower **lower);

/* y*(x) from y as given: |dg/dy| <= tolerance max(1, |dg/dy| at y = 0). */
PetscErrorCode qv_lower_solve(qv_lower *lower, const double *x, double tolerance, double *y,
                              qv_lower_report *report);
/* z at (x, y) from z as given: |H z - b| <= tolerance |b|. */
PetscErrorCode qv_lower_adjoint(qv_lower *lower, const double *x, const double *y, double tolerance,
                                double *z, qv_lower_report *report);
/* The answers at a point. Borrowed; y and z hold first guesses. */
typedef struct {
  double *y, *z;
  double *hypergradient; /* an upper vector: owned entries */
} qv_lower_answer;

/* Both, and the hypergradient and f. */
PetscErrorCode qv_lower_hypergradient(qv_lower *lower, const double *x, double tolerance,
                                      const qv_lower_answer *answer, qv_lower_report *report);

/* Extreme eigenvalues of the Hessian at (x, y) by Lanczos from `from`, in the invariant subspace
 * that it lies in. */
PetscErrorCode qv_spectrum_estimate(qv_task *task, const double *x, const double *y,
                                    const double *from, double *least, double *largest);
