/* SPDX-License-Identifier: GPL-3.0-or-later
 * RED-PSM: an image sequence X = Psi Lambda' of low rank (or its positive part), Psi = U Z smooth
 * in time, fitted to few measurements an instant with a denoiser's help (Iskender, Klasky, Bresler,
 * IEEE Trans. Comput. Imaging 10 (2024) 832):
 *
 *   min  w sum_t |A_t X_t - g_t|^2 + lambda R(f) + xi |Psi|^2 + chi |Lambda|^2,  f = X,
 *
 * R(f) = sum_t rho(f_t), grad rho = f - D(f), by alternating exact steps on the augmented
 * Lagrangian (scaled dual y). w = 1 / mean diagonal of A_t' A_t, so that lambda and beta are
 * numbers near 1. */
#pragma once
#include "imaging/denoiser/denoiser.h"
#include "imaging/forward.h"
#include "imaging/redpsm/basis.h"

typedef enum { QV_MODEL_LINEAR, QV_MODEL_POSITIVE_PART } qv_redpsm_model;
typedef enum {
  QV_COUPLING_RED, /* f <- (lambda D(f) + beta (X + y)) / (lambda + beta) */
  QV_COUPLING_PNP, /* f <- D(X + y) */
  QV_COUPLING_PRO  /* f <- (z + D(z)) / 2, z = f - k^-0.1 (f - X - y), k the iteration */
} qv_redpsm_coupling;

/* Can the f step be solved exactly? With D the proximal map of r, R is r's Moreau envelope, and
 *   argmin lambda R(f) + beta / 2 |z - f|^2 = (beta z + lambda D'(z)) / (lambda + beta),
 * D' the proximal map of (1 + lambda / beta) r: one application, as in a RED step. Pure. */
bool qv_redpsm_is_exact_split(int denoiser);

typedef struct {
  int                rank, latent; /* K, d */
  int                basis;        /* index into qv_basis_words */
  qv_redpsm_model    model;
  qv_redpsm_coupling coupling;
  qv_denoiser_choice denoiser;
  double             nuclear;  /* xi = chi */
  double             relax;    /* over-relaxation, 1: none */
  int                anderson; /* depth of the acceleration of the outer map; 0: none */
  int                cg, red;  /* CG steps and f steps of an iteration; red 0: f exactly (below) */
  bool               fix_latent, balance;
  bool               steady;  /* always `cg` steps: two runs on data nearly alike do alike */
  bool               joint;   /* Lambda and Z together, by Gauss-Newton; else in turn */
  bool               exact;   /* one linear solve, f eliminated: linear, fix_latent, linear D */
  int                adam;    /* Adam steps an iteration in place of the exact steps; 0: none */
  double             rate;    /* of Adam */
  double             descent; /* > 0: first order, steps of so many 1 / (largest curvature) */
  bool               literal; /* with Adam: the split's norm is not squared, and f starts at 0 */
  uint64_t           seed;    /* of the probes of w */
} qv_redpsm_options;

/* What a restart needs besides the arrays: all double, so that it is one row of a file. */
typedef struct {
  double iteration;
  double lambda, beta;
  double primal, dual;  /* of the last iteration, relative */
  double balanced_at;   /* iteration of the last change of beta by balancing */
  double search_lambda; /* the last place of the search: log lambda, log(misfit / tau) */
  double search_misfit;
  double n_searched, searched_at, near; /* near: 1 when tau was met the last time */
  double settled;                       /* 1: the search has ended, or there is none */
  double start_residual, misfit;
  double ended; /* 1: converged, 2: diverged, 3: not finite */
  double adam_steps;
  double map_lambda, map_beta; /* of the map that the acceleration's past is of; then its scalars */
  double past_kept, past_any, past_accelerated, past_residual;
  double damping; /* of Gauss-Newton, relative */
} qv_redpsm_numbers;

/* This rank's frames, borrowed: they belong to the rows of the caller's state. */
typedef struct {
  double *f, *y;    /* [count, n]: the split variable and the scaled dual */
  double *denoised; /* [count, n]: D(f) */
  double *memory;   /* [count, memory]: the denoiser's */
} qv_redpsm_frames;

