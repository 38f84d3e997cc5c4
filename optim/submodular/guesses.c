/* SPDX-License-Identifier: GPL-3.0-or-later
 * Engines that keep one nest a guess of the optimum. Guesses never interact: guess g lives in
 * group g mod groups, and every rank reads the whole stream.
 *
 * A guess sleeps while it cannot be the optimum's: the largest singleton and what is left of a
 * probe, a greedy choice made every few dozen updates, bound the optimum from below (sieve
 * streaming++: the best of all guesses, which then live in one group), the k largest singletons
 * from above. It goes to sleep only when its upkeep since it woke, in the time that it could not
 * matter, has cost as much as the waking; so all waking together costs at most what keeping all
 * guesses awake would have cost, and one build more. */
#include <math.h>
#include <string.h>

#include "optim/submodular/probe.h"

enum { PROBE_KEY = -1, ARRIVALS_KEY = -2 };

/* How an engine of this kind differs from the others. */
typedef struct {
  const qv_engine_kind *kind;
  const qv_rule        *rule;
  bool                  joined; /* the guesses bound the optimum for each other, in one group */
} style;

typedef struct {
  qv_engine    base;
  style        style;
  qv_ladder   *ladder;
  qv_guess   **guess;       /* [ladder->n] NULL: never woken, or another group's */
  bool         settled;     /* all guesses of least … most are awake */
  int32_t      least, most; /* of the ladder, when the guesses were woken last */
  qv_probe    *probe;
  qv_arrivals *arrivals; /* NULL unless the rule asks for them */
} guesses;

extern const qv_engine_kind qv_engine_batched, qv_engine_sampled, qv_engine_lattanzi,
  qv_engine_sieve, qv_engine_sieve_pp;

static void set_desk(const guesses *s) {
  const qv_plan *plan = &s->base.plan;
  qv_desk       *desk = s->base.desk;
  const double   eps  = plan->epsilon;
  const double   most = ceil(4 / (eps * eps) * log((double)plan->f->n + 1));
  desk->stream        = qv_stream_named(plan->seed, "submodular");
  desk->trials        = plan->trials ? (int32_t)plan->trials : (int32_t)most;
  desk->fine          = s->style.rule->fine;
  desk->arrivals      = s->arrivals;
  if (s->style.rule->levels) desk->levels = s->style.rule->levels(desk);
}

static PetscErrorCode create(const qv_plan *plan, const style *how, qv_engine **engine) {
  guesses *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  *engine      = &s->base;
  s->base.kind = how->kind;
  s->base.plan = *plan;
  s->style     = *how;
  if (how->joined) s->base.plan.dormant = true;
  PetscCall(qv_desk_create(plan->f, plan->k, plan->epsilon, &s->base.desk));
  PetscCall(qv_ladder_create(plan->f, plan->k, plan->epsilon, &s->ladder));
  PetscCall(PetscCalloc1(s->ladder->n, &s->guess));
  PetscCall(qv_probe_create(plan->f, plan->ground, plan->k, &s->probe));
  if (how->rule->timed) PetscCall(qv_arrivals_create(plan->f->n, &s->arrivals));
  set_desk(s);
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_engine **engine) {
  guesses *s = (guesses *)*engine;

  PetscFunctionBegin;
  for (int32_t g = 0; s->guess && g < s->ladder->n; g++) PetscCall(qv_guess_destroy(&s->guess[g]));
  PetscCall(PetscFree(s->guess));
  PetscCall(qv_ladder_destroy(&s->ladder));
  PetscCall(qv_probe_destroy(&s->probe));
  PetscCall(qv_arrivals_destroy(&s->arrivals));
  PetscCall(qv_desk_destroy(&s->base.desk));
  PetscCall(PetscFree(s));
  *engine = NULL;
  PetscFunctionReturn(0);
}

static bool mine(const guesses *s, int32_t g) {
  return (s->style.joined ? 0 : g % s->base.plan.groups) == s->base.plan.group;
}

