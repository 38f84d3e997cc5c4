/* SPDX-License-Identifier: GPL-3.0-or-later
 * The parts of an outer iteration: for the files of this folder. */
#pragma once
#include <petscksp.h>

#include "imaging/redpsm/frame_tree.h"
#include "imaging/redpsm/redpsm.h"
#include "solvers/linalg/anderson.h"

typedef struct qv_joint qv_joint;

struct qv_redpsm {
  MPI_Comm          comm;
  int               rank, size;
  qv_redpsm_options options;
  int64_t           n_frames, first, count; /* T, and this rank's share */
  int64_t           n, m;                   /* reals of a frame: of the image, of its samples */
  int               functions;              /* K */
  double            weight;                 /* w */
  qv_forward       *forward;
  qv_denoiser      *denoiser;
  qv_basis         *basis;
  qv_frame_tree    *tree;
  const double     *samples; /* [count, m] */
  qv_redpsm_frames  frames;
  double           *spatial, *latent, *temporal; /* Lambda [K, n], Z [d, K], Psi [T, K] */
  double           *x, *ax;                      /* X [count, n], A X [count, m] */
  unsigned char    *view;                        /* [n] the field of view */
  unsigned char    *support;                     /* [count, n] where X > 0 */

  /* scratch */
  double *image, *back;     /* [CHUNK, n] */
  double *chunk_samples;    /* [CHUNK, m] */
  double *panel, *gathered; /* [K, n] */
  double *old_spatial, *old_latent, *before_latent;
  double *panel_samples; /* [K, m] */
  double *before;        /* [count, n]: f of the last iteration */

  double *moment, *gradient, *psi_gradient; /* Adam: of Lambda and Z; of Psi [T, K] */

  qv_joint *joint; /* NULL: Lambda and Z in turn */
  double   *bases; /* joint: [count, K, m], A_t S_t Lambda as the Z step last saw it; else NULL */

  double curvature; /* descent: largest eigenvalue of 2 w A_t' A_t, from above */

  qv_anderson *anderson; /* NULL: none */
  Vec          point[3], value[3];

  /* the least squares of the Lambda step: vectors are [K, local pixels] */
  Mat    normal;
  KSP    ksp;
  Vec    right, solution;
  double beta;        /* weight of the split in the operator; 0: none */
  double lambda;      /* exact: weight of I - D in the operator */
  bool   use_support; /* the operator's images are cut to the support */
};

/* Sums over all frames of values that each rank knows for its own: exact. Collective. */
PetscErrorCode qv_redpsm_join(const qv_redpsm *redpsm, int n, qv_sum *sums, double *values);

/* X, A X and the support from Lambda and Psi, then residual2 and what `energies` gives. Collective.
 */
PetscErrorCode qv_redpsm_evaluate(qv_redpsm *redpsm, qv_redpsm_report *report);
/* residual2 from the A X of now. Collective. */
PetscErrorCode qv_redpsm_residual(qv_redpsm *redpsm, qv_redpsm_report *report);
/* split2 and objective from the X, f, y, Lambda and Psi of now, residual2 as it is. Collective. */
PetscErrorCode qv_redpsm_energies(qv_redpsm *redpsm, qv_redpsm_report *report);

/* The exact steps; numbers give beta and lambda. Collective. */
PetscErrorCode qv_redpsm_spatial_create(qv_redpsm *redpsm);
PetscErrorCode qv_redpsm_spatial_destroy(qv_redpsm *redpsm);
/* At most `steps` of CG or to the relative residual rtol, from the Lambda of now. */
PetscErrorCode qv_redpsm_spatial_step(qv_redpsm *redpsm, int steps, double rtol, int *taken);
/* right = minus the energy's slope in Lambda at the X and A X of now, or after Psi has changed by
 * `shift` [T, K] in the linearised model (needs `bases`). Collective. */
PetscErrorCode qv_redpsm_spatial_right(qv_redpsm *redpsm, const double *shift);
/* gathered = the solution of `matrix` x = right. Collective. */
PetscErrorCode qv_redpsm_spatial_solve(qv_redpsm *redpsm, Mat matrix, int steps, double rtol,
                                       int *taken);
/* back[c] = 2 w A' samples[c] + factor other[c] within what is kept, frames i ... i + count - 1. */
void qv_redpsm_back_project(qv_redpsm *redpsm, int64_t i, int64_t count, const double *samples,
                            double factor, const double *other);
