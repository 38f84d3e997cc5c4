/* SPDX-License-Identifier: GPL-3.0-or-later
 * The public face: the state as a row of doubles. */
#include "solvers/nbody/regularised_impl.h"

#include <string.h>

_Static_assert(sizeof(qv_motion) <= sizeof(qv_regularised), "the state fits into its row");

static qv_motion load(const qv_regularised *s) {
  qv_motion motion;
  memcpy(&motion, s->word, sizeof motion);
  return motion;
}

static void save(const qv_motion *motion, qv_regularised *s) {
  memcpy(s->word, motion, sizeof *motion);
}

/* The shortest side of the chain as the closest approach so far. */
static void first_closest(qv_motion *motion) {
  const double *x        = motion->chain.x;
  const double  third[3] = {x[0] + x[3], x[1] + x[4], x[2] + x[5]};
  const double *side[3]  = {x, x + 3, third};
  for (int k = 0; k < 3; k++) {
    const double *d = side[k], r = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    if (k > 0 && !(r < motion->closest)) continue;
    motion->closest      = r;
    motion->closest_pair = qv_chain_pair(&motion->chain, k);
  }
}

void qv_regularised_start(const double mass[3], const double position[3][3],
                          const double velocity[3][3], qv_regularised *s) {
  qv_motion          motion;
  qv_chain_integrals integrals;
  memset(&motion, 0, sizeof motion);
  memset(s, 0, sizeof *s);
  qv_chain_form(mass, position, velocity, &motion.chain);
  qv_chain_integrate(&motion.chain, &integrals);
  motion.binding = qv_twofold_subtract(integrals.potential, integrals.kinetic);
  memcpy(motion.angular_momentum, integrals.angular_momentum, sizeof motion.angular_momentum);
  first_closest(&motion);
  save(&motion, s);
}

qv_nbody_outcome qv_regularised_step(qv_regularised *s, double tolerance, double t_end) {
  qv_motion              motion  = load(s);
  const qv_nbody_outcome outcome = qv_regularised_step_once(&motion, tolerance, t_end, true);
  save(&motion, s);
  return outcome;
}

void qv_regularised_sample(const qv_regularised *s, double tolerance, double t,
                           double position[3][3], double velocity[3][3], int64_t *evaluations) {
  qv_motion        motion  = load(s);
  const double     before  = motion.evaluations;
  qv_nbody_outcome outcome = QV_NBODY_GOING_ON;
  while (outcome == QV_NBODY_GOING_ON)
    outcome = qv_regularised_step_once(&motion, tolerance, t, false);
  qv_chain_bodies(&motion.chain, motion.time, position, velocity);
  *evaluations += (int64_t)(motion.evaluations - before);
  if (outcome != QV_NBODY_COLLAPSED) return;
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < 3; i++) position[k][i] = velocity[k][i] = NAN;
}

void qv_regularised_state(const qv_regularised *s, double position[3][3], double velocity[3][3]) {
  const qv_motion motion = load(s);
  qv_chain_bodies(&motion.chain, motion.time, position, velocity);
}

double qv_regularised_time(const qv_regularised *s) {
  return load(s).time.high;
}

int64_t qv_regularised_steps(const qv_regularised *s) {
  return (int64_t)load(s).steps;
}

int64_t qv_regularised_evaluations(const qv_regularised *s) {
  return (int64_t)load(s).evaluations;
}

void qv_regularised_conserved(const qv_regularised *s, double energy[2], double momentum[3],
                              double momentum_change[3]) {
  const qv_motion    motion = load(s);
  qv_chain_integrals now;
  qv_chain_integrate(&motion.chain, &now);
  energy[0] = -motion.binding.high;
  energy[1] = qv_twofold_add(qv_twofold_subtract(now.kinetic, now.potential), motion.binding).high;
  for (int i = 0; i < 3; i++) {
    const qv_twofold start = motion.angular_momentum[i];
    momentum[i]            = start.high;
    momentum_change[i]     = qv_twofold_subtract(now.angular_momentum[i], start).high;
  }
}

void qv_regularised_closest(const qv_regularised *s, double *separation, double *time, int *pair) {
  const qv_motion motion = load(s);
  *separation            = motion.closest;
  *time                  = motion.closest_time;
  *pair                  = (int)motion.closest_pair;
}
