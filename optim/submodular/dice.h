/* SPDX-License-Identifier: GPL-3.0-or-later
 * Many cheap draws from one key: splitmix64 counts on from a word of the shared Philox streams, so
 * a draw is a pure function of (seed, purpose, guess, update) and there is nothing to save. */
#pragma once
#include <stdint.h>

#include "solvers/parallel/random.h"

typedef struct {
  uint64_t state;
} qv_dice;

/* The dice for one occasion: `update` numbers the stream's updates, `guess` may be negative. */
static inline qv_dice qv_dice_for(qv_stream stream, int64_t update, int32_t guess) {
  uint64_t words[4];
  qv_random_words(stream, (uint64_t)update, (uint64_t)(int64_t)guess, words);
  return (qv_dice){words[0]};
}

static inline uint64_t qv_dice_word(qv_dice *dice) {
  uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
  z          = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z          = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* A uniform integer in [0, n), 1 <= n < 2^32, without bias (multiply, reject the short ends). */
static inline uint32_t qv_dice_below(qv_dice *dice, uint32_t n) {
  uint64_t product = (qv_dice_word(dice) >> 32) * n;
  if ((uint32_t)product < n) {
    const uint32_t rejected = (uint32_t)-n % n;
    while ((uint32_t)product < rejected) product = (qv_dice_word(dice) >> 32) * n;
  }
  return (uint32_t)(product >> 32);
}

/* Put a uniform random choice of `some` of the n entries, in random order, at the front. */
static inline void qv_dice_deal(qv_dice *dice, int32_t some, int32_t n, int32_t *entry) {
  for (int32_t i = 0; i < some; i++) {
    const int32_t j    = i + (int32_t)qv_dice_below(dice, (uint32_t)(n - i));
    const int32_t kept = entry[i];
    entry[i]           = entry[j];
    entry[j]           = kept;
  }
}
