/* SPDX-License-Identifier: GPL-3.0-or-later
 * The generator SplitMix64, which is a mixed counter. */
#pragma once
#include <stdint.h>

static inline uint64_t splitmix(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z          = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z          = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Number `index`, from 0, of the sequence that begins with the state 0. */
static inline uint64_t splitmix_at(uint64_t index) {
  uint64_t state = index * 0x9e3779b97f4a7c15u;
  return splitmix(&state);
}
