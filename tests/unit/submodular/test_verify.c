/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The checker of invariants sees every kind of damage, and none where there is none. */
#include "tests/unit/submodular/trial.h"

enum { N = 120, ITEMS = 300, K = 10 };

typedef struct {
  qv_objective *f;
  qv_desk      *desk;
  qv_guess     *guess;
} fixture;

/* An element that is stored but no pick, at any depth; with `deep`, below the first. */
static int32_t bystander(const qv_nest *nest, bool deep) {
  for (int32_t e = 0; e < N; e++)
    if (nest->depth[e] > deep && qv_nest_find(nest, e, nest->depth[e]) < 0) return e;
  return -1;
}

/* Is there one that reaches some level, but not the last? */
static bool stops_early(const qv_nest *nest) {
  for (int32_t e = 0; e < N; e++)
    if (nest->depth[e] && nest->depth[e] < nest->n_levels &&
        qv_nest_find(nest, e, nest->depth[e]) < 0)
      return true;
  return false;
}

/* A guess that has seen insertions and deletions; with ghosts for the batched rule. */
static PetscErrorCode begin(const qv_rule *rule, fixture *x) {
  qv_sets sets = {.n_sets = N, .n_items = ITEMS};
  qv_dice dice = {5};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(N + 1, &sets.first));
  PetscCall(PetscMalloc1(N * ITEMS, &sets.item));
  sets.first[0] = 0;
  for (int e = 0; e < N; e++) {
    int64_t end = sets.first[e];
    for (int i = 0; i < ITEMS; i++)
      if (!qv_dice_below(&dice, 15)) sets.item[end++] = i;
    sets.first[e + 1] = end;
  }
  PetscCall(qv_coverage_create(&sets, &x->f));
  PetscCall(qv_desk_create(x->f, K, 0.5, &x->desk));
  x->desk->stream = qv_stream_named(1, "verify");
  x->desk->trials = 8;
  PetscCall(qv_guess_create(x->desk, 0, (int64_t)(6 / x->f->quantum), &x->guess));
  uint8_t        live[N] = {0};
  const qv_nest *nest    = x->guess->nest;
  const bool     batched = rule == &qv_rule_batched;
  for (int u = 1; u <= 400 || (batched && !nest->n_ghosts) || !stops_early(nest); u++) {
    const int e     = (int)qv_dice_below(&dice, N);
    x->desk->update = u;
    if (x->f->single[e] < x->guess->tau || (live[e] && qv_dice_below(&dice, 2))) continue;
    live[e] = !live[e];
    PetscCall(live[e] ? rule->insert(x->guess, e) : rule->erase(x->guess, e));
    EXPECT(rule->verify(x->guess) == NULL);
  }
  EXPECT(x->guess->nest->n_levels >= 2);
  PetscFunctionReturn(0);
}

static PetscErrorCode end(fixture *x) {
  PetscFunctionBegin;
  PetscCall(qv_guess_destroy(&x->guess));
  PetscCall(qv_desk_destroy(&x->desk));
  PetscCall(qv_objective_destroy(&x->f));
  PetscFunctionReturn(0);
}

/* Damage a number, expect the checker to speak, repair it. */
#define EXPECT_FOUND(number, damaged)       \
  do {                                      \
    const int64_t kept = (int64_t)(number); \
    EXPECT(rule->verify(x.guess) == NULL);  \
    (number) = (damaged);                   \
    EXPECT(rule->verify(x.guess) != NULL);  \
    (number) = kept;                        \
  } while (0)

static PetscErrorCode common(const qv_rule *rule) {
  fixture x;

  PetscFunctionBegin;
  PetscCall(begin(rule, &x));
  qv_nest      *nest = x.guess->nest;
  const int32_t e = bystander(nest, false), deep = bystander(nest, true);
  EXPECT(e >= 0 && deep >= 0);
  if (e >= 0 && deep >= 0) {
    EXPECT_FOUND(nest->depth[e], (uint16_t)(nest->depth[e] + 1));
    EXPECT_FOUND(nest->depth[deep], (uint16_t)(nest->depth[deep] - 1));
    EXPECT_FOUND(nest->depth[e], 0);
    EXPECT_FOUND(nest->pick[0], e);
    EXPECT_FOUND(nest->pick[nest->n_picks - 1], e);
  }
  EXPECT_FOUND(nest->level[1].value, nest->level[1].value + 1);
  EXPECT_FOUND(nest->level[nest->n_levels].value, 0);
  EXPECT_FOUND(nest->n_stored, nest->n_stored + 1);
  EXPECT_FOUND(x.guess->tau, nest->level[1].value + 1);
  EXPECT_FOUND(x.guess->tau, 1);
  PetscCall(end(&x));
  PetscFunctionReturn(0);
}

static PetscErrorCode batched_common(void) {
  return common(&qv_rule_batched);
}
static PetscErrorCode sampled_common(void) {
  return common(&qv_rule_sampled);
}

static PetscErrorCode batched_own(void) {
  const qv_rule *rule = &qv_rule_batched;
  fixture        x;

  PetscFunctionBegin;
  PetscCall(begin(rule, &x));
  qv_nest *nest  = x.guess->nest;
  int32_t  ghost = 0;
  while (!nest->ghost[ghost]) ghost++;
  EXPECT_FOUND(nest->ghost[ghost], 0);
  EXPECT_FOUND(nest->depth[nest->pick[ghost]], 1);
  EXPECT_FOUND(nest->n_ghosts, nest->n_ghosts + 1);
  EXPECT_FOUND(nest->level[1].dead, nest->level[1].dead + 1);
  EXPECT_FOUND(nest->level[1].pending, nest->level[1].built);
  EXPECT_FOUND(nest->level[1].theta, nest->level[1].theta * 2);
  EXPECT_FOUND(nest->level[1].theta, x.guess->tau - 1);
  EXPECT_FOUND(nest->level[1].end, nest->level[1].end + 1);
  PetscCall(end(&x));
  PetscFunctionReturn(0);
}

static PetscErrorCode sampled_own(void) {
  const qv_rule *rule = &qv_rule_sampled;
  fixture        x;

  PetscFunctionBegin;
  PetscCall(begin(rule, &x));
  qv_nest *nest = x.guess->nest;
  EXPECT_FOUND(nest->n_ghosts, 1);
  EXPECT_FOUND(nest->n_picks, nest->n_picks - 1);
  PetscCall(end(&x));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"batched_common", batched_common}, {"sampled_common", sampled_common},
               {"batched_own", batched_own}, {"sampled_own", sampled_own});
}
