/* SPDX-License-Identifier: GPL-3.0-or-later
 * Three bodies through close encounters: logarithmic-Hamiltonian leapfrog in chain coordinates
 * (Mikkola & Tanikawa 1999; Preto & Tremaine 1999) with Gragg-Bulirsch-Stoer extrapolation of
 * increments, compensated sums, physical time as a state, and an exact stop at the end time.
 *
 * G = 1; any units with that. Knows nothing of decks or files. Not thread-bound: all state is in
 * the struct, which is plain data and may be copied, sent and stored as QV_REGULARISED_WORDS
 * doubles. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { QV_REGULARISED_WORDS = 96 };

typedef struct {
  double word[QV_REGULARISED_WORDS]; /* integers are stored as doubles; layout in regularised.c */
} qv_regularised;

typedef enum {
  QV_NBODY_GOING_ON,
  QV_NBODY_REACHED,   /* t == t_end */
  QV_NBODY_COLLAPSED, /* the step fell to nothing, or a value is not finite */
} qv_nbody_outcome;

/* Start at t = 0 from masses [3] > 0, positions and velocities [body][axis]. Differences are formed
 * exactly; the fixed binding energy B is computed in twice the working precision. */
void qv_regularised_start(const double mass[3], const double position[3][3],
                          const double velocity[3][3], qv_regularised *s);

/* One accepted step (with its rejected trials), not beyond t_end, which is met exactly. `tolerance`
 * is the deck's (1e-14 maps inside to 3e-15). Updates time, counts and the closest approach. */
qv_nbody_outcome qv_regularised_step(qv_regularised *s, double tolerance, double t_end);

/* The state at time t >= the time of *s by a side integration on a copy: *s stays as it is. Adds
 * the force evaluations it cost to *evaluations. */
void qv_regularised_sample(const qv_regularised *s, double tolerance, double t,
                           double position[3][3], double velocity[3][3], int64_t *evaluations);

/* What the state says. Positions are in the frame that the start was given in. */
void    qv_regularised_state(const qv_regularised *s, double position[3][3], double velocity[3][3]);
double  qv_regularised_time(const qv_regularised *s);
int64_t qv_regularised_steps(const qv_regularised *s);
int64_t qv_regularised_evaluations(const qv_regularised *s); /* all three pairs once = 1 */

/* (E - E0) and the vector L - L0 from the relative coordinates, and E0 and L0 themselves, free of
 * the cancellation of barycentric ones. energy[0] = E0, energy[1] = E - E0; L0[3], dL[3]. Both are
 * of the motion relative to the centre of mass. */
void qv_regularised_conserved(const qv_regularised *s, double energy[2], double momentum[3],
                              double momentum_change[3]);

/* The smallest separation of any pair so far, its time, and the pair (0: bodies 0-1, 1: 0-2,
 * 2: 1-2), by the root of r.v = 0 inside the step. Before any encounter: the start's smallest. */
void qv_regularised_closest(const qv_regularised *s, double *separation, double *time, int *pair);
