/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small random instances whose values are tabled over all subsets by means of their own, and
 * streams over them, for holding engines to their promises. */
#pragma once
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optim/submodular/coverage.h"
#include "optim/submodular/facility.h"
#include "optim/submodular/features.h"
#include "optim/submodular/greedy.h"
#include "optim/submodular/logdet.h"
#include "optim/submodular/nearest.h"
#include "tests/support/qv_test.h"

enum { TRIAL_N = 14, TRIAL_K = 6 };

typedef struct {
  int             n, k;
  const qv_group *group; /* NULL: every rank for itself */
  qv_objective   *f;
  double         *table; /* [2^n] f of every subset */
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
  PetscCall(qv_coverage_create(t->group, &sets, &t->f));
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
  if (t->group) { /* those of this rank, to the front */
    const qv_clients here = qv_facility_clients(t->group, clients);
    for (int e = 0; e < t->n; e++)
      for (int x = 0; x < here.n; x++) similarity[e * here.n + x] = kept[e][here.first + x];
  }
  PetscCall(qv_facility_create(t->group, t->n, clients, similarity, &t->f));
  PetscFunctionReturn(0);
}

/* ln |det| by elimination with row exchanges, of an m x m matrix, which it destroys. */
static inline double log_determinant(int m, double *a) {
  double sum = 0;
  for (int j = 0; j < m; j++) {
    int best = j;
    for (int i = j + 1; i < m; i++)
      if (fabs(a[i * m + j]) > fabs(a[best * m + j])) best = i;
    for (int c = j; c < m; c++) {
      const double kept = a[j * m + c];
      a[j * m + c]      = a[best * m + c];
      a[best * m + c]   = kept;
    }
    sum += log(fabs(a[j * m + j]));
    for (int i = j + 1; i < m; i++) {
      const double share = a[i * m + j] / a[j * m + j];
      for (int c = j; c < m; c++) a[i * m + c] -= share * a[j * m + c];
    }
  }
  return sum;
}

/* ln det(I + alpha K) of the elements of a set. */
static inline double log_det_of(int n, const double *k, double alpha, uint32_t set) {
  double a[32 * 32];
  int    at[32], m = 0;
  for (int e = 0; e < n; e++)
    if (set >> e & 1) at[m++] = e;
  for (int i = 0; i < m; i++)
    for (int j = 0; j < m; j++) a[i * m + j] = (i == j) + alpha * k[at[i] * n + at[j]];
  return log_determinant(m, a);
}

/* Points of few coordinates, some of them equal, under one of the three kernels. */
static inline PetscErrorCode draw_logdet(qv_dice *dice, trial *t) {
  const int       n    = t->n;
  const qv_kernel kind = (qv_kernel)qv_dice_below(dice, 3);
  qv_logdet_plan  plan = {.kernel = kind,
                          .n      = n,
                          .d      = 1 + (int)qv_dice_below(dice, 4),
                          .alpha  = 0.2 + 5 * dice_real(dice),
                          .sigma  = 0.3 + dice_real(dice)};
  double          k[TRIAL_N * TRIAL_N];

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n * PetscMax(n, plan.d), &plan.x));
  for (int e = 0; e < n; e++) {
    const bool copy = e && !qv_dice_below(dice, 6);
    for (int a = 0; a < plan.d; a++)
      plan.x[e * plan.d + a] = copy ? plan.x[(e - 1) * plan.d + a] : 2 * dice_real(dice) - 1;
  }
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      double far = 0, product = 0;
      for (int a = 0; a < plan.d; a++) {
        const double x = plan.x[i * plan.d + a], y = plan.x[j * plan.d + a];
        far += pow(x - y, 2);
        product += x * y;
      }
      k[i * n + j] = kind == QV_KERNEL_RBF ? exp(-far / (2 * plan.sigma * plan.sigma)) : product;
    }
  for (uint32_t set = 0; set < 1u << n; set++) t->table[set] = log_det_of(n, k, plan.alpha, set);
  if (kind == QV_KERNEL_MATRIX) {
    memcpy(plan.x, k, (size_t)(n * n) * sizeof *k);
    plan.d = n;
  }
  plan.group = t->group;
  PetscCall(qv_logdet_create(&plan, &t->f));
  PetscFunctionReturn(0);
}