static bool awake(const guesses *s, int32_t g) {
  return s->guess[g] && s->guess[g]->awake;
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

/* The live elements of guess g's window into desk->pool, by descending value or as they came. */
static int32_t gather(guesses *s, int32_t g) {
  const qv_objective *f   = s->base.plan.f;
  const int64_t       tau = s->ladder->tau[g], top = s->ladder->top[g];
  int32_t            *pool = s->base.desk->pool, n = 0;
  if (s->arrivals) {
    for (int32_t e = s->arrivals->first; e >= 0; e = s->arrivals->next[e])
      if (in_window(s, g, e)) pool[n++] = e;
    return n;
  }
  for (int32_t i = 0; i < f->n && f->single[f->order[i]] >= tau; i++) {
    const int32_t e = f->order[i];
    if (s->base.plan.ground->live[e] && f->single[e] <= top) pool[n++] = e;
  }
  return n;
}

static PetscErrorCode wake(guesses *s, int32_t g) {
  qv_desk      *desk   = s->base.desk;
  const int64_t before = desk->calls.marginal;

  PetscFunctionBegin;
  PetscCall(make_guess(s, g));
  s->guess[g]->awake = true;
  s->guess[g]->rent  = 0;
  PetscCall(s->style.rule->build(s->guess[g], gather(s, g)));
  s->guess[g]->debt = desk->calls.marginal - before;
  PetscFunctionReturn(0);
}

/* Choose the probe anew: every group does the same, the first counts. */
static void renew_probe(guesses *s) {
  qv_desk      *desk                = s->base.desk;
  const int64_t asked               = qv_probe_renew(s->probe, desk->scratch);
  s->probe->greedy->prefix->touched = 0;
  if (s->base.plan.group) return;
  desk->calls.marginal += asked;
  desk->calls.physical += asked + s->probe->chosen.n;
}

/* What the optimum is known to reach. */
static int64_t reached(const guesses *s) {
  int64_t value = 0;
  if (!s->style.joined) return s->probe->chosen.value;
  for (int32_t g = 0; g < s->ladder->n; g++)
    if (awake(s, g)) value = PetscMax(value, qv_guess_value(s->guess[g]));
  return value;
}

/* After an update, which guesses may matter can have moved: wake those that sleep. */
static PetscErrorCode wake_all(guesses *s, int64_t update) {
  qv_ladder *ladder = s->ladder;

  PetscFunctionBegin;
  if (!s->base.plan.dormant) PetscFunctionReturn(0);
  if (!s->style.joined && update % s->base.plan.probe == 0) renew_probe(s);
  qv_ladder_floor(ladder, reached(s));
  if (s->settled && ladder->least == s->least && ladder->most == s->most) PetscFunctionReturn(0);
  s->settled = true;
  s->least   = ladder->least;
  s->most    = ladder->most;
  for (int32_t g = PetscMax(0, ladder->least); g <= ladder->most; g++)
    if (mine(s, g) && !awake(s, g)) PetscCall(wake(s, g));
  PetscFunctionReturn(0);
}

/* Charge a guess that cannot matter for its upkeep; when it has cost enough, it sleeps. */
static void charge(guesses *s, int32_t g, int64_t calls) {
  qv_guess *guess = s->guess[g];
  if (!s->base.plan.dormant || qv_ladder_matters(s->ladder, g)) return;
  guess->rent += calls;
  if (guess->rent < guess->debt) return;
  qv_nest_collect(guess->nest, 1, s->base.desk->pool);
  guess->awake = guess->fresh = false;
  s->settled                  = false;
}

typedef PetscErrorCode (*change)(qv_guess *guess, int32_t e);

/* Hand an update to the guesses that were awake before it. Where none may sleep, a guess is made
 * for the first element of its window. */
static PetscErrorCode hand_on(guesses *s, int32_t e, change what) {
  const qv_ladder *ladder = s->ladder;
  qv_desk         *desk   = s->base.desk;

  PetscFunctionBegin;
  qv_ladder_floor(s->ladder, reached(s));
  for (int32_t g = ladder->low[e]; g <= ladder->high[e]; g++) {
    if (!mine(s, g)) continue;
    if (!s->base.plan.dormant && !s->guess[g]) {
      PetscCall(make_guess(s, g));
      s->guess[g]->awake = true;
    }
    if (!awake(s, g)) continue;
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
  if (engine->plan.group == 0) engine->desk->calls.marginal++; /* f({e}) */
  qv_ladder_insert(s->ladder, e);
  if (s->arrivals) qv_arrivals_add(s->arrivals, e, update);
  PetscCall(hand_on(s, e, s->style.rule->insert));
  PetscCall(wake_all(s, update));
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_engine *engine, int64_t update, int32_t e) {
  guesses *s = (guesses *)engine;

  PetscFunctionBegin;
  engine->desk->update = update;
  qv_ladder_erase(s->ladder, e);
  if (s->arrivals) qv_arrivals_remove(s->arrivals, e);
  qv_probe_shrink(s->probe, e);
  PetscCall(hand_on(s, e, s->style.rule->erase));
  PetscCall(wake_all(s, update));
  PetscFunctionReturn(0);
}

static PetscErrorCode best(qv_engine *engine, qv_summary *summary) {
  guesses *s = (guesses *)engine;

  PetscFunctionBegin;
  summary->value = summary->n = 0;
  summary->source             = INT32_MAX;
  for (int32_t g = 0; g < s->ladder->n; g++) {
    if (!awake(s, g)) continue;
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

static bool sleeps_wrongly(const guesses *s, int32_t g) {
  if (s->base.plan.dormant) return qv_ladder_matters(s->ladder, g);
  for (int32_t e = 0; e < s->base.plan.f->n; e++)
    if (s->base.plan.ground->live[e] && in_window(s, g, e)) return true;
  return false;
}

static PetscErrorCode verify(qv_engine *engine, const char **wrong) {
  guesses       *s      = (guesses *)engine;
  const qv_calls before = engine->desk->calls;

  PetscFunctionBegin;
  *wrong = NULL;
  for (int32_t g = 0; g < s->ladder->n && !*wrong; g++) {
    if (mine(s, g) && !awake(s, g) && sleeps_wrongly(s, g))
      *wrong = "a guess sleeps that may be the optimum's";
    if (!awake(s, g)) continue;
    if (!holds_its_window(s, g)) *wrong = "a guess does not hold the live elements of its window";
    if (!*wrong) *wrong = s->style.rule->verify(s->guess[g]);
  }
  engine->desk->calls = before;
  PetscFunctionReturn(0);
}

static PetscErrorCode add_picks(int32_t n, const int32_t *e, qv_words *words) {
  PetscFunctionBegin;
  for (int32_t i = 0; i < n; i++) {
    const int64_t word = e[i];
    PetscCall(qv_words_add(words, 1, &word));
  }
  PetscFunctionReturn(0);
}

/* The live picks of all guesses, and what is left of the probe. */
static PetscErrorCode picks(qv_engine *engine, qv_words *words) {
  const guesses *s    = (guesses *)engine;
  int32_t       *pick = engine->desk->batch;

  PetscFunctionBegin;
  for (int32_t g = 0; g < s->ladder->n; g++)
    if (awake(s, g)) PetscCall(add_picks(qv_nest_output(s->guess[g]->nest, pick), pick, words));
  if (engine->plan.group == 0) PetscCall(add_picks(s->probe->chosen.n, s->probe->chosen.e, words));
  PetscFunctionReturn(0);
}

/* Open a block, and close it: its length is known then. */
static PetscErrorCode open_block(qv_words *words, int64_t key, int64_t *start) {
  const int64_t head[2] = {key, 0};

  PetscFunctionBegin;
  *start = words->n;
  PetscCall(qv_words_add(words, 2, head));
  PetscFunctionReturn(0);
}

static void close_block(qv_words *words, int64_t start) {
  words->word[start + 1] = words->n - start - 2;
}

static PetscErrorCode freeze(qv_engine *engine, qv_words *words) {
  guesses *s = (guesses *)engine;
  int64_t  start;

  PetscFunctionBegin;
  if (engine->plan.group == 0) {
    PetscCall(open_block(words, PROBE_KEY, &start));
    PetscCall(qv_probe_pack(s->probe, words));
    close_block(words, start);
  }
  if (engine->plan.group == 0 && s->arrivals) {
    PetscCall(open_block(words, ARRIVALS_KEY, &start));
    PetscCall(qv_arrivals_pack(s->arrivals, words));
    close_block(words, start);
  }
  for (int32_t g = 0; g < s->ladder->n; g++) {
    if (!awake(s, g)) continue;
    PetscCall(open_block(words, g, &start));
    PetscCall(qv_guess_pack(s->guess[g], words));
    close_block(words, start);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode thaw(qv_engine *engine, int64_t key, int64_t n, const int64_t *word) {
  guesses *s = (guesses *)engine;

  PetscFunctionBegin;
  if (key == PROBE_KEY) {
    qv_probe_unpack(s->probe, n, word);
  } else if (key == ARRIVALS_KEY) {
    qv_arrivals_unpack(s->arrivals, n, word);
  } else if (mine(s, (int32_t)key)) {
    PetscCall(make_guess(s, (int32_t)key));
    PetscCall(qv_guess_unpack(s->guess[key], word));
  }
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

#define QV_GUESSES(NAME, RULE, JOINED)                                           \
  static PetscErrorCode create_##NAME(const qv_plan *plan, qv_engine **engine) { \
    static const style how = {&qv_engine_##NAME, &qv_rule_##RULE, JOINED};       \
    PetscFunctionBegin;                                                          \
    PetscCall(create(plan, &how, engine));                                       \
    PetscFunctionReturn(0);                                                      \
  }                                                                              \
  QV_ENGINE_KIND(NAME, JOINED ? QV_ASKS_ONE_BY_ONE : QV_ASKS_BY_GUESS)
QV_GUESSES(batched, batched, false);
QV_GUESSES(sampled, sampled, false);
QV_GUESSES(lattanzi, lattanzi, false);
QV_GUESSES(sieve, sieve, false);
QV_GUESSES(sieve_pp, sieve, true);
