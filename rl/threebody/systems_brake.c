/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rl/threebody/systems.h"

#include <string.h>

typedef struct {
  double x, y, period;
} brake_orbit;

static const brake_orbit orbits[] = {
#define QV_BRAKE(x, y, period) {x, y, period},
#include "rl/threebody/brake_orbits.def"
#undef QV_BRAKE
};

void qv_systems_brake(int number, qv_system *system, double *period) {
  const brake_orbit *orbit = &orbits[number - 1];
  memset(system, 0, sizeof *system);
  for (int i = 0; i < 3; i++) system->mass[i] = 1;
  system->position[0][0] = -0.5;
  system->position[1][0] = 0.5;
  system->position[2][0] = orbit->x;
  system->position[2][1] = orbit->y;
  *period                = orbit->period;
}
