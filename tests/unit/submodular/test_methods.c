/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The sieve is the textbook's, run again from nothing; stochastic greedy keeps its promise on
 * average and is exact where it has no choice; the portfolio is as good as its members. */
#include <math.h>

#include "tests/unit/submodular/trial.h"

enum { GREEDY = 3, SIEVE = 6, STOCHASTIC = 8, PORTFOLIO = 10, N = 60, STEPS = 600 };

/* An engine over a random stream on N elements. */
typedef struct {
  qv_objective *f;
  qv_ground     ground;
  qv_dice       dice;
  int64_t       update;
  int32_t       n_live, arrived[N]; /* the live elements in the order of their arrival */
} world;

static PetscErrorCode world_begin(uint64_t seed, world *w) {
  qv_sets sets = {.n_sets = N, .n_items = 90};

  PetscFunctionBegin;
  *w = (world){.dice = {seed}};
  PetscCall(PetscMalloc1(N + 1, &sets.first));
  PetscCall(PetscMalloc1(N * 90, &sets.item));
  sets.first[0] = 0;
  for (int e = 0; e < N; e++) {
    int64_t        end  = sets.first[e];
    const uint32_t rare = 4 + qv_dice_below(&w->dice, 20);
    for (int x = 0; x < 90; x++)
      if (!qv_dice_below(&w->dice, rare)) sets.item[end++] = x;
    sets.first[e + 1] = end;
  }
  PetscCall(qv_coverage_create(NULL, &sets, &w->f));
  PetscCall(PetscCalloc1(N, &w->ground.live));
  PetscFunctionReturn(0);
}

static PetscErrorCode world_end(world *w) {
  PetscFunctionBegin;
  PetscCall(PetscFree(w->ground.live));
  PetscCall(qv_objective_destroy(&w->f));
  PetscFunctionReturn(0);
}

/* Turn a random element; returns it. */
static int32_t turn(world *w) {
  const int32_t e   = (int32_t)qv_dice_below(&w->dice, N);
  const bool    in  = !w->ground.live[e];
  w->ground.live[e] = in;
  w->ground.n_live += in ? 1 : -1;
  w->update++;
  if (in) {
    w->arrived[w->n_live++] = e;
  } else {
    int32_t at = 0;
    while (w->arrived[at] != e) at++;
    w->n_live--;
    for (; at < w->n_live; at++) w->arrived[at] = w->arrived[at + 1];
  }
  return e;
}

static PetscErrorCode tell(const world *w, qv_engine *engine, int32_t e) {
  PetscFunctionBegin;
  PetscCall((w->ground.live[e] ? engine->kind->insert : engine->kind->erase)(engine, w->update, e));
  PetscFunctionReturn(0);
}

/* The best sieve over thresholds (1 + eps)^g / 2k, from nothing, in the order of arrival. */
static int64_t textbook(world *w, qv_prefix *scratch, int k, double eps) {
  int64_t best = 0;
  for (int g = 0; g < 31; g++) { /* values are integers, at most 90 */
    const double  o   = pow(1 + eps, g) / w->f->quantum;
    const int64_t tau = (int64_t)fmax(1, ceil(o / (2 * k)));
    int32_t       pick[N], n = 0;
    int64_t       value = 0;
    for (int i = 0; i < w->n_live && n < k; i++) {
      const int32_t e = w->arrived[i];
      if (w->f->single[e] < tau || (double)w->f->single[e] > o) continue;
      const int64_t gain = qv_objective_gain(scratch, e);
      if (gain < tau) continue;
      w->f->kind->push(scratch, e, 1);
      pick[n++] = e;
      value += gain;
    }
    w->f->kind->truncate(scratch, 0, n, pick);
    best = PetscMax(best, value);
  }
  return best;
}

