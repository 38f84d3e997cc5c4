/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small random instances whose values are tabled over all subsets by means of their own, and
 * streams over them, for holding engines to their promises. */
#pragma once
#include <stdlib.h>
#include <string.h>

#include "optim/submodular/coverage.h"
#include "optim/submodular/facility.h"
#include "optim/submodular/greedy.h"
#include "tests/support/qv_test.h"

enum { TRIAL_N = 14, TRIAL_K = 6 };

typedef struct {
  int           n, k;
  qv_objective *f;
  double       *table; /* [2^n] f of every subset */
} trial;

/* How an instance is drawn. */
typedef PetscErrorCode (*trial_maker)(qv_dice *dice, trial *t);

static inline double dice_real(qv_dice *dice) {
  return (double)(qv_dice_word(dice) >> 11) * 0x1p-53;
}

/* Coverage with random sets, weighted or not; empty and equal sets happen. */
static inline PetscErrorCode draw_coverage(qv_dice *dice, trial *t, bool weighted) {
  const int    items = 1 + (int)qv_dice_below(dice, 24);
  const double dense = 0.05 + 0.4 * dice_real(dice);
  qv_sets      sets  = {.n_sets = t->n, .n_items = items};
  uint32_t     holds[TRIAL_N];
  double       weight[32];

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(t->n + 1, &sets.first));
  PetscCall(PetscMalloc1(t->n * items, &sets.item));
  if (weighted) PetscCall(PetscMalloc1(items, &sets.weight));
  for (int x = 0; x < items; x++) {
    weight[x] = weighted ? (qv_dice_below(dice, 5) ? dice_real(dice) * 10 : 0) : 1;
    if (weighted) sets.weight[x] = weight[x];
  }
  sets.first[0] = 0;
  for (int e = 0; e < t->n; e++) {
    int64_t end = sets.first[e];
    holds[e]    = 0;
    for (int x = 0; x < items; x++) {
      if (dice_real(dice) >= dense) continue;
      sets.item[end++] = x;
      holds[e] |= 1u << x;
    }
    sets.first[e + 1] = end;
  }
  for (uint32_t set = 0; set < 1u << t->n; set++) {
    uint32_t covered = 0;
    double   value   = 0;
    for (int e = 0; e < t->n; e++)
      if (set >> e & 1) covered |= holds[e];
    for (int x = 0; x < items; x++)
      if (covered >> x & 1) value += weight[x];
    t->table[set] = value;
  }
  PetscCall(qv_coverage_create(&sets, &t->f));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode draw_unweighted(qv_dice *dice, trial *t) {
  PetscFunctionBegin;
  PetscCall(draw_coverage(dice, t, false));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode draw_weighted(qv_dice *dice, trial *t) {
  PetscFunctionBegin;
  PetscCall(draw_coverage(dice, t, true));
  PetscFunctionReturn(0);
}

/* Clients and similarities, integers (ties) or reals, many of them 0. */
static inline PetscErrorCode draw_facility(qv_dice *dice, trial *t) {
  const int  clients = 1 + (int)qv_dice_below(dice, 12);
  const bool whole   = qv_dice_below(dice, 2);
  double    *similarity, kept[TRIAL_N][12];

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(t->n * clients, &similarity));
  for (int e = 0; e < t->n; e++)
    for (int x = 0; x < clients; x++) {
      double s = whole ? (double)qv_dice_below(dice, 5) : 7 * dice_real(dice);
      if (!qv_dice_below(dice, 3)) s = 0;
      similarity[e * clients + x] = kept[e][x] = s;
    }
  for (uint32_t set = 0; set < 1u << t->n; set++) {
    t->table[set] = 0;
    for (int x = 0; x < clients; x++) {
      double best = 0;
      for (int e = 0; e < t->n; e++)
        if ((set >> e & 1) && kept[e][x] > best) best = kept[e][x];
      t->table[set] += best;
    }
  }
  PetscCall(qv_facility_create(t->n, clients, similarity, &t->f));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode trial_create(qv_dice *dice, trial_maker make, int n, trial *t) {
  PetscFunctionBegin;
  *t = (trial){.n = n, .k = 1 + (int)qv_dice_below(dice, TRIAL_K)};
  PetscCall(PetscMalloc1(1u << n, &t->table));
  PetscCall(make(dice, t));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode trial_destroy(trial *t) {
  PetscFunctionBegin;
  PetscCall(qv_objective_destroy(&t->f));
  PetscCall(PetscFree(t->table));
  PetscFunctionReturn(0);
}

/* The optimum over subsets of `live` of at most k elements. */
static inline double trial_optimum(const trial *t, uint32_t live) {
  double best = 0;
  for (uint32_t set = live; set; set = (set - 1) & live)
    if (__builtin_popcount(set) <= t->k && t->table[set] > best) best = t->table[set];
  return best;
}

static inline uint32_t mask_of(const qv_summary *s) {
  uint32_t set = 0;
  for (int32_t i = 0; i < s->n; i++) set |= 1u << s->e[i];
  return set;
}
