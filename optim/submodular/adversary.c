/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/adversary.h"

/* The first element from a random one on that is live, or is not. */
static int32_t search(const qv_ground *ground, int32_t n, uint8_t live, qv_dice *dice) {
  const int32_t start = (int32_t)qv_dice_below(dice, (uint32_t)n);
  for (int32_t i = 0; i < n; i++) {
    const int32_t e = (int32_t)(((int64_t)start + i) % n);
    if (ground->live[e] == live) return e;
  }
  return -1;
}

int32_t qv_adversary_hit(const qv_ground *ground, int32_t n, const qv_summary *summary,
                         qv_dice *dice) {
  if (!summary->n) return search(ground, n, 1, dice);
  return summary->e[qv_dice_below(dice, (uint32_t)summary->n)];
}

int32_t qv_adversary_renew(const qv_ground *ground, int32_t n, qv_dice *dice) {
  return search(ground, n, 0, dice);
}