static PetscErrorCode sieve_is_textbook(void) {
  const double eps = 0.25;
  const int    k   = 7;
  world        w;
  qv_engine   *engine;
  qv_prefix   *scratch;
  int32_t      chosen[8];
  qv_summary   s = {.e = chosen};
  const char  *wrong;

  PetscFunctionBegin;
  PetscCall(world_begin(3, &w));
  PetscCall(w.f->kind->prefix_create(w.f, k, &scratch));
  const qv_plan plan = {
    .f = w.f, .ground = &w.ground, .k = k, .epsilon = eps, .trials = 1, .probe = 1, .groups = 1};
  PetscCall(qv_engines[SIEVE]->create(&plan, &engine));
  for (int u = 0; u < STEPS; u++) {
    PetscCall(tell(&w, engine, turn(&w)));
    PetscCall(engine->kind->best(engine, &s));
    EXPECT_INT(s.value, textbook(&w, scratch, k, eps));
    PetscCall(engine->kind->verify(engine, &wrong));
    EXPECT(wrong == NULL);
  }
  PetscCall(w.f->kind->prefix_destroy(&scratch));
  PetscCall(engine->kind->destroy(&engine));
  PetscCall(world_end(&w));
  PetscFunctionReturn(0);
}

/* One engine over the whole stream; sum of the values, and every value against its elements. */
static PetscErrorCode follow(int which, const qv_plan *plan, world *w, double *sum) {
  qv_engine *engine;
  qv_prefix *scratch;
  int32_t    chosen[N + 1];
  qv_summary s = {.e = chosen};

  PetscFunctionBegin;
  *sum = 0;
  PetscCall(w->f->kind->prefix_create(w->f, plan->k, &scratch));
  PetscCall(qv_engines[which]->create(plan, &engine));
  for (int u = 0; u < STEPS; u++) {
    PetscCall(tell(w, engine, turn(w)));
    PetscCall(engine->kind->best(engine, &s));
    EXPECT(s.n <= plan->k);
    for (int32_t i = 0; i < s.n; i++) EXPECT(w->ground.live[s.e[i]]);
    EXPECT_INT(s.value, qv_objective_value(scratch, s.n, s.e));
    *sum += (double)s.value;
  }
  PetscCall(w->f->kind->prefix_destroy(&scratch));
  PetscCall(engine->kind->destroy(&engine));
  PetscFunctionReturn(0);
}

/* Sums of greedy and of another engine over the same stream. */
static PetscErrorCode compare(int which, int k, double eps, double *ratio) {
  static int members[] = {SIEVE, STOCHASTIC};
  double     sum[2];

  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) {
    world w;
    PetscCall(world_begin(11, &w));
    const qv_plan plan = {.f         = w.f,
                          .ground    = &w.ground,
                          .k         = k,
                          .epsilon   = eps,
                          .trials    = 8,
                          .dormant   = true,
                          .probe     = 16,
                          .period    = 1,
                          .seed      = 5,
                          .groups    = 1,
                          .n_members = 2,
                          .member    = members};
    PetscCall(follow(i ? which : GREEDY, &plan, &w, &sum[i]));
    PetscCall(world_end(&w));
  }
  *ratio = sum[1] / sum[0];
  PetscFunctionReturn(0);
}

static PetscErrorCode stochastic_greedy(void) {
  double ratio;

  PetscFunctionBegin;
  /* k = 1 and a sample of all: greedy's very value. */
  PetscCall(compare(STOCHASTIC, 1, exp(-1.001), &ratio));
  EXPECT_INT(ratio == 1, 1);
  /* More places than elements: only a sample without value can be missed. */
  PetscCall(compare(STOCHASTIC, N, 0.01, &ratio));
  EXPECT(ratio > 0.98 && ratio <= 1);
  PetscCall(compare(STOCHASTIC, 8, 0.1, &ratio));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "# eps 0.1: %.4f of greedy\n", ratio));
  EXPECT(ratio >= 1 - 0.1 && ratio <= 1.01);
  /* A sample of about one element: visibly worse, or the sample is not one. */
  PetscCall(compare(STOCHASTIC, 8, 0.9, &ratio));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "# eps 0.9: %.4f of greedy\n", ratio));
  EXPECT(ratio < 0.95);
  PetscFunctionReturn(0);
}

static PetscErrorCode portfolio(void) {
  double both, sieve, stochastic;

  PetscFunctionBegin;
  PetscCall(compare(SIEVE, 8, 0.5, &sieve));
  PetscCall(compare(STOCHASTIC, 8, 0.5, &stochastic));
  PetscCall(compare(PORTFOLIO, 8, 0.5, &both));
  EXPECT(both >= fmax(sieve, stochastic) && both < sieve + stochastic);
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"sieve_is_textbook", sieve_is_textbook},
               {"stochastic_greedy", stochastic_greedy}, {"portfolio", portfolio});
}
