/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Sums over features: values against the formula, marginals to all prefixes against prefixes built
 * one by one, sparse facility location against the dense one, bit for bit. */
#include "tests/unit/submodular/trial.h"

enum { N = 120, ITEMS = 40, K = 60, LEVELS = K / 3 };

static double amount_of(int e, int u) {
  const uint32_t word = (uint32_t)(e * 2654435761u + u * 40503u + 77u) * 2246822519u;
  return (word >> 28) < 5 ? (double)(word >> 8 & 0xffff) / 3001 : 0;
}

static PetscErrorCode make(qv_phi phi, double cap, qv_objective **f) {
  qv_amounts a = {.sets = {.n_sets = N, .n_items = ITEMS}};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(N + 1, &a.sets.first));
  PetscCall(PetscMalloc1(N * ITEMS, &a.sets.item));
  PetscCall(PetscMalloc1(N * ITEMS, &a.amount));
  PetscCall(PetscMalloc1(ITEMS, &a.sets.weight));
  for (int u = 0; u < ITEMS; u++) a.sets.weight[u] = 0.1 * u;
  int64_t end = a.sets.first[0] = 0;
  for (int e = 0; e < N; e++) {
    for (int u = 0; u < ITEMS; u++) {
      if (amount_of(e, u) == 0) continue;
      a.sets.item[end] = u;
      a.amount[end++]  = amount_of(e, u);
    }
    a.sets.first[e + 1] = end;
  }
  PetscCall(qv_features_create(&(qv_features_plan){.phi = phi, .cap = cap}, &a, f));
  PetscFunctionReturn(0);
}

static double value_of(qv_phi phi, double cap, int n, const int32_t *e) {
  double value = 0;
  for (int u = 0; u < ITEMS; u++) {
    double m = 0;
    for (int i = 0; i < n; i++)
      m = phi == QV_PHI_LARGEST ? fmax(m, amount_of(e[i], u)) : m + amount_of(e[i], u);
    if (phi == QV_PHI_SQRT) m = sqrt(m);
    if (phi == QV_PHI_LOG1P) m = log(1 + m);
    if (phi == QV_PHI_MIN) m = fmin(m, cap);
    value += 0.1 * u * m;
  }
  return value;
}

static PetscErrorCode one(qv_phi phi) {
  static int64_t by_level[LEVELS + 1][N];
  const double   cap   = 60;
  int64_t        value = 0;
  int32_t        all[N], order[K];
  qv_objective  *f;
  qv_prefix     *p, *q;
  qv_dice        dice = {23};

  PetscFunctionBegin;
  for (int e = 0; e < N; e++) all[e] = e;
  for (int i = 0; i < K; i++) order[i] = (11 * i) % N;
  PetscCall(make(phi, cap, &f));
  PetscCall(f->kind->prefix_create(f, K, &p));
  PetscCall(f->kind->prefix_create(f, K, &q));
  for (int i = 0; i < K; i++) f->kind->push(p, order[K - 1 - i], 1 + i / 5);
  f->kind->truncate(p, 4, 0, NULL);
  f->kind->truncate(p, 0, 0, NULL);
  f->kind->gains(q, N, all, by_level[0]);
  for (int i = 0; i < K; i++) {
    value += qv_objective_gain(q, order[i]);
    f->kind->push(p, order[i], 1 + i / 3);
    f->kind->push(q, order[i], 1);
    f->kind->gains(q, N, all, by_level[1 + i / 3]);
    EXPECT_REL((double)value * f->quantum, value_of(phi, cap, i + 1, order), 1e-12);
  }
  for (int e = 0; e < N; e++) {
    EXPECT_INT(qv_objective_gain(p, e), by_level[LEVELS][e]);
    for (int tries = 0; tries < 6; tries++) {
      const int     top  = (int)qv_dice_below(&dice, LEVELS + 1);
      const int64_t tau  = 1 + by_level[qv_dice_below(&dice, LEVELS + 1)][e];
      int32_t       want = -1;
      for (int l = 0; l <= top; l++)
        if (by_level[l][e] >= qv_objective_least(f, tau)) want = l;
      EXPECT_INT(f->kind->depth(p, e, top, tau), want);
    }
  }
  PetscCall(f->kind->prefix_destroy(&p));
  PetscCall(f->kind->prefix_destroy(&q));
  PetscCall(qv_objective_destroy(&f));
  PetscFunctionReturn(0);
}

static PetscErrorCode root(void) {
  return one(QV_PHI_SQRT);
}
static PetscErrorCode logarithm(void) {
  return one(QV_PHI_LOG1P);
}
static PetscErrorCode cut_off(void) {
  return one(QV_PHI_MIN);
}
static PetscErrorCode largest(void) {
  return one(QV_PHI_LARGEST);
}

/* One feature, its cap, and amounts that reach it alone: at the ends of the integers. */
static PetscErrorCode extremes(void) {
  qv_amounts    a = {.sets = {.n_sets = 2, .n_items = 1}};
  qv_objective *f;
  qv_prefix    *p;
  const int32_t both[2] = {0, 1};

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(3, &a.sets.first));
  PetscCall(PetscCalloc1(2, &a.sets.item));
  PetscCall(PetscMalloc1(2, &a.amount));
  a.sets.first[1] = 1;
  a.sets.first[2] = 2;
  a.amount[0] = a.amount[1] = 1e300;
  PetscCall(qv_features_create(&(qv_features_plan){.phi = QV_PHI_MIN, .cap = 1}, &a, &f));
  PetscCall(f->kind->prefix_create(f, 2, &p));
  EXPECT_REL((double)qv_objective_value(p, 2, both) * f->quantum, 1, 1e-15);
  PetscCall(f->kind->prefix_destroy(&p));
  PetscCall(qv_objective_destroy(&f));
  PetscFunctionReturn(0);
}

static void offer(const void *context, int64_t client, double *similarity) {
  (void)context;
  for (int e = 0; e < N; e++) similarity[e] = amount_of(e, (int)client);
}

static PetscErrorCode sparse_is_dense(void) {
  double       *similarity;
  qv_objective *f[2];
  qv_prefix    *p[2];

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(N * ITEMS, &similarity));
  for (int e = 0; e < N; e++)
    for (int x = 0; x < ITEMS; x++) similarity[e * ITEMS + x] = amount_of(e, x);
  PetscCall(qv_facility_create(NULL, N, ITEMS, similarity, &f[0]));
  PetscCall(qv_nearest_create(NULL, &(qv_offers){N, ITEMS, offer, NULL}, N, &f[1]));
  EXPECT(f[0]->quantum == f[1]->quantum);
  for (int i = 0; i < 2; i++) PetscCall(f[i]->kind->prefix_create(f[i], K, &p[i]));
  for (int i = 0; i < K; i++) {
    for (int e = 0; e < N; e++) EXPECT_INT(qv_objective_gain(p[0], e), qv_objective_gain(p[1], e));
    for (int j = 0; j < 2; j++) f[j]->kind->push(p[j], i, 1 + i / 4);
  }
  for (int i = 0; i < 2; i++) {
    PetscCall(f[i]->kind->prefix_destroy(&p[i]));
    PetscCall(qv_objective_destroy(&f[i]));
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"root", root}, {"logarithm", logarithm}, {"cut_off", cut_off},
               {"largest", largest}, {"extremes", extremes}, {"sparse_is_dense", sparse_is_dense});
}
