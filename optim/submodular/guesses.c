/* SPDX-License-Identifier: GPL-3.0-or-later
 * Engines that keep one nest a guess of the optimum. Guesses never interact: guess g lives on rank
 * g mod size, and every rank reads the whole stream.
 *
 * A guess sleeps while it cannot be the optimum's: the largest singleton and what is left of a
 * probe, a greedy choice made every few hundred updates, bound the optimum from below, the k
 * largest singletons from above. It goes to sleep only when its upkeep since it woke, in the time
 * that it could not matter, has cost as much as the waking; so all waking together costs at most
 * what keeping all guesses awake would have cost, and one build more. */
#include <math.h>
#include <string.h>

#include "optim/submodular/greedy.h"

enum { PROBE_KEY = -1 };

typedef struct {
  qv_engine      base;
  const qv_rule *rule;
  qv_ladder     *ladder;
  qv_guess     **guess;       /* [ladder->n] NULL: never woken, or another rank's */
  int32_t        least, most; /* of the ladder, when the guesses were woken last */
  qv_greedy     *greedy;
  qv_summary     probe; /* its value: the sum of the gains of its live elements, <= f of them */
  int64_t       *gain;  /* [k] of the probe's elements when they were chosen, 0 once deleted */
} guesses;

extern const qv_engine_kind qv_engine_batched, qv_engine_sampled;

static PetscErrorCode create(const qv_plan *plan, const qv_engine_kind *kind, const qv_rule *rule,
                             qv_engine **engine) {
  const double n = (double)plan->f->n, eps = plan->epsilon;
  guesses     *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  *engine      = &s->base;
  s->base.kind = kind;
  s->base.plan = *plan;
  s->rule      = rule;
  PetscCall(qv_desk_create(plan->f, plan->k, eps, &s->base.desk));
  s->base.desk->stream = qv_stream_named(plan->seed, "submodular");
  s->base.desk->trials =
    (int32_t)(plan->trials ? plan->trials : ceil(4 / (eps * eps) * log(n + 1)));
  PetscCall(qv_ladder_create(plan->f, plan->k, eps, &s->ladder));
  PetscCall(PetscCalloc1(s->ladder->n, &s->guess));
  s->least = s->most = -1;
  PetscCall(qv_greedy_create(plan->f, plan->ground, plan->k, &s->greedy));
  PetscCall(PetscMalloc1(plan->k + 1, &s->probe.e));
  PetscCall(PetscCalloc1(plan->k + 1, &s->gain));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_engine **engine) {
  guesses *s = (guesses *)*engine;

  PetscFunctionBegin;
  for (int32_t g = 0; s->guess && g < s->ladder->n; g++) PetscCall(qv_guess_destroy(&s->guess[g]));
  PetscCall(PetscFree(s->guess));
  PetscCall(qv_ladder_destroy(&s->ladder));
  PetscCall(qv_greedy_destroy(&s->greedy));
  PetscCall(PetscFree(s->probe.e));
  PetscCall(PetscFree(s->gain));
  PetscCall(qv_desk_destroy(&s->base.desk));
  PetscCall(PetscFree(s));
  *engine = NULL;
  PetscFunctionReturn(0);
}

static bool mine(const guesses *s, int32_t g) {
  return g % s->base.plan.size == s->base.plan.rank;
}

static bool in_window(const guesses *s, int32_t g, int32_t e) {
  return s->ladder->low[e] <= g && g <= s->ladder->high[e];
}

static PetscErrorCode make_guess(guesses *s, int32_t g) {
  PetscFunctionBegin;
  if (!s->guess[g])
    PetscCall(qv_guess_create(s->base.desk, s->ladder->first + g, s->ladder->tau[g], &s->guess[g]));
  PetscFunctionReturn(0);
}

/* Build guess g from all live elements of its window, by descending value. */
static PetscErrorCode wake(guesses *s, int32_t g) {
  const qv_objective *f    = s->base.plan.f;
  qv_desk            *desk = s->base.desk;
  int32_t             n    = 0;

  PetscFunctionBegin;
  PetscCall(make_guess(s, g));
  for (int32_t i = 0; i < f->n && f->single[f->order[i]] >= s->ladder->tau[g]; i++) {
    const int32_t e = f->order[i];
    if (s->base.plan.ground->live[e] && f->single[e] <= s->ladder->top[g]) desk->pool[n++] = e;
  }
  const int64_t before = desk->calls.marginal;
  s->guess[g]->awake   = true;
  s->guess[g]->rent    = 0;
  PetscCall(s->rule->build(s->guess[g], n));
  s->guess[g]->debt = desk->calls.marginal - before;
  PetscFunctionReturn(0);
}

