/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an integrator of three-body systems offers to the ensemble: one table each. */
#pragma once
#include <stdbool.h>
#include "rl/threebody/systems.h"

#include "solvers/deck/key.h"

/* How a system ended. */
typedef enum {
  QV_VERDICT_REACHED,
  QV_VERDICT_BUDGET,
  QV_VERDICT_ESCAPED,
  QV_VERDICT_COLLAPSED,
  QV_VERDICTS
} qv_ending;
extern const char *const qv_ending_words[QV_VERDICTS + 1];

/* What is counted for a system beside its state; stored as a row of int64. */
typedef struct {
  int64_t open;             /* 1: still on its way; then `ending` says nothing */
  int64_t ending;           /* qv_ending */
  int64_t n_snapshots;      /* taken so far */
  int64_t side_evaluations; /* force evaluations spent on snapshots */
} qv_tally;

/* The deck's choices, in internal units (G = 1). */
typedef struct {
  double  tolerance; /* regularised */
  double  interval;  /* hermite4; 0: none */
  double  mu;        /* constant step parameter */
  int64_t budget;    /* force evaluations of a system */
} qv_integration;

/* Some systems of an ensemble, one place each in all arrays. */
typedef struct {
  const qv_integration *how;
  int64_t               n;
  int                   words; /* of a state */
  double               *state, *final;
  qv_tally             *tally;
  const double         *mass;  /* [n, 3] */
  const double         *t_end; /* [n] */
  int64_t               n_snapshots;
  int                   axes;
  double               *snapshot; /* [n, n_snapshots, 3, axes] */
} qv_batch;

/* A state at its end, as reported. */
typedef struct {
  double  time, position[3][3], velocity[3][3];
  double  energy_error, angular_momentum_error;
  double  closest_approach, closest_approach_time;
  int     closest_pair; /* 0: bodies 0-1, 1: 0-2, 2: 1-2 */
  int64_t steps, force_evaluations;
} qv_report;

typedef struct {
  int    words;                  /* doubles of a state */
  bool   chooses_steps;          /* by its own error estimate; else a controller gives mu */
  double seconds_per_evaluation; /* about, on one core */
  void (*start)(const qv_integration *how, const qv_system *system, double t_end, double *state);
  /* Work through the open systems of a batch, in order, until about `work` force evaluations are
   * spent; takes snapshots on the way; closes those that end. Returns the evaluations spent. */
  int64_t (*advance)(const qv_batch *batch, int64_t work);
  double (*time)(const double *state);
  void (*report)(const qv_system *start, const double *final, qv_report *report);
} qv_integrator;

extern const qv_choice            qv_integrator_words[];
extern const qv_integrator *const qv_integrators[]; /* in the order of the words */

/* Snapshot i of n for a system that ends at t_end: equally spaced, both ends included. Pure. */
double qv_integrator_snapshot_time(double t_end, int64_t i, int64_t n);

/* Put a state into the batch as the next snapshot of system s. */
void qv_integrator_keep(const qv_batch *batch, int64_t s, const double position[3][3]);

/* Close a system that has spent its budget: escaped where the third body has left, else budget. */
void qv_integrator_exhausted(const qv_batch *batch, int64_t s, const double position[3][3],
                             const double velocity[3][3]);

/* |E - E0| / |E0| and |L - L0| / max(|L0|, sum m |r| |v|), with the substitutes for vanishing
 * denominators (kinetic energy; sum m |r| sqrt(|E0| / M)). Pure. */
double qv_integrator_energy_error(const qv_system *start, double change);
double qv_integrator_momentum_error(const qv_system *start, const double change[3]);

/* A separation that still shrinks at the end can undercut every encounter before it. */
void qv_integrator_closest_at_end(qv_report *report);
