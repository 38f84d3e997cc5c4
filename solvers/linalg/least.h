/* SPDX-License-Identifier: GPL-3.0-or-later
 * Least squares by Krylov methods: the x that makes |A x - b|^2 + damping |x|^2 least.
 *
 * The methods share what they mean by converged: |A'(b - A x) - damping x| <= rtol |A' b| + atol,
 * the gradient against that of x = 0, whatever x starts from. (MINRES takes a symmetric A and
 * damping 0, and measures |b - A x| against |b|.) All decisions come from sums that are equal on
 * all ranks. */
#pragma once
#include <petscksp.h>
#include <stdbool.h>

typedef enum {
  QV_LEAST_LSQR,   /* the most accurate for ill-conditioned A */
  QV_LEAST_CGLS,   /* the same iterates, one vector less */
  QV_LEAST_NORMAL, /* CG on A' A + damping: uses the operator's own normal product */
  QV_LEAST_MINRES  /* A symmetric, also indefinite */
} qv_least_method;

/* Called after each iteration, on all ranks with equal numbers; the answer must be equal on all. */
typedef PetscErrorCode (*qv_least_stop)(void *context, int iteration, double residual, bool *stop);

typedef struct {
  qv_least_method method;
  double          rtol, atol; /* >= 0 */
  int             iterations; /* at most; >= 0 */
  double          damping;    /* >= 0 */
  bool            warm;       /* start from x as given, else from 0 */
  qv_least_stop   stop;       /* or NULL */
  void           *context;    /* of stop */
} qv_least_options;

typedef struct {
  int    iterations;
  double residual; /* the norm in the rule above, as the method knows it */
  bool   converged;
  bool   stopped; /* by the callback */
  bool   broken;  /* a NaN, or a breakdown: x is the last iterate */
} qv_least_report;

typedef struct qv_least qv_least;

/* A solver for one operator (solvers/linalg/operator.h), to be used for many right-hand sides;
 * holds on to `a`. Collective, like all here. */
PetscErrorCode qv_least_create(Mat a, const qv_least_options *options, qv_least **least);
/* b in the range of A, x in its domain. A solution of zero for a b without a gradient is exact. */
PetscErrorCode qv_least_solve(qv_least *least, Vec b, Vec x, qv_least_report *report);
/* Other tolerances from the next solve on: an inexact inner solver tightens them on the way. */
PetscErrorCode qv_least_tolerances(qv_least *least, double rtol, double atol, int iterations);
PetscErrorCode qv_least_destroy(qv_least **least);

/* Create, solve, destroy. */
PetscErrorCode qv_least_once(Mat a, const qv_least_options *options, Vec b, Vec x,
                             qv_least_report *report);
