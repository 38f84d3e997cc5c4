/* SPDX-License-Identifier: GPL-3.0-or-later
 * Conserved quantities and orbital elements of a few bodies, G = 1, compensated where it matters.
 */
#pragma once
#include <stdbool.h>

/* Kinetic and potential energy in the frame given; angular momentum about the origin; centre of
 * mass and its velocity. Sums in twice the working precision, rounded once. */
typedef struct {
  double kinetic, potential, energy;
  double angular_momentum[3];
  double momentum_scale; /* sum m |r| |v| */
  double centre[3], centre_velocity[3];
} qv_invariants;

void qv_invariants_compute(const double mass[3], const double position[3][3],
                           const double velocity[3][3], qv_invariants *result);

/* The most bound pair as a Kepler orbit, and the third body relative to it. */
typedef struct {
  int    third;                         /* the body that is not of the pair: 0..2 */
  double semi_major_axis, eccentricity; /* of the pair; a < 0: unbound */
  double period;                        /* NaN when unbound */
  double distance;                      /* of the third body from the pair's centre of mass */
  double radial_velocity;
  double energy_of_third; /* specific energy of the outer motion; > 0: unbound */
} qv_hierarchy;

void qv_hierarchy_find(const double mass[3], const double position[3][3],
                       const double velocity[3][3], qv_hierarchy *result);

/* Has the third body escaped: outer motion unbound, receding, and farther than 10 times the pair's
 * semi-major axis? */
bool qv_hierarchy_escaped(const qv_hierarchy *h);