/* Amounts of features, integers (ties) or reals, many of them 0, under one of the three functions.
 */
static inline PetscErrorCode draw_saturated(qv_dice *dice, trial *t) {
  const int    items = 1 + (int)qv_dice_below(dice, 10), phi = (int)qv_dice_below(dice, 3);
  const bool   whole = qv_dice_below(dice, 2), weighted = qv_dice_below(dice, 2);
  const double cap = 0.5 + 6 * dice_real(dice);
  qv_amounts   a   = {.sets = {.n_sets = t->n, .n_items = items}};
  double       weight[10], kept[TRIAL_N][10];

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(t->n + 1, &a.sets.first));
  PetscCall(PetscMalloc1(t->n * items, &a.sets.item));
  PetscCall(PetscMalloc1(t->n * items, &a.amount));
  if (weighted) PetscCall(PetscMalloc1(items, &a.sets.weight));
  for (int u = 0; u < items; u++) weight[u] = weighted ? 3 * dice_real(dice) : 1;
  if (weighted) memcpy(a.sets.weight, weight, (size_t)items * sizeof *weight);
  for (int64_t e = 0, end = a.sets.first[0] = 0; e < t->n; a.sets.first[++e] = end)
    for (int u = 0; u < items; u++) {
      kept[e][u] = whole ? (double)qv_dice_below(dice, 5) : 4 * dice_real(dice);
      if (!qv_dice_below(dice, 2)) kept[e][u] = 0;
      if (kept[e][u] == 0) continue;
      a.sets.item[end] = u;
      a.amount[end++]  = kept[e][u];
    }
  for (uint32_t set = 0; set < 1u << t->n; set++) {
    t->table[set] = 0;
    for (int u = 0; u < items; u++) {
      double m = 0;
      for (int e = 0; e < t->n; e++)
        if (set >> e & 1) m += kept[e][u];
      t->table[set] += weight[u] * (phi == 0 ? sqrt(m) : phi == 1 ? log(1 + m) : fmin(m, cap));
    }
  }
  const qv_features_plan how = {.group = t->group, .phi = (qv_phi)phi, .cap = cap};
  PetscCall(qv_features_create(&how, &a, &t->f));
  PetscFunctionReturn(0);
}

typedef struct {
  int    n;
  double s[20][TRIAL_N];
} offers;

static inline void offer_row(const void *context, int64_t client, double *similarity) {
  const offers *o = context;
  memcpy(similarity, o->s[client], (size_t)o->n * sizeof *similarity);
}

/* Clients that know their nearest elements only. */
static inline PetscErrorCode draw_nearest(qv_dice *dice, trial *t) {
  const int clients = 1 + (int)qv_dice_below(dice, 20), most = 1 + (int)qv_dice_below(dice, 6);
  offers    o = {.n = t->n};

  PetscFunctionBegin;
  for (int x = 0; x < clients; x++)
    for (int e = 0; e < t->n; e++)
      o.s[x][e] = qv_dice_below(dice, 4) ? (double)qv_dice_below(dice, 90) / 7 : 0;
  for (uint32_t set = 0; set < 1u << t->n; set++) t->table[set] = 0;
  for (int x = 0; x < clients; x++) {
    uint32_t known = 0;
    for (int i = 0; i < most; i++) { /* the largest, then the first */
      int best = -1;
      for (int e = 0; e < t->n; e++)
        if (!(known >> e & 1) && (best < 0 || o.s[x][e] > o.s[x][best])) best = e;
      if (best >= 0) known |= 1u << best;
    }
    for (uint32_t set = 0; set < 1u << t->n; set++) {
      double best = 0;
      for (int e = 0; e < t->n; e++)
        if (known & set & 1u << e) best = fmax(best, o.s[x][e]);
      t->table[set] += best;
    }
  }
  const qv_offers all = {t->n, clients, offer_row, &o};
  PetscCall(qv_nearest_create(t->group, &all, most, &t->f));
  PetscFunctionReturn(0);
}

static inline PetscErrorCode trial_create(qv_dice *dice, trial_maker make, int n, trial *t) {
  PetscFunctionBegin;
  *t = (trial){.n = n, .group = t->group, .k = 1 + (int)qv_dice_below(dice, TRIAL_K)};
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
