/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fourth-order Hermite scheme with a shared, variable step h = mu t_c (predict, evaluate once,
 * correct), many three-body systems side by side in the lanes of a block.
 *
 * G = 1. A system's bits do not depend on its lane or on its neighbours. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { QV_HERMITE4_LANES = 16, QV_HERMITE4_WORDS = 80 };

/* One system between steps: plain data, stored as a row of doubles. */
typedef struct {
  double word[QV_HERMITE4_WORDS]; /* integers are stored as doubles; layout in hermite4_state.h */
} qv_hermite4;

/* Start at t = 0. `interval` > 0: integrate interval by interval, each ended exactly and followed
 * by a recomputation of the forces; 0: none (one interval up to t_end). Interval k ends at
 * (k + 1) * interval, the last one at t_end. */
void qv_hermite4_start(const double mass[3], const double position[3][3],
                       const double velocity[3][3], double interval, double t_end, qv_hermite4 *s);

/* Move the end to a later time: from here on as if it had been the end from the start, bit for bit.
 * A system that has reached the old end goes back to its last full step before it. */
void qv_hermite4_extend(qv_hermite4 *s, double t_end);

/* Advance the systems s[0..n) until each has reached its end or the budget of force evaluations of
 * its own (as counted by qv_hermite4_evaluations), or until about `work` evaluations were spent in
 * this call. mu[i] is the step parameter of system i, constant in this call. n is any number: lanes
 * are refilled. Lowest-numbered systems are served first. Returns the evaluations spent. */
int64_t qv_hermite4_advance(int64_t n, qv_hermite4 *s, const double *mu, int64_t budget,
                            int64_t work);

/* The same up to time t (<= t_end) and not beyond, by a side step from the last full step before t,
 * on a copy: used for snapshots. A snapshot time is met while advancing, through this callback: for
 * each system and each of its times in (t_old, t_new], in increasing order. */
typedef struct {
  int64_t       n_times;
  const double *time; /* [n_times] increasing, shared by all systems */
  /* system is the place in s[], i the index into time; position and velocity at that time */
  void (*take)(void *context, int64_t system, int64_t i, const double position[3][3],
               const double velocity[3][3]);
  void *context;
} qv_hermite4_snapshots;
int64_t qv_hermite4_advance_with(int64_t n, qv_hermite4 *s, const double *mu, int64_t budget,
                                 int64_t work, const qv_hermite4_snapshots *snapshots);

void    qv_hermite4_state(const qv_hermite4 *s, double position[3][3], double velocity[3][3]);
double  qv_hermite4_time(const qv_hermite4 *s);
bool    qv_hermite4_reached(const qv_hermite4 *s); /* t == t_end */
bool    qv_hermite4_finite(const qv_hermite4 *s);  /* false: a value overflowed; it stops there */
int64_t qv_hermite4_steps(const qv_hermite4 *s);
int64_t qv_hermite4_evaluations(const qv_hermite4 *s); /* side steps for snapshots not counted */

/* The smallest separation so far, its time and pair (0: 0-1, 1: 0-2, 2: 1-2), by the root of
 * r.v = 0 on the step's quintic or cubic Hermite interpolant. */
void qv_hermite4_closest(const qv_hermite4 *s, double *separation, double *time, int *pair);