/* Choose the probe anew: every rank does the same, rank 0 counts. */
static void renew_probe(guesses *s) {
  qv_desk   *desk  = s->base.desk;
  qv_prefix *empty = desk->scratch;
  int64_t    asked = 0;
  s->probe.n       = 0;
  qv_greedy_fill(s->greedy, &s->probe, &asked);
  for (int32_t i = 0; i < s->probe.n; i++) {
    s->gain[i] = qv_objective_gain(empty, s->probe.e[i]);
    empty->f->kind->push(empty, s->probe.e[i], 1);
  }
  empty->f->kind->truncate(empty, 0, s->probe.n, s->probe.e);
  s->greedy->prefix->touched = 0;
  if (s->base.plan.rank) return;
  desk->calls.marginal += asked;
  desk->calls.physical += asked + s->probe.n;
}

/* A deleted element leaves the probe; what the others added to those before them they still add to
 * fewer. */
static void shrink_probe(guesses *s, int32_t e) {
  for (int32_t i = 0; i < s->probe.n; i++) {
    if (s->probe.e[i] != e) continue;
    s->probe.value -= s->gain[i];
    s->gain[i] = 0;
  }
}

/* After an update, which guesses may matter can have moved: wake those that sleep. */
static PetscErrorCode wake_all(guesses *s, int64_t update) {
  qv_ladder *ladder = s->ladder;

  PetscFunctionBegin;
  if (update % s->base.plan.probe == 0) renew_probe(s);
  qv_ladder_floor(ladder, s->probe.value);
  if (ladder->least == s->least && ladder->most == s->most) PetscFunctionReturn(0);
  s->least = ladder->least;
  s->most  = ladder->most;
  for (int32_t g = PetscMax(0, ladder->least); g <= ladder->most; g++)
    if (mine(s, g) && !(s->guess[g] && s->guess[g]->awake)) PetscCall(wake(s, g));
  PetscFunctionReturn(0);
}

/* Charge a guess that cannot matter for its upkeep; when it has cost enough, it sleeps. */
static void charge(guesses *s, int32_t g, int64_t calls) {
  qv_guess *guess = s->guess[g];
  if (qv_ladder_matters(s->ladder, g)) return;
  guess->rent += calls;
  if (guess->rent < guess->debt) return;
  qv_nest_collect(guess->nest, 1, s->base.desk->pool);
  guess->awake = guess->fresh = false;
}

typedef PetscErrorCode (*change)(qv_guess *guess, int32_t e);

