/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Lazy greedy picks what greedy picks; where greedy is known to be wrong, it is. */
#include <math.h>

#include "tests/unit/submodular/trial.h"

enum { N = 300, ITEMS = 200, K = 12 };

/* Random sets, few different sizes, so that ties abound. */
static PetscErrorCode draw(qv_dice *dice, qv_objective **f) {
  qv_sets sets = {.n_sets = N, .n_items = ITEMS};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(N + 1, &sets.first));
  PetscCall(PetscMalloc1(N * 8, &sets.item));
  sets.first[0] = 0;
  for (int e = 0; e < N; e++) {
    int64_t   end  = sets.first[e];
    const int size = (int)qv_dice_below(dice, 8);
    for (int i = 0; i < size; i++) {
      const int32_t x = (int32_t)qv_dice_below(dice, ITEMS);
      bool new        = true;
      for (int64_t j = sets.first[e]; j < end; j++) new = new &&sets.item[j] != x;
      if (new) sets.item[end++] = x;
    }
    sets.first[e + 1] = end;
  }
  PetscCall(qv_coverage_create(NULL, &sets, f));
  PetscFunctionReturn(0);
}

/* Lazy and plain on the same streams: the same elements in the same order at every step. */
static PetscErrorCode lazy_is_greedy(void) {
  qv_dice       dice = {7};
  qv_objective *f;
  qv_ground     ground = {0};
  qv_engine    *engine[2];
  qv_summary    s[2];
  int64_t       asked[2];

  PetscFunctionBegin;
  PetscCall(draw(&dice, &f));
  PetscCall(PetscCalloc1(N, &ground.live));
  const qv_plan plan = {.f = f, .ground = &ground, .k = K, .period = 1, .groups = 1};
  for (int i = 0; i < 2; i++) {
    PetscCall(qv_engines[2 + i]->create(&plan, &engine[i]));
    PetscCall(PetscMalloc1(K + 1, &s[i].e));
  }
  for (int64_t u = 1; u <= 1500; u++) {
    const int32_t e  = (int32_t)qv_dice_below(&dice, N);
    const bool    in = !ground.live[e];
    ground.live[e]   = in;
    ground.n_live += in ? 1 : -1;
    for (int i = 0; i < 2; i++) {
      PetscCall((in ? engine[i]->kind->insert : engine[i]->kind->erase)(engine[i], u, e));
      PetscCall(engine[i]->kind->best(engine[i], &s[i]));
    }
    EXPECT_INT(s[0].value, s[1].value);
    EXPECT_INT(s[0].n, s[1].n);
    for (int32_t i = 0; i < s[0].n && i < s[1].n; i++) EXPECT_INT(s[0].e[i], s[1].e[i]);
  }
  for (int i = 0; i < 2; i++) {
    asked[i] = engine[i]->desk->calls.physical;
    PetscCall(engine[i]->kind->destroy(&engine[i]));
    PetscCall(PetscFree(s[i].e));
  }
  EXPECT(asked[0] < asked[1] / 5);
  PetscCall(PetscFree(ground.live));
  PetscCall(qv_objective_destroy(&f));
  PetscFunctionReturn(0);
}

/* Greedy takes {2, 3, 4, 5}, worth 5, first and ends with 7; the two halves, 4.5 each, make 9. */
static PetscErrorCode known_gap(void) {
  static const int64_t first[] = {0, 4, 8, 12};
  static const int32_t item[]  = {0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 4, 5};
  qv_sets              sets    = {.n_sets = 3, .n_items = 8};
  qv_objective        *f;
  qv_ground            ground  = {3, NULL};
  qv_summary           summary = {0};
  int32_t              chosen[3];
  qv_greedy           *greedy;
  int64_t              asked = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(4, &sets.first));
  PetscCall(PetscMalloc1(12, &sets.item));
  PetscCall(PetscMalloc1(8, &sets.weight));
  memcpy(sets.first, first, sizeof first);
  memcpy(sets.item, item, sizeof item);
  for (int x = 0; x < 8; x++) sets.weight[x] = x >= 2 && x <= 5 ? 1.25 : 1;
  PetscCall(qv_coverage_create(NULL, &sets, &f));
  PetscCall(PetscMalloc1(3, &ground.live));
  memset(ground.live, 1, 3);
  PetscCall(qv_greedy_create(f, &ground, 2, &greedy));
  summary.e = chosen;
  qv_greedy_fill(greedy, &summary, &asked);
  EXPECT_INT(summary.e[0], 2);
  EXPECT_REL((double)summary.value * f->quantum, 7, 1e-12);
  const double bound = (double)qv_greedy_bound(greedy, &summary, &asked) * f->quantum;
  EXPECT(bound >= 9 - 1e-9); /* the optimum */
  PetscCall(qv_greedy_destroy(&greedy));
  PetscCall(PetscFree(ground.live));
  PetscCall(qv_objective_destroy(&f));
  PetscFunctionReturn(0);
}

/* Twelve copies of everything: the sum of their values does not fit into 64 bits. */
static PetscErrorCode bound_of_copies(void) {
  qv_sets       sets = {.n_sets = K, .n_items = 1};
  qv_objective *f;
  uint8_t       live[K];
  int32_t       chosen[K + 1];
  qv_ground     ground = {K, live};
  qv_summary    none   = {.e = chosen};
  qv_greedy    *greedy;
  int64_t       asked = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(K + 1, &sets.first));
  PetscCall(PetscCalloc1(K, &sets.item));
  for (int e = 0; e <= K; e++) sets.first[e] = e;
  memset(live, 1, K);
  PetscCall(qv_coverage_create(NULL, &sets, &f));
  PetscCall(qv_greedy_create(f, &ground, K, &greedy));
  EXPECT((double)qv_greedy_bound(greedy, &none, &asked) * f->quantum >= 1);
  qv_greedy_fill(greedy, &none, &asked);
  EXPECT_REL((double)qv_greedy_bound(greedy, &none, &asked) * f->quantum, 1, 1e-12);
  PetscCall(qv_greedy_destroy(&greedy));
  PetscCall(qv_objective_destroy(&f));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"lazy_is_greedy", lazy_is_greedy}, {"known_gap", known_gap},
               {"bound_of_copies", bound_of_copies});
}
