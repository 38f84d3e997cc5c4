/* SPDX-License-Identifier: GPL-3.0-or-later
 * The alternating direction method of multipliers for  min f(x) + g(z)  with  K x = z:
 *
 *   x := argmin f(x) + rho/2 |K x - (z - u)|^2                        (callback `primal`)
 *   h := relax K x + (1 - relax) z
 *   z := argmin g(z) + rho/2 |z - (h + u)|^2,   u := u + h - z        (callback `prox`)
 *
 * u is the scaled multiplier. It stops when |K x - z| and rho |K'(z - z before)| are both below
 * sqrt(reals) atol + rtol times max(|K x|, |z|), or rho |K'u|. Residual balancing multiplies or
 * divides rho (and u the other way) when one residual is `ratio` times the other. Anderson
 * acceleration works on (z, u), and forgets when rho changes. Every decision comes from sums that
 * are equal on all ranks. */
#pragma once
#include "solvers/linalg/anderson.h"

#include <petscmat.h>
#include <stdbool.h>

typedef struct {
  /* x := argmin f(x) + rho/2 |K x - target|^2, x holding the last iterate. */
  PetscErrorCode (*primal)(void *context, double rho, Vec target, Vec x);
  /* z := argmin g(z) + rho/2 |z - v|^2; z holds the last iterate and is not v. */
  PetscErrorCode (*prox)(void *context, double rho, Vec v, Vec z);
} qv_admm_calls;

typedef struct {
  int    iteration; /* that just ended, from 1 */
  double primal, dual, primal_bound, dual_bound, rho;
  bool   converged;
  bool   stopped; /* by the callback */
  bool   broken;  /* a residual is not finite */
} qv_admm_report;

typedef struct {
  double rho;            /* > 0 */
  double relax;          /* in (0, 2); 1: none, 1.6 to 1.8 often faster */
  double rtol, atol;     /* >= 0 */
  int    iterations;     /* of qv_admm_solve, the state's count included */
  double balance_ratio;  /* > 1, say 10; 0: rho stays */
  double balance_factor; /* > 1, say 2 */
  int    balance_until;  /* no change of rho after this iteration */
  int    balance_every;  /* looks at the residuals every so many iterations; 0 means 1 */
  int    anderson;       /* depth; 0: off */
  /* After each iteration, on all ranks with equal numbers; the answer must be equal. Or NULL. */
  PetscErrorCode (*observe)(void *context, const qv_admm_report *report, bool *stop);
} qv_admm_options;

typedef struct qv_admm qv_admm;

/* K from the space of x to that of z (solvers/linalg/operator.h); the loop holds on to it. All
 * vectors are zero at first. Collective, like all here. */
PetscErrorCode qv_admm_create(Mat k, const qv_admm_options *options, const qv_admm_calls *calls,
                              void *context, qv_admm **admm);
PetscErrorCode qv_admm_destroy(qv_admm **admm);

/* The state, borrowed: to start elsewhere, or for a checkpoint (with Anderson, qv_anderson_state
 * too). Whoever writes to x, z or u outside calls qv_vec_written. `anderson` is NULL where it is
 * off. */
typedef struct {
  Vec          x, z, u;
  qv_anderson *anderson;
  double      *rho;
  int         *iteration;
} qv_admm_state;

PetscErrorCode qv_admm_get_state(qv_admm *admm, qv_admm_state *state);

/* One iteration. */
PetscErrorCode qv_admm_step(qv_admm *admm, qv_admm_report *report);
/* Until it converges, is stopped, breaks, or has no iterations left. */
PetscErrorCode qv_admm_solve(qv_admm *admm, qv_admm_report *report);
