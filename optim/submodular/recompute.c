/* SPDX-License-Identifier: GPL-3.0-or-later
 * The references: a static method run anew every `period` updates, its summary kept in between less
 * what was deleted. The first group does the work. */
#include <string.h>

#include "optim/submodular/recompute.h"

extern const qv_engine_kind qv_engine_lazy_greedy, qv_engine_greedy, qv_engine_brute_force,
  qv_engine_stochastic_greedy, qv_engine_threshold_greedy;

static PetscErrorCode create(const qv_plan *plan, const qv_engine_kind *kind,
                             void (*method)(qv_engine *), qv_engine   **engine) {
  qv_recompute *r;

  PetscFunctionBegin;
  PetscCall(PetscNew(&r));
  *engine      = &r->base;
  r->base.kind = kind;
  r->base.plan = *plan;
  r->method    = method;
  PetscCall(qv_desk_create(plan->f, plan->k, 0.5, &r->base.desk));
  r->base.desk->stream = qv_stream_named(plan->seed, "submodular");
  PetscCall(qv_greedy_create(plan->f, plan->ground, plan->k, &r->greedy));
  PetscCall(PetscMalloc1(plan->k + 1, &r->summary.e));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_engine **engine) {
  qv_recompute *r = (qv_recompute *)*engine;

  PetscFunctionBegin;
  PetscCall(qv_desk_destroy(&r->base.desk));
  PetscCall(qv_greedy_destroy(&r->greedy));
  PetscCall(PetscFree(r->summary.e));
  PetscCall(PetscFree(r));
  *engine = NULL;
  PetscFunctionReturn(0);
}

static void renew(qv_recompute *r, int64_t update) {
  r->base.desk->update = update;
  if (r->base.plan.group || update % r->base.plan.period) return;
  r->summary.n     = 0;
  r->summary.value = 0;
  r->stale         = false;
  r->method(&r->base);
}

static PetscErrorCode insert(qv_engine *engine, int64_t update, int32_t e) {
  PetscFunctionBegin;
  (void)e;
  renew((qv_recompute *)engine, update);
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_engine *engine, int64_t update, int32_t e) {
  qv_recompute *r = (qv_recompute *)engine;
  qv_summary   *s = &r->summary;

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
  qv_recompute *r = (qv_recompute *)engine;

  PetscFunctionBegin;
  if (r->stale) {
    r->summary.value = qv_objective_value(engine->desk->scratch, r->summary.n, r->summary.e);
    engine->desk->calls.full++;
    r->stale = false;
  }
  summary->value  = r->summary.value;
  summary->source = engine->plan.group ? INT32_MAX : 0;
  summary->n      = r->summary.n;
  memcpy(summary->e, r->summary.e, (size_t)r->summary.n * sizeof *summary->e);
  PetscFunctionReturn(0);
}

static void take_calls(qv_engine *engine, qv_calls *calls) {
  qv_recompute *r = (qv_recompute *)engine;
  *calls          = engine->desk->calls;
  calls->touched += engine->desk->scratch->touched + r->greedy->prefix->touched;
  engine->desk->scratch->touched = r->greedy->prefix->touched = 0;
  memset(&engine->desk->calls, 0, sizeof engine->desk->calls);
}

static PetscErrorCode freeze(qv_engine *engine, qv_words *words) {
  const qv_recompute *r       = (qv_recompute *)engine;
  const int64_t       head[5] = {0, 3 + r->summary.n, r->stale, r->summary.value, r->summary.n};

  PetscFunctionBegin;
  if (engine->plan.group) PetscFunctionReturn(0);
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
  qv_recompute *r = (qv_recompute *)engine;

  PetscFunctionBegin;
  (void)key;
  (void)n;
  if (engine->plan.group) PetscFunctionReturn(0);
  r->stale         = word[0] != 0;
  r->summary.value = word[1];
  r->summary.n     = (int32_t)word[2];
  for (int32_t i = 0; i < r->summary.n; i++) r->summary.e[i] = (int32_t)word[3 + i];
  PetscFunctionReturn(0);
}

static PetscErrorCode verify(qv_engine *engine, const char **wrong) {
  const qv_recompute *r = (qv_recompute *)engine;

  PetscFunctionBegin;
  *wrong = NULL;
  for (int32_t i = 0; i < r->summary.n; i++)
    if (!engine->plan.ground->live[r->summary.e[i]]) *wrong = "an element of the summary is dead";
  PetscFunctionReturn(0);
}

static PetscErrorCode picks(qv_engine *engine, qv_words *words) {
  const qv_recompute *r = (qv_recompute *)engine;

  PetscFunctionBegin;
  for (int32_t i = 0; i < r->summary.n; i++) {
    const int64_t e = r->summary.e[i];
    PetscCall(qv_words_add(words, 1, &e));
  }
  PetscFunctionReturn(0);
}

#define QV_RECOMPUTE(NAME, ASKS)                                                 \
  static PetscErrorCode create_##NAME(const qv_plan *plan, qv_engine **engine) { \
    PetscFunctionBegin;                                                          \
    PetscCall(create(plan, &qv_engine_##NAME, qv_method_##NAME, engine));        \
    PetscFunctionReturn(0);                                                      \
  }                                                                              \
  QV_ENGINE_KIND(NAME, QV_ASKS_##ASKS)
QV_RECOMPUTE(lazy_greedy, ONE_BY_ONE);
QV_RECOMPUTE(greedy, IN_BATCHES);
QV_RECOMPUTE(brute_force, ONE_BY_ONE);
QV_RECOMPUTE(stochastic_greedy, IN_BATCHES);
QV_RECOMPUTE(threshold_greedy, ONE_BY_ONE);
