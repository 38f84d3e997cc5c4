/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the words of a qv_hermite4 mean. Coordinates are relative to body 0, as in the kernel. */
#pragma once
#include "solvers/nbody/hermite4.h"

enum {
  QV_HERMITE4_MASS = 0, /* [3] */
  /* the rows of a block, in its order */
  QV_HERMITE4_BLOCK   = 3,
  QV_HERMITE4_R       = 3,  /* [body 1, body 2][axis] */
  QV_HERMITE4_V       = 9,  /* same */
  QV_HERMITE4_CLOSING = 27, /* [pair], after A and J */
  QV_HERMITE4_SCALE   = 30,
  QV_HERMITE4_TIME    = 31,
  /* the rest */
  QV_HERMITE4_T_END        = 32,
  QV_HERMITE4_INTERVAL     = 33,
  QV_HERMITE4_DONE         = 34, /* whole intervals behind it */
  QV_HERMITE4_RESTARTS     = 35, /* recomputations of the forces, the one that is due included */
  QV_HERMITE4_SPENT        = 36, /* evaluations */
  QV_HERMITE4_OVERFLOWED   = 37,
  QV_HERMITE4_NEAREST      = 38, /* separation */
  QV_HERMITE4_NEAREST_TIME = 39,
  QV_HERMITE4_NEAREST_PAIR = 40,
  QV_HERMITE4_CENTRE       = 41, /* [3] centre of mass at t = 0 */
  QV_HERMITE4_DRIFT        = 44, /* [3] its velocity */
  /* before the last step to t_end, for an end that is moved */
  QV_HERMITE4_KEPT         = 47, /* the rows of a block */
  QV_HERMITE4_KEPT_NEAREST = 76, /* [3] */
  QV_HERMITE4_KEPT_DONE    = 79,
  QV_HERMITE4_USED         = 80
};

enum { QV_HERMITE4_ROWS = QV_HERMITE4_TIME + 1 - QV_HERMITE4_BLOCK };

_Static_assert((int)QV_HERMITE4_USED <= (int)QV_HERMITE4_WORDS, "too many words");

/* Where the current interval ends. Pure. */
double qv_hermite4_state_end(const qv_hermite4 *s);

/* The time is that end: count the interval, and let the forces be recomputed by a step of length 0.
 */
void qv_hermite4_state_restart(qv_hermite4 *s);

/* Positions and velocities in the frame of the start from relative ones ([body 1, body 2][axis]) at
 * time t. Pure. */
void qv_hermite4_state_absolute(const qv_hermite4 *s, const double *r, const double *v, double t,
                                double position[3][3], double velocity[3][3]);
