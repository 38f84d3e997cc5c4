/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rl/threebody/systems.h"

#include <string.h>

enum { STATE = 624, SHIFT = 397, DRAWS = 4 };

/* 10 km/s in au/yr. */
static const double SPEED = 10 * 0.210945021;

/* The first four doubles of numpy.random.seed(seed); numpy.random.random(4): the Mersenne Twister
 * MT19937 (Matsumoto & Nishimura 1998) with its plain initialisation of 2002, 53 bits out of two
 * words. Eight words need no more than the first eight steps of the recurrence. */
static void draw(uint32_t seed, double u[DRAWS]) {
  uint32_t state[STATE], word[2 * DRAWS];
  state[0] = seed;
  for (uint32_t i = 1; i < STATE; i++)
    state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
  for (int i = 0; i < 2 * DRAWS; i++) {
    const uint32_t joined = (state[i] & 0x80000000u) | (state[i + 1] & 0x7fffffffu);
    uint32_t       y      = state[i + SHIFT] ^ (joined >> 1) ^ (joined & 1 ? 0x9908b0dfu : 0);
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    word[i] = y ^ (y >> 18);
  }
  for (int i = 0; i < DRAWS; i++)
    u[i] = ((word[2 * i] >> 5) * 67108864.0 + (word[2 * i + 1] >> 6)) / 9007199254740992.0;
}

void qv_systems_paper(uint32_t seed, qv_system *system) {
  double u[DRAWS];
  draw(seed, u);
  memset(system, 0, sizeof *system);
  for (int i = 0; i < 3; i++) system->mass[i] = 1;
  system->position[1][0] = 5 + 15 * u[0];
  system->position[1][1] = 10 * u[1];
  system->position[2][0] = -10 * u[2];
  system->position[2][1] = 5 + 15 * u[3];
  system->velocity[0][1] = SPEED;
  system->velocity[1][0] = -SPEED;
  for (int k = 0; k < 2; k++) {
    double x = 0, v = 0;
    for (int i = 0; i < 3; i++) x += system->position[i][k], v += system->velocity[i][k];
    for (int i = 0; i < 3; i++) {
      system->position[i][k] -= x / 3;
      system->velocity[i][k] -= v / 3;
    }
  }
}