/* Hand an update to the guesses that were awake before it. */
static PetscErrorCode hand_on(guesses *s, int32_t e, change what) {
  const qv_ladder *ladder = s->ladder;
  qv_desk         *desk   = s->base.desk;

  PetscFunctionBegin;
  for (int32_t g = ladder->low[e]; g <= ladder->high[e]; g++) {
    if (!mine(s, g) || !s->guess[g] || !s->guess[g]->awake) continue;
    const int64_t before = desk->calls.marginal;
    PetscCall(what(s->guess[g], e));
    charge(s, g, desk->calls.marginal - before);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode insert(qv_engine *engine, int64_t update, int32_t e) {
  guesses *s = (guesses *)engine;

  PetscFunctionBegin;
  engine->desk->update = update;
  if (engine->plan.rank == 0) engine->desk->calls.marginal++; /* f({e}) */
  qv_ladder_insert(s->ladder, e);
  qv_ladder_floor(s->ladder, s->probe.value);
  PetscCall(hand_on(s, e, s->rule->insert));
  PetscCall(wake_all(s, update));
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_engine *engine, int64_t update, int32_t e) {
  guesses *s = (guesses *)engine;

  PetscFunctionBegin;
  engine->desk->update = update;
  qv_ladder_erase(s->ladder, e);
  shrink_probe(s, e);
  qv_ladder_floor(s->ladder, s->probe.value);
  PetscCall(hand_on(s, e, s->rule->erase));
  PetscCall(wake_all(s, update));
  PetscFunctionReturn(0);
}

static PetscErrorCode best(qv_engine *engine, qv_summary *summary) {
  guesses *s = (guesses *)engine;

  PetscFunctionBegin;
  summary->value = summary->n = 0;
  summary->source             = INT32_MAX;
  for (int32_t g = 0; g < s->ladder->n; g++) {
    if (!s->guess[g] || !s->guess[g]->awake) continue;
    const int64_t value = qv_guess_value(s->guess[g]);
    if (value <= summary->value) continue;
    summary->value  = value;
    summary->source = g;
  }
  if (summary->value) summary->n = qv_nest_output(s->guess[summary->source]->nest, summary->e);
  PetscFunctionReturn(0);
}

static void take_calls(qv_engine *engine, qv_calls *calls) {
  guesses *s = (guesses *)engine;
  *calls     = engine->desk->calls;
  memset(&engine->desk->calls, 0, sizeof engine->desk->calls);
  for (int32_t g = 0; g < s->ladder->n; g++) {
    if (!s->guess[g]) continue;
    calls->touched += s->guess[g]->nest->prefix->touched;
    s->guess[g]->nest->prefix->touched = 0;
  }
  engine->desk->scratch->touched = 0;
}

/* The elements that a guess stores are the live ones of its window, no others. */
static bool holds_its_window(const guesses *s, int32_t g) {
  const uint8_t *live = s->base.plan.ground->live;
  for (int32_t e = 0; e < s->base.plan.f->n; e++)
    if ((live[e] && in_window(s, g, e)) != (s->guess[g]->nest->depth[e] > 0)) return false;
  return true;
}

static PetscErrorCode verify(qv_engine *engine, const char **wrong) {
  guesses       *s      = (guesses *)engine;
  const qv_calls before = engine->desk->calls;

  PetscFunctionBegin;
  *wrong = NULL;
  for (int32_t g = 0; g < s->ladder->n && !*wrong; g++) {
    const bool awake = s->guess[g] && s->guess[g]->awake;
    if (mine(s, g) && qv_ladder_matters(s->ladder, g) && !awake)
      *wrong = "a guess sleeps that may be the optimum's";
    if (!awake) continue;
    if (!holds_its_window(s, g)) *wrong = "a guess does not hold the live elements of its window";
    if (!*wrong) *wrong = s->rule->verify(s->guess[g]);
  }
  engine->desk->calls = before;
  PetscFunctionReturn(0);
}

static PetscErrorCode freeze(qv_engine *engine, qv_words *words) {
  guesses      *s       = (guesses *)engine;
  const int64_t head[3] = {PROBE_KEY, 1 + 2 * s->probe.n, s->probe.value};

  PetscFunctionBegin;
  if (engine->plan.rank == 0) {
    PetscCall(qv_words_add(words, 3, head));
    for (int32_t i = 0; i < s->probe.n; i++) {
      const int64_t pair[2] = {s->probe.e[i], s->gain[i]};
      PetscCall(qv_words_add(words, 2, pair));
    }
  }
  for (int32_t g = 0; g < s->ladder->n; g++) {
    if (!s->guess[g] || !s->guess[g]->awake) continue;
    const int64_t start = words->n, block[2] = {g, 0};
    PetscCall(qv_words_add(words, 2, block));
    PetscCall(qv_guess_pack(s->guess[g], words));
    words->word[start + 1] = words->n - start - 2;
  }
  PetscFunctionReturn(0);
}

static void thaw_probe(guesses *s, int64_t n, const int64_t *word) {
  s->probe.value = word[0];
  s->probe.n     = (int32_t)((n - 1) / 2);
  for (int32_t i = 0; i < s->probe.n; i++) {
    s->probe.e[i] = (int32_t)word[1 + 2 * i];
    s->gain[i]    = word[2 + 2 * i];
  }
  qv_ladder_floor(s->ladder, s->probe.value);
  s->least = s->ladder->least;
  s->most  = s->ladder->most;
}

static PetscErrorCode thaw(qv_engine *engine, int64_t key, int64_t n, const int64_t *word) {
  guesses *s = (guesses *)engine;

  PetscFunctionBegin;
  if (key == PROBE_KEY) thaw_probe(s, n, word);
  if (key == PROBE_KEY || !mine(s, (int32_t)key)) PetscFunctionReturn(0);
  PetscCall(make_guess(s, (int32_t)key));
  PetscCall(qv_guess_unpack(s->guess[key], word));
  PetscFunctionReturn(0);
}

/* The counts of the ladder follow from the ground set. */
static PetscErrorCode recount(qv_engine *engine) {
  guesses *s = (guesses *)engine;

  PetscFunctionBegin;
  for (int32_t e = 0; e < engine->plan.f->n; e++)
    if (engine->plan.ground->live[e]) qv_ladder_insert(s->ladder, e);
  PetscFunctionReturn(0);
}

static PetscErrorCode create_batched(const qv_plan *plan, qv_engine **engine) {
  PetscFunctionBegin;
  PetscCall(create(plan, &qv_engine_batched, &qv_rule_batched, engine));
  PetscFunctionReturn(0);
}

static PetscErrorCode create_sampled(const qv_plan *plan, qv_engine **engine) {
  PetscFunctionBegin;
  PetscCall(create(plan, &qv_engine_sampled, &qv_rule_sampled, engine));
  PetscFunctionReturn(0);
}

#define QV_GUESSES                                                                              \
  .destroy = destroy, .insert = insert, .erase = erase, .best = best, .take_calls = take_calls, \
  .freeze = freeze, .thaw = thaw, .recount = recount, .verify = verify
const qv_engine_kind qv_engine_batched = {.create = create_batched, QV_GUESSES};
const qv_engine_kind qv_engine_sampled = {.create = create_sampled, QV_GUESSES};
