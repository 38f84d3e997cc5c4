/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rl/threebody/systems.h"

#include <string.h>

static void at_rest(const double mass[3], const double place[3][2], qv_system *system) {
  memset(system, 0, sizeof *system);
  for (int i = 0; i < 3; i++) {
    system->mass[i] = mass[i];
    for (int k = 0; k < 2; k++) system->position[i][k] = place[i][k];
  }
}

void qv_systems_pythagorean(qv_system *system) {
  const double mass[3] = {3, 4, 5}, place[3][2] = {{1, 3}, {-2, -1}, {1, -1}};
  at_rest(mass, place, system);
}

/* Moore 1993; Chenciner & Montgomery 2000. The isosceles start, refined in 128 bits: with the eight
 * digits of the literature the orbit closes to 8e-8 only. */
void qv_systems_figure_eight(qv_system *system, double *period) {
  const double mass[3] = {1, 1, 1}, place[3][2] = {{-1, 0}, {1, 0}, {0, 0}};
  const double v[2] = {0.3471168881189269382427769203, 0.5327249453880302292620279877};
  at_rest(mass, place, system);
  for (int k = 0; k < 2; k++) {
    system->velocity[0][k] = system->velocity[1][k] = v[k];
    system->velocity[2][k]                          = -2 * v[k];
  }
  *period = 6.325913982926211677589000334;
}
