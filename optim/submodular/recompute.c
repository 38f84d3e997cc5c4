/* SPDX-License-Identifier: GPL-3.0-or-later
 * The references: a static method run anew every `period` updates, its summary kept in between less
 * what was deleted. Rank 0 alone does the work. */
#include <string.h>

#include "optim/submodular/greedy.h"

extern const qv_engine_kind qv_engine_lazy_greedy, qv_engine_greedy, qv_engine_brute_force;

typedef struct recompute recompute;
struct recompute {
  qv_engine  base;
  qv_greedy *greedy;
  qv_summary summary;
  bool       stale; /* something of the summary was deleted: the value is not known */
  void (*method)(recompute *r);
};

static PetscErrorCode create(const qv_plan *plan, const qv_engine_kind *kind,
                             void (*method)(recompute *), qv_engine   **engine) {
  recompute *r;

  PetscFunctionBegin;
  PetscCall(PetscNew(&r));
  *engine      = &r->base;
  r->base.kind = kind;
  r->base.plan = *plan;
  r->method    = method;
  PetscCall(qv_desk_create(plan->f, plan->k, 0.5, &r->base.desk));
  PetscCall(qv_greedy_create(plan->f, plan->ground, plan->k, &r->greedy));
  PetscCall(PetscMalloc1(plan->k + 1, &r->summary.e));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_engine **engine) {
  recompute *r = (recompute *)*engine;

  PetscFunctionBegin;
  PetscCall(qv_desk_destroy(&r->base.desk));
  PetscCall(qv_greedy_destroy(&r->greedy));
  PetscCall(PetscFree(r->summary.e));
  PetscCall(PetscFree(r));
  *engine = NULL;
  PetscFunctionReturn(0);
}

/* The textbook asks for every singleton again; we have them. */
static void lazy_greedy(recompute *r) {
  qv_calls *calls = &r->base.desk->calls;
  int64_t   asked = 0;
  qv_greedy_fill(r->greedy, &r->summary, &asked);
  calls->physical += asked;
  calls->marginal += asked + r->base.plan.ground->n_live;
}

static void greedy(recompute *r) {
  const qv_objective *f    = r->base.plan.f;
  qv_desk            *desk = r->base.desk;
  qv_summary         *s    = &r->summary;
  int32_t             n    = 0;
  for (int32_t e = 0; e < f->n; e++)
    if (r->base.plan.ground->live[e]) desk->pool[n++] = e;
  while (s->n < r->base.plan.k && n) {
    int32_t best = 0;
    f->kind->gains(desk->scratch, n, desk->pool, desk->gain);
    desk->calls.marginal += n;
    desk->calls.physical += n;
    for (int32_t i = 1; i < n; i++)
      if (desk->gain[i] > desk->gain[best]) best = i;
    if (!desk->gain[best]) break;
    f->kind->push(desk->scratch, desk->pool[best], 1);
    s->e[s->n++] = desk->pool[best];
    s->value += desk->gain[best];
    memmove(desk->pool + best, desk->pool + best + 1, (size_t)(--n - best) * sizeof *desk->pool);
  }
  f->kind->truncate(desk->scratch, 0, s->n, s->e);
}

/* All subsets of at most k of the n elements of desk->pool, depth first: the set so far is `at`. */
typedef struct {
  recompute *r;
  int32_t    n, n_at;
  int32_t    at[20];
} search;

static void extend(search *x, int32_t first, int64_t value) {
  qv_desk    *desk = x->r->base.desk;
  qv_summary *s    = &x->r->summary;
  if (value > s->value) {
    s->value = value;
    s->n     = x->n_at;
    memcpy(s->e, x->at, (size_t)x->n_at * sizeof *s->e);
  }
  if (x->n_at == x->r->base.plan.k) return;
  for (int32_t i = first; i < x->n; i++) {
    const int32_t e    = desk->pool[i];
    const int64_t gain = qv_objective_gain(desk->scratch, e);
    desk->calls.marginal++;
    desk->calls.physical++;
    desk->f->kind->push(desk->scratch, e, x->n_at + 1);
    x->at[x->n_at++] = e;
    extend(x, i + 1, value + gain);
    x->n_at--;
    desk->f->kind->truncate(desk->scratch, x->n_at, 1, &e);
  }
}

static void brute_force(recompute *r) {
  search x = {.r = r};
  for (int32_t e = 0; e < r->base.plan.f->n; e++)
    if (r->base.plan.ground->live[e]) r->base.desk->pool[x.n++] = e;
  extend(&x, 0, 0);
}

static void renew(recompute *r, int64_t update) {
  if (r->base.plan.rank || update % r->base.plan.period) return;
  r->summary.n     = 0;
  r->summary.value = 0;
  r->stale         = false;
  r->method(r);
}

