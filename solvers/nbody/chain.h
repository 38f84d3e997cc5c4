/* SPDX-License-Identifier: GPL-3.0-or-later
 * Three bodies as a chain a-b-c: the relative vectors of the two shorter sides, each component a
 * sum high + low; the middle body b lies opposite the longest side, so that the third side a-c,
 * their sum, does not cancel. The centre of mass moves on its straight line and is kept apart. */
#pragma once
#include <stdbool.h>
#include "solvers/nbody/twofold.h"

/* Plain doubles throughout: it is stored as a row of them. The first three components of an array
 * of six belong to the side a-b, the others to b-c. */
typedef struct {
  double     mass[3]; /* of the bodies as given */
  double     body[3]; /* which of them is a, b, c: 0, 1 or 2 */
  double     x[6], x_low[6], v[6], v_low[6];
  qv_twofold centre[3], centre_velocity[3]; /* the centre of mass at time 0, and its velocity */
} qv_chain;

void qv_chain_form(const double mass[3], const double position[3][3], const double velocity[3][3],
                   qv_chain *chain);

/* Choose the links anew if one of them has become more than 5 % longer than the third side. */
void qv_chain_relink(qv_chain *chain);

/* Positions and velocities in the frame of the start, at time `time`. */
void qv_chain_bodies(const qv_chain *chain, qv_twofold time, double position[3][3],
                     double velocity[3][3]);

/* Of the motion relative to the centre of mass, in twice the working precision. */
typedef struct {
  qv_twofold kinetic, potential; /* energy = kinetic - potential */
  qv_twofold angular_momentum[3];
} qv_chain_integrals;
void qv_chain_integrate(const qv_chain *chain, qv_chain_integrals *integrals);

/* The masses along the chain. */
static inline void qv_chain_masses(const qv_chain *chain, double mass[3]) {
  for (int i = 0; i < 3; i++) mass[i] = chain->mass[(int)chain->body[i]];
}

/* Sides of the chain: 0: a-b, 1: b-c, 2: a-c. The pair of bodies that a side joins, by the numbers
 * of the bodies as given: 0: 0-1, 1: 0-2, 2: 1-2. */
static inline int qv_chain_pair(const qv_chain *chain, int side) {
  static const int opposite[3] = {2, 0, 1};
  return 2 - (int)chain->body[opposite[side]];
}
