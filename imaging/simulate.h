/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem imaging.simulate: parameters and state, for simulate*.c. */
#pragma once
#include "imaging/forward.h"
#include "imaging/phantom.h"
#include "solvers/run/run.h"

/* Members stand for the deck's keys of the same name below `imaging`. */
typedef struct {
  int     phantom;
  int64_t size, frames, beats, latent;
  int     forward, order;
  int64_t views_per_frame, period;
  double  keep;       /* mask: share of the pixels */
  double  std, sigma; /* of the noise: relative, or absolute; the other NaN */
  bool    truth;
} qv_simulate_params;

extern const qv_key qv_simulate_keys[];

/* Columns of the rows, one row a frame. */
enum {
  QV_SIMULATE_SAMPLES, /* double [view, bin], free of noise */
  QV_SIMULATE_IMAGE,   /* double [y, x] */
  QV_SIMULATE_DONE,    /* int64 */
  QV_SIMULATE_COLUMNS
};

typedef struct {
  const qv_simulate_params *params;
  uint64_t                  seed;
  qv_rows                  *rows;
  int64_t                   n_views, n_bins;         /* of a frame's samples; N both for pixels */
  double                   *angle, *detector, *time; /* of all frames; angle NULL for pixels */
  bool                      is_finished;
  double                    largest, sigma, model_error; /* when finished; model_error may be NaN */
} qv_simulate_state;

PetscErrorCode qv_simulate_check(const void *params, const qv_deck *deck, qv_diag *diag);
PetscErrorCode qv_simulate_estimate(const void *params, int size, qv_cost *cost);

/* The shapes of frame t. Pure. */
void qv_simulate_shapes(const qv_simulate_state *state, int64_t frame, qv_shapes *shapes);
/* Is entry i of a frame's samples measured? Pure. */
bool qv_simulate_is_measured(const qv_simulate_state *state, int64_t frame, int64_t i);

/* The file's arrays, offered when it is written. Collective. */
PetscErrorCode qv_simulate_put(const qv_simulate_state *state, qv_record *record);