/* Sums of the last iteration, equal on all ranks. */
typedef struct {
  double residual2;   /* sum |A X - g|^2, in the units of the scaled data */
  double split2;      /* |X - f + y|^2 */
  double objective;   /* the terms without f: w residual2 + xi |Psi|^2 + chi |Lambda|^2; joint: the
                         last two are chi |Psi Lambda'|^2 */
  double regulariser; /* R(f) */
  double lagrangian;
  double fixed_point; /* |beta y - lambda (f - D(f))| / |lambda (f - D(f))| */
  int    cg_steps, halvings;
  bool   broken; /* something was not finite: Lambda and Z, or else f and y, were put back to finite
                    values (those before; f = X, y = 0) */
} qv_redpsm_report;

typedef struct qv_redpsm qv_redpsm;

/* All that is computed once. samples [count, samples of a frame] are borrowed. Collective. */
PetscErrorCode qv_redpsm_create(MPI_Comm comm, const qv_redpsm_options *options,
                                const qv_geometry *geometry, const double *samples,
                                qv_redpsm **redpsm);
PetscErrorCode qv_redpsm_destroy(qv_redpsm **redpsm);

/* Reals of the denoiser's memory in a frame. */
int64_t qv_redpsm_memory(const qv_redpsm *redpsm);
/* Hand over the frames; needed before all that follows. */
void qv_redpsm_attach(qv_redpsm *redpsm, const qv_redpsm_frames *frames);
/* New samples in place of the old ones (Monte-Carlo runs). */
void qv_redpsm_measure(qv_redpsm *redpsm, const double *samples);

/* The start: harmonics in time, Lambda by least squares (30 CG steps), f = X, y = 0. Collective. */
PetscErrorCode qv_redpsm_begin(qv_redpsm *redpsm, qv_redpsm_numbers *numbers,
                               qv_redpsm_report *report);
/* One outer iteration. lambda = 0 (or a denoiser that does nothing): PSM alone. Collective. */
PetscErrorCode qv_redpsm_iterate(qv_redpsm *redpsm, qv_redpsm_numbers *numbers,
                                 qv_redpsm_report *report);
/* After Lambda and Z were loaded: rebuild what follows from them. Collective. */
PetscErrorCode qv_redpsm_restore(qv_redpsm *redpsm);

/* Borrowed: X [count, n]; Lambda [K, n], Z [d, K], Psi [T, K], equal on all ranks (Lambda and Z may
 * be written before qv_redpsm_restore). */
const double *qv_redpsm_image(const qv_redpsm *redpsm);
double       *qv_redpsm_spatial(qv_redpsm *redpsm);
double       *qv_redpsm_latent(qv_redpsm *redpsm);
const double *qv_redpsm_temporal(const qv_redpsm *redpsm);
/* Adam's moments: reals, and where they are; 0 and NULL without Adam. Equal on all ranks. */
int64_t qv_redpsm_moments(const qv_redpsm *redpsm);
double *qv_redpsm_moment(qv_redpsm *redpsm);
/* The acceleration's past: reals of a frame (0: there is none), and these for this rank's frames,
 * [count, reals], out of the solver and, with their numbers, back into it. Collective. */
PetscErrorCode qv_redpsm_past(const qv_redpsm *redpsm, int64_t *reals);
PetscErrorCode qv_redpsm_past_save(qv_redpsm *redpsm, double *past);
PetscErrorCode qv_redpsm_past_load(qv_redpsm *redpsm, const qv_redpsm_numbers *numbers,
                                   double *past);
/* The denoiser, and the data weight w and number of samples M. */
qv_denoiser *qv_redpsm_denoiser(qv_redpsm *redpsm);
double       qv_redpsm_weight(const qv_redpsm *redpsm);
/* A X of this rank's frames at the last evaluation: [count, samples of a frame]. */
const double *qv_redpsm_prediction(const qv_redpsm *redpsm);

/* Real samples of all frames. Collective. */
PetscErrorCode qv_redpsm_count(const qv_redpsm *redpsm, int64_t *n_samples);
