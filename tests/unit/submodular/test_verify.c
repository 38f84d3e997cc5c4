/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The checker of invariants sees every kind of damage, and none where there is none. */
#include "tests/unit/submodular/trial.h"

enum { N = 120, ITEMS = 300, K = 10 };

typedef struct {
  qv_objective *f;
  qv_desk      *desk;
  qv_guess     *guess;
  qv_arrivals  *arrivals;
  uint8_t       live[N];
} fixture;

/* Turn element e of the guess, as update number u. */
static PetscErrorCode turn(const qv_rule *rule, fixture *x, qv_guess *guess, int32_t e, int64_t u) {
  PetscFunctionBegin;
  x->desk->update = u;
  PetscCall(x->live[e] ? rule->insert(guess, e) : rule->erase(guess, e));
  PetscFunctionReturn(0);
}

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
  PetscCall(qv_coverage_create(NULL, &sets, &x->f));
  PetscCall(qv_desk_create(x->f, K, 0.5, &x->desk));
  x->desk->stream = qv_stream_named(1, "verify");
  x->desk->trials = 8;
  x->desk->fine   = rule->fine;
  if (rule->levels) x->desk->levels = rule->levels(x->desk);
  PetscCall(qv_arrivals_create(N, &x->arrivals));
  if (rule->timed) x->desk->arrivals = x->arrivals;
  memset(x->live, 0, sizeof x->live);
  PetscCall(qv_guess_create(x->desk, 0, (int64_t)(6 / x->f->quantum), &x->guess));
  const qv_nest *nest    = x->guess->nest;
  const bool     batched = rule == &qv_rule_batched;
  for (int u = 1; u <= 400 || (batched && !nest->n_ghosts) || (!rule->timed && !stops_early(nest));
       u++) {
    const int e = (int)qv_dice_below(&dice, N);
    if (x->f->single[e] < x->guess->tau || (x->live[e] && qv_dice_below(&dice, 2))) continue;
    x->live[e] = !x->live[e];
    x->live[e] ? qv_arrivals_add(x->arrivals, e, u) : qv_arrivals_remove(x->arrivals, e);
    PetscCall(turn(rule, x, x->guess, e, u));
    EXPECT(rule->verify(x->guess) == NULL);
  }
  EXPECT(x->guess->nest->n_levels >= 2);
  PetscFunctionReturn(0);
}

static PetscErrorCode end(fixture *x) {
  PetscFunctionBegin;
  PetscCall(qv_guess_destroy(&x->guess));
  PetscCall(qv_arrivals_destroy(&x->arrivals));
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

static PetscErrorCode make_twin(const fixture *x, qv_guess **twin) {
  qv_words words = {0};

  PetscFunctionBegin;
  PetscCall(qv_guess_destroy(twin));
  PetscCall(qv_guess_pack(x->guess, &words));
  PetscCall(qv_guess_create(x->desk, x->guess->g, x->guess->tau, twin));
  PetscCall(qv_guess_unpack(*twin, words.word));
  PetscCall(qv_words_free(&words));
  PetscFunctionReturn(0);
}

/* A guess that was packed and unpacked goes on like the first, step by step. */
static PetscErrorCode twins(const qv_rule *rule) {
  fixture   x;
  qv_guess *twin = NULL;
  qv_dice   dice = {17};

  PetscFunctionBegin;
  PetscCall(begin(rule, &x));
  for (int u = 100000; u < 100600; u++) {
    const int32_t e = (int32_t)qv_dice_below(&dice, N);
    if (u % 4 == 0) PetscCall(make_twin(&x, &twin));
    EXPECT(rule->verify(twin) == NULL);
    if (x.f->single[e] < x.guess->tau) continue;
    x.live[e] = !x.live[e];
    x.live[e] ? qv_arrivals_add(x.arrivals, e, u) : qv_arrivals_remove(x.arrivals, e);
    PetscCall(turn(rule, &x, x.guess, e, u));
    PetscCall(turn(rule, &x, twin, e, u));
    EXPECT_INT(qv_guess_value(twin), qv_guess_value(x.guess));
    EXPECT_INT(twin->nest->n_picks, x.guess->nest->n_picks);
    for (int32_t i = 0; i < x.guess->nest->n_picks; i++)
      EXPECT_INT(twin->nest->pick[i], x.guess->nest->pick[i]);
  }
  PetscCall(qv_guess_destroy(&twin));
  PetscCall(end(&x));
  PetscFunctionReturn(0);
}

static PetscErrorCode all_twins(void) {
  PetscFunctionBegin;
  PetscCall(twins(&qv_rule_batched));
  PetscCall(twins(&qv_rule_sampled));
  PetscCall(twins(&qv_rule_sieve));
  PetscCall(twins(&qv_rule_lattanzi));
  PetscFunctionReturn(0);
}

/* What a sieve and the levels of lattanzi keep of their own. */
static PetscErrorCode timed_own(void) {
  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) {
    const qv_rule *rule = i ? &qv_rule_lattanzi : &qv_rule_sieve;
    fixture        x;
    PetscCall(begin(rule, &x));
    qv_nest *nest = x.guess->nest;
    EXPECT_FOUND(nest->n_stored, nest->n_stored + 1);
    EXPECT_FOUND(nest->n_ghosts, 1);
    EXPECT_FOUND(nest->level[1].value, nest->level[1].value + 1);
    EXPECT_FOUND(nest->depth[nest->pick[0]], (uint16_t)(nest->depth[nest->pick[0]] + 1));
    if (i) EXPECT_FOUND(nest->level[1].pending, nest->level[1].pending + 1);
    PetscCall(end(&x));
  }
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"batched_common", batched_common}, {"sampled_common", sampled_common},
               {"batched_own", batched_own}, {"sampled_own", sampled_own}, {"timed_own", timed_own},
               {"twins", all_twins});
}