static PetscErrorCode insert(qv_engine *engine, int64_t update, int32_t e) {
  PetscFunctionBegin;
  (void)e;
  renew((recompute *)engine, update);
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_engine *engine, int64_t update, int32_t e) {
  recompute  *r = (recompute *)engine;
  qv_summary *s = &r->summary;

  PetscFunctionBegin;
  for (int32_t i = 0; i < s->n; i++) {
    if (s->e[i] != e) continue;
    memmove(s->e + i, s->e + i + 1, (size_t)(--s->n - i) * sizeof *s->e);
    r->stale = true;
  }
  renew(r, update);
  PetscFunctionReturn(0);
}

static PetscErrorCode best(qv_engine *engine, qv_summary *summary) {
  recompute *r = (recompute *)engine;

  PetscFunctionBegin;
  if (r->stale) {
    r->summary.value = qv_objective_value(engine->desk->scratch, r->summary.n, r->summary.e);
    engine->desk->calls.full++;
    r->stale = false;
  }
  summary->value  = r->summary.value;
  summary->source = engine->plan.rank ? INT32_MAX : 0;
  summary->n      = r->summary.n;
  memcpy(summary->e, r->summary.e, (size_t)r->summary.n * sizeof *summary->e);
  PetscFunctionReturn(0);
}

static void take_calls(qv_engine *engine, qv_calls *calls) {
  recompute *r = (recompute *)engine;
  *calls       = engine->desk->calls;
  calls->touched += engine->desk->scratch->touched + r->greedy->prefix->touched;
  engine->desk->scratch->touched = r->greedy->prefix->touched = 0;
  memset(&engine->desk->calls, 0, sizeof engine->desk->calls);
}

static PetscErrorCode freeze(qv_engine *engine, qv_words *words) {
  const recompute *r       = (recompute *)engine;
  const int64_t    head[5] = {0, 3 + r->summary.n, r->stale, r->summary.value, r->summary.n};

  PetscFunctionBegin;
  if (engine->plan.rank) PetscFunctionReturn(0);
  PetscCall(qv_words_add(words, 5, head));
  for (int32_t i = 0; i < r->summary.n; i++) {
    const int64_t e = r->summary.e[i];
    PetscCall(qv_words_add(words, 1, &e));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode recount(qv_engine *engine) {
  PetscFunctionBegin;
  (void)engine;
  PetscFunctionReturn(0);
}

static PetscErrorCode thaw(qv_engine *engine, int64_t key, int64_t n, const int64_t *word) {
  recompute *r = (recompute *)engine;

  PetscFunctionBegin;
  (void)key;
  (void)n;
  if (engine->plan.rank) PetscFunctionReturn(0);
  r->stale         = word[0] != 0;
  r->summary.value = word[1];
  r->summary.n     = (int32_t)word[2];
  for (int32_t i = 0; i < r->summary.n; i++) r->summary.e[i] = (int32_t)word[3 + i];
  PetscFunctionReturn(0);
}

static PetscErrorCode verify(qv_engine *engine, const char **wrong) {
  const recompute *r = (recompute *)engine;

  PetscFunctionBegin;
  *wrong = NULL;
  for (int32_t i = 0; i < r->summary.n; i++)
    if (!engine->plan.ground->live[r->summary.e[i]]) *wrong = "an element of the summary is dead";
  PetscFunctionReturn(0);
}

static PetscErrorCode create_lazy(const qv_plan *plan, qv_engine **engine) {
  PetscFunctionBegin;
  PetscCall(create(plan, &qv_engine_lazy_greedy, lazy_greedy, engine));
  PetscFunctionReturn(0);
}

static PetscErrorCode create_greedy(const qv_plan *plan, qv_engine **engine) {
  PetscFunctionBegin;
  PetscCall(create(plan, &qv_engine_greedy, greedy, engine));
  PetscFunctionReturn(0);
}

static PetscErrorCode create_brute(const qv_plan *plan, qv_engine **engine) {
  PetscFunctionBegin;
  PetscCall(create(plan, &qv_engine_brute_force, brute_force, engine));
  PetscFunctionReturn(0);
}

#define QV_RECOMPUTE                                                                            \
  .destroy = destroy, .insert = insert, .erase = erase, .best = best, .take_calls = take_calls, \
  .freeze = freeze, .thaw = thaw, .recount = recount, .verify = verify
const qv_engine_kind qv_engine_lazy_greedy = {.create = create_lazy, QV_RECOMPUTE};
const qv_engine_kind qv_engine_greedy      = {.create = create_greedy, QV_RECOMPUTE};
const qv_engine_kind qv_engine_brute_force = {.create = create_brute, QV_RECOMPUTE};
