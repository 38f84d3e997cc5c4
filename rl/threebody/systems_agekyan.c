/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rl/threebody/systems.h"
#include "solvers/parallel/random.h"

#include <string.h>

/* Region D of Agekyan & Anosova 1967: two bodies on the x axis a unit apart, the third in the first
 * quadrant and nowhere farther than 1 from the left one; every shape of a triangle occurs once. */
void qv_systems_agekyan_anosova(uint64_t seed, uint64_t index, qv_system *system) {
  const qv_stream stream = qv_stream_named(seed, "systems");
  const double    width = 0.5, height = 0.86602540378443864676;
  double          x, y;
  uint64_t        draw = 0;
  do {
    x = width * qv_random_uniform(stream, index, draw++);
    y = height * qv_random_uniform(stream, index, draw++);
  } while ((x + 0.5) * (x + 0.5) + y * y > 1);
  memset(system, 0, sizeof *system);
  for (int i = 0; i < 3; i++) system->mass[i] = 1;
  system->position[0][0] = -0.5;
  system->position[1][0] = 0.5;
  system->position[2][0] = x;
  system->position[2][1] = y;
}
