/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inside the regularised integrator: what its files share. */
#pragma once
#include "solvers/nbody/chain.h"
#include "solvers/nbody/regularised.h"

/* ---- regularised_kernel.c: the rows of one trial step ---- */

enum {
  QV_ROWS_MOST   = 7,  /* rows with 2, 4, 6, 8, 12, 16, 24 substeps */
  QV_ROWS_VALUES = 13, /* x of both links 0..5, v of both 6..11, time 12 */
  QV_ROWS_KICKS  = 24, /* substeps of the longest row */
};

/* Where a step starts, bodies along the chain. */
typedef struct {
  double mass[3];
  double x[6], x_low[6], v[6], v_low[6];
  double drift;   /* T + B here, which is U on the exact flow */
  double binding; /* B */
  bool   hot;     /* T >> U: take T + B from its change since here, else it would cancel */
} qv_rows_start;

/* The links at a force evaluation of the longest row (velocities: the mean of before and after),
 * the time since the step's start, and r.v of the sides a-b, b-c, a-c. */
typedef struct {
  double x[6], v[6], time, approach[3];
} qv_rows_kick;

typedef struct {
  double       increment[QV_ROWS_MOST][QV_ROWS_VALUES];   /* since the step's start */
  double       residue[QV_ROWS_MOST][QV_ROWS_VALUES];     /* what the sums above have lost */
  double       high[QV_ROWS_VALUES], low[QV_ROWS_VALUES]; /* extrapolated, a sum */
  double       difference[2][QV_ROWS_VALUES]; /* of the last two in the tables of n-1 and n rows */
  qv_rows_kick kick[QV_ROWS_KICKS];
} qv_rows;

/* Run the first n = 2..7 rows over a step of length `step` in the fictitious time, side by side,
 * and extrapolate. */
void qv_regularised_kernel_run(const qv_rows_start *restrict start, double step, int n,
                               qv_rows *restrict rows);

/* Substeps of row k = 0..6, and of rows 0..k together. */
static inline int qv_regularised_kernel_substeps(int k) {
  static const int substeps[QV_ROWS_MOST] = {2, 4, 6, 8, 12, 16, 24};
  return substeps[k];
}
static inline int qv_regularised_kernel_work(int k) {
  static const int work[QV_ROWS_MOST] = {2, 6, 12, 20, 32, 48, 72};
  return work[k];
}

/* ---- regularised_trial.c: a trial step ---- */

/* Everything between two calls. All members are doubles, so that it is stored as a row of them. */
typedef struct {
  qv_chain   chain;
  qv_twofold time, binding;       /* B = -E0, never touched again */
  qv_twofold angular_momentum[3]; /* at the start */
  double     next_step;           /* proposed, in the fictitious time; 0: none yet */
  double     next_rows;
  double     reach; /* length that the last step should have had */
  double     steps, evaluations;
  double     closest, closest_time, closest_pair;
} qv_motion;

typedef struct {
  qv_rows_start start;
  double        potential; /* U there */
  qv_rows       rows;
  int           n;        /* rows run */
  double        step;     /* length in the fictitious time */
  double        error[2]; /* relative, of one row less and of the n rows */
  bool          sound;    /* all finite, and the time moves on */
} qv_trial;

static inline qv_twofold qv_regularised_trial_change(const qv_trial *trial, int i) {
  return (qv_twofold){trial->rows.high[i], trial->rows.low[i]};
}

/* Prepare trials from the motion as it is. */
void qv_regularised_trial_start(const qv_motion *motion, qv_trial *trial);
/* Run n = 3..7 rows over `step` and judge the result; adds to *evaluations. */
void qv_regularised_trial_run(qv_trial *trial, double step, int n, double *evaluations);
/* The links at its end. */
void qv_regularised_trial_end(const qv_trial *trial, double x[6], double v[6]);
/* Move the motion by the trial's change. */
void qv_regularised_trial_take(const qv_trial *trial, qv_motion *motion);
/* Move the links by a time so short that the second order suffices. */
void qv_regularised_trial_nudge(qv_motion *motion, double time);

/* U, and the accelerations of the links. */
double qv_regularised_trial_force(const double mass[3], const double x[6], double acceleration[6]);

/* ---- regularised_closest.c: pericentres inside an accepted step ---- */

/* Search the step that began at start_time and led to *after, whose accepted trial is *trial. */
void qv_regularised_closest_search(double start_time, const qv_trial *trial, qv_motion *after);

/* ---- regularised_step.c: one accepted step ---- */

qv_nbody_outcome qv_regularised_step_once(qv_motion *motion, double tolerance, double t_end,
                                          bool search);