/* image [count, n] cut to the support, where that is in use. */
void           qv_redpsm_cut(const qv_redpsm *redpsm, int64_t i, int64_t count, double *image);
PetscErrorCode qv_redpsm_latent_step(qv_redpsm *redpsm);
/* The Z step's system: matrix [d K, band + 1], its lower half by columns, and right [d K]; the
 * scratch `bases` is filled where there is any. Collective. */
PetscErrorCode qv_redpsm_latent_system(qv_redpsm *redpsm, double *matrix, double *right);
int64_t        qv_redpsm_latent_rows(const qv_redpsm *redpsm); /* band + 1 */
/* matrix becomes its Cholesky factor, unless it is not definite; x becomes matrix^-1 x. Not
 * collective. */
bool qv_redpsm_latent_factor(const qv_redpsm *redpsm, double *matrix);
void qv_redpsm_latent_solve(const qv_redpsm *redpsm, const double *factor, double *x);
/* Lambda and Z in turn or together, with the changes halved as long as the energy rises; then as
 * `evaluate`. rtol: of CG. Collective. */
PetscErrorCode qv_redpsm_fit(qv_redpsm *redpsm, double rtol, qv_redpsm_numbers *numbers,
                             qv_redpsm_report *report);
/* What the fit lowers: objective and split. Pure. */
double qv_redpsm_energy(const qv_redpsm *redpsm, const qv_redpsm_report *report);
/* Gauss-Newton: the change of Lambda and Z; at most `steps` of CG. Collective. */
PetscErrorCode qv_redpsm_joint_create(qv_redpsm *redpsm);
PetscErrorCode qv_redpsm_joint_destroy(qv_redpsm *redpsm);
PetscErrorCode qv_redpsm_joint_step(qv_redpsm *redpsm, double damping, double rtol, int *taken);
/* |Psi Lambda'|^2. Pure. */
double qv_redpsm_joint_size(const qv_redpsm *redpsm);
/* slope [d, K]: of minus the energy in Z at the Lambda, Z, X and A X of now. Collective. */
PetscErrorCode qv_redpsm_joint_slope(qv_redpsm *redpsm, double *slope);
/* Psi orthonormal, X the same. */
PetscErrorCode qv_redpsm_gauge(qv_redpsm *redpsm);
/* The f step and the dual step. */
PetscErrorCode qv_redpsm_split_step(qv_redpsm *redpsm, qv_redpsm_numbers *numbers,
                                    qv_redpsm_report *report);
/* f = X, y = 0: the split anew, after the denoiser gave what is not finite. */
PetscErrorCode qv_redpsm_split_anew(qv_redpsm *redpsm);
/* First order. target: f becomes v, beta 1 / mu, from f = X, A X and D(f); end: f = X and D(f)
 * anew, after `evaluate`. Collective but target. */
PetscErrorCode qv_redpsm_descent_create(qv_redpsm *redpsm);
void           qv_redpsm_descent_target(qv_redpsm *redpsm, double lambda);
PetscErrorCode qv_redpsm_descent_end(qv_redpsm *redpsm, qv_redpsm_numbers *numbers,
                                     qv_redpsm_report *report);
/* Acceleration: before an iteration changes f and y, and after it. Collective. */
PetscErrorCode qv_redpsm_past_create(qv_redpsm *redpsm);
PetscErrorCode qv_redpsm_past_destroy(qv_redpsm *redpsm);
PetscErrorCode qv_redpsm_past_enter(qv_redpsm *redpsm, qv_redpsm_numbers *numbers);
PetscErrorCode qv_redpsm_past_leave(qv_redpsm *redpsm, qv_redpsm_numbers *numbers);
/* Adam in place of the exact steps; then as `evaluate`. Collective. */
PetscErrorCode qv_redpsm_adam_create(qv_redpsm *redpsm);
PetscErrorCode qv_redpsm_adam_destroy(qv_redpsm *redpsm);
PetscErrorCode qv_redpsm_adam_fit(qv_redpsm *redpsm, qv_redpsm_numbers *numbers,
                                  qv_redpsm_report *report);

/* The whole panel [K, n] from all ranks' pixels [K, local]. Collective. */
PetscErrorCode qv_redpsm_gather_panel(const qv_redpsm *redpsm, const double *local, double *panel);
/* Rows [T, length] on all ranks, from each rank's own frames. Collective. */
PetscErrorCode qv_redpsm_gather_frames(const qv_redpsm *redpsm, int64_t length, double *rows);
