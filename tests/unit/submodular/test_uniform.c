/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=120
 * The picks of `sampled` are uniform over what their level chooses from, given the picks below: one
 * fixed sequence of updates, many seeds, chi-square in each group of equal prefixes. A coin that is
 * slightly wrong must be found out. */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "tests/unit/submodular/trial.h"

enum { N = 9, K = 3, UPDATES = 40, SEEDS = 60000, GROUPS = 1024 };

/* Picks of a level after equal picks below. */
typedef struct {
  int      used, level;
  uint32_t prefix, reach; /* the picks below; R_level as a mask */
  int      count[N];
} group;

typedef struct {
  qv_objective *f;
  int           e[UPDATES]; /* turned one after the other */
  group         group[GROUPS];
  int           n_groups;
  bool          same_reach;
} experiment;

/* Sets of different sizes that overlap, so that levels choose from different elements. */
static PetscErrorCode draw(experiment *x) {
  static const uint32_t holds[N] = {0x00f, 0x03c, 0x0f0, 0x3c0, 0xf00, 0xc03, 0x111, 0x222, 0xaaa};
  qv_sets               sets     = {.n_sets = N, .n_items = 12};
  qv_dice               dice     = {99};
  uint32_t              live     = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(N + 1, &sets.first));
  PetscCall(PetscMalloc1(N * 12, &sets.item));
  sets.first[0] = 0;
  for (int e = 0; e < N; e++) {
    sets.first[e + 1] = sets.first[e];
    for (int i = 0; i < 12; i++)
      if (holds[e] >> i & 1) sets.item[sets.first[e + 1]++] = i;
  }
  PetscCall(qv_coverage_create(NULL, &sets, &x->f));
  for (int u = 0; u < UPDATES; u++) {
    int e = (int)qv_dice_below(&dice, N);
    while (u > 20 && (live >> e & 1) && __builtin_popcount(live) < 6) e = (e + 1) % N;
    live ^= 1u << e;
    x->e[u] = e;
  }
  PetscFunctionReturn(0);
}

/* Count the elements of each depth anew, after they were tampered with. */
static void recount(qv_nest *nest) {
  for (int d = 0; d <= K + 1; d++) nest->count[d] = 0;
  for (int e = 0; e < N; e++)
    if (nest->depth[e]) nest->count[nest->depth[e]]++;
}

static group *find(experiment *x, int level, uint32_t prefix) {
  for (int i = 0; i < x->n_groups; i++)
    if (x->group[i].level == level && x->group[i].prefix == prefix) return &x->group[i];
  if (x->n_groups == GROUPS) return NULL;
  x->group[x->n_groups] = (group){.level = level, .prefix = prefix};
  return &x->group[x->n_groups++];
}

static void note(experiment *x, const qv_nest *nest) {
  uint32_t prefix = 1;
  for (int l = 1; l <= nest->n_levels; l++) {
    uint32_t reach = 0;
    for (int e = 0; e < N; e++)
      if (nest->depth[e] >= l) reach |= 1u << e;
    group *g = find(x, l, prefix);
    EXPECT(g != NULL);
    if (!g) return;
    if (g->used && g->reach != reach) x->same_reach = false;
    g->used  = 1;
    g->reach = reach;
    g->count[nest->pick[l - 1]]++;
    prefix = prefix * 16 + (uint32_t)nest->pick[l - 1];
  }
}

/* One seed: all updates, with the coin of insertions off by one when `broken`. */
static PetscErrorCode one(experiment *x, uint64_t seed, bool broken) {
  qv_desk  *desk;
  qv_guess *guess;
  uint32_t  live = 0;

  PetscFunctionBegin;
  PetscCall(qv_desk_create(x->f, K, 0.2, &desk));
  desk->stream = qv_stream_named(seed, "uniform");
  PetscCall(qv_guess_create(desk, 0, (int64_t)(2 / x->f->quantum), &guess));
  for (int u = 0; u < UPDATES; u++) {
    const int e  = x->e[u];
    desk->update = u + 1;
    live ^= 1u << e;
    if (broken && (live >> e & 1)) guess->nest->count[guess->nest->n_levels]++;
    if (live >> e & 1)
      PetscCall(qv_rule_sampled.insert(guess, e));
    else
      PetscCall(qv_rule_sampled.erase(guess, e));
    if (broken) recount(guess->nest);
  }
  note(x, guess->nest);
  PetscCall(qv_guess_destroy(&guess));
  PetscCall(qv_desk_destroy(&desk));
  PetscFunctionReturn(0);
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* p-values of all groups with enough counts: the smallest, and how far from uniform they are. */
static void judge(const experiment *x, double *smallest, double *distance, int *n) {
  static double p[GROUPS];
  *n        = 0;
  *smallest = 1;
  *distance = 0;
  for (int i = 0; i < x->n_groups; i++) {
    const group *g    = &x->group[i];
    const int    size = __builtin_popcount(g->reach);
    double       all = 0, chi = 0;
    for (int e = 0; e < N; e++) {
      all += g->count[e];
      if (!(g->reach >> e & 1)) EXPECT_INT(g->count[e], 0);
    }
    if (size < 2 || all < 10 * size) continue;
    for (int e = 0; e < N; e++)
      if (g->reach >> e & 1) chi += pow(g->count[e] - all / size, 2) / (all / size);
    p[(*n)++] = gsl_cdf_chisq_Q(chi, size - 1);
    *smallest = fmin(*smallest, p[*n - 1]);
  }
  qsort(p, (size_t)*n, sizeof *p, by_size);
  for (int i = 0; i < *n; i++)
    *distance = fmax(*distance, fmax(fabs(p[i] - (double)i / *n), fabs(p[i] - (i + 1.0) / *n)));
}

static PetscErrorCode run(bool broken, double *smallest, double *distance, int *n) {
  static experiment x;

  PetscFunctionBegin;
  memset(&x, 0, sizeof x);
  x.same_reach = true;
  PetscCall(draw(&x));
  for (uint64_t seed = 0; seed < SEEDS; seed++) PetscCall(one(&x, seed, broken));
  EXPECT(x.same_reach);
  judge(&x, smallest, distance, n);
  PetscCall(qv_objective_destroy(&x.f));
  PetscFunctionReturn(0);
}

static PetscErrorCode uniform(void) {
  double smallest, distance;
  int    n;

  PetscFunctionBegin;
  PetscCall(run(false, &smallest, &distance, &n));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "# %d groups, smallest p %.2g, KS distance %.3f\n", n,
                        smallest, distance));
  EXPECT(n >= 20);
  EXPECT(smallest * n > 0.01);
  EXPECT(distance < 1.63 / sqrt(n));
  PetscFunctionReturn(0);
}

static PetscErrorCode broken_coin_is_found(void) {
  double smallest, distance;
  int    n;

  PetscFunctionBegin;
  PetscCall(run(true, &smallest, &distance, &n));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "# %d groups, smallest p %.2g, KS distance %.3f\n", n,
                        smallest, distance));
  EXPECT(smallest * n < 1e-6);
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"uniform", uniform}, {"broken_coin_is_found", broken_coin_is_found});
}
