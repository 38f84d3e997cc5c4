/* SPDX-License-Identifier: GPL-3.0-or-later
 * Several engines side by side on the same stream: the best of their answers, all of their calls.
 */
#include <string.h>

#include "optim/submodular/engine.h"

/* Blocks of member m: its own keys, which are small and may be negative, times QV_PORTFOLIO,
 * plus m. */
enum { SOURCES = 1 << 24 };

typedef struct {
  qv_engine   base;
  int         n;
  qv_engine  *member[QV_PORTFOLIO];
  qv_summary *answer; /* [n] room for an answer of each */
} portfolio;

extern const qv_engine_kind qv_engine_portfolio;

static PetscErrorCode create_portfolio(const qv_plan *plan, qv_engine **engine) {
  portfolio *p;

  PetscFunctionBegin;
  PetscCheck(plan->n_members <= QV_PORTFOLIO, PETSC_COMM_SELF, PETSC_ERR_SUP, "too many members");
  PetscCall(PetscNew(&p));
  *engine      = &p->base;
  p->base.kind = &qv_engine_portfolio;
  p->base.plan = *plan;
  p->n         = plan->n_members;
  PetscCall(qv_desk_create(plan->f, plan->k, plan->epsilon, &p->base.desk));
  PetscCall(PetscCalloc1(p->n, &p->answer));
  for (int m = 0; m < p->n; m++) {
    PetscCall(qv_engines[plan->member[m]]->create(plan, &p->member[m]));
    PetscCall(PetscMalloc1(plan->k + 1, &p->answer[m].e));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_engine **engine) {
  portfolio *p = (portfolio *)*engine;

  PetscFunctionBegin;
  for (int m = 0; m < p->n; m++) {
    if (p->member[m]) PetscCall(p->member[m]->kind->destroy(&p->member[m]));
    PetscCall(PetscFree(p->answer[m].e));
  }
  PetscCall(PetscFree(p->answer));
  PetscCall(qv_desk_destroy(&p->base.desk));
  PetscCall(PetscFree(p));
  *engine = NULL;
  PetscFunctionReturn(0);
}

/* What the members have counted becomes ours. */
static void collect(portfolio *p) {
  qv_calls *sum = &p->base.desk->calls;
  for (int m = 0; m < p->n; m++) {
    qv_calls calls;
    p->member[m]->kind->take_calls(p->member[m], &calls);
    sum->marginal += calls.marginal;
    sum->physical += calls.physical;
    sum->full += calls.full;
    sum->touched += calls.touched;
    sum->restored += calls.restored;
    sum->close += calls.close;
    sum->speculative += calls.speculative;
  }
}

static PetscErrorCode insert(qv_engine *engine, int64_t update, int32_t e) {
  portfolio *p = (portfolio *)engine;

  PetscFunctionBegin;
  for (int m = 0; m < p->n; m++) PetscCall(p->member[m]->kind->insert(p->member[m], update, e));
  collect(p);
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_engine *engine, int64_t update, int32_t e) {
  portfolio *p = (portfolio *)engine;

  PetscFunctionBegin;
  for (int m = 0; m < p->n; m++) PetscCall(p->member[m]->kind->erase(p->member[m], update, e));
  collect(p);
  PetscFunctionReturn(0);
}

static PetscErrorCode best(qv_engine *engine, qv_summary *summary) {
  portfolio *p   = (portfolio *)engine;
  int        top = 0;

  PetscFunctionBegin;
  for (int m = 0; m < p->n; m++) {
    PetscCall(p->member[m]->kind->best(p->member[m], &p->answer[m]));
    if (p->answer[m].value > p->answer[top].value) top = m;
  }
  collect(p);
  summary->value  = p->answer[top].value;
  summary->n      = p->answer[top].n;
  summary->source = summary->n ? p->answer[top].source + top * SOURCES : INT32_MAX;
  memcpy(summary->e, p->answer[top].e, (size_t)summary->n * sizeof *summary->e);
  PetscFunctionReturn(0);
}

static PetscErrorCode picks(qv_engine *engine, qv_words *words) {
  portfolio *p = (portfolio *)engine;

  PetscFunctionBegin;
  for (int m = 0; m < p->n; m++) PetscCall(p->member[m]->kind->picks(p->member[m], words));
  PetscFunctionReturn(0);
}

static void take_calls(qv_engine *engine, qv_calls *calls) {
  collect((portfolio *)engine);
  *calls = engine->desk->calls;
  memset(&engine->desk->calls, 0, sizeof engine->desk->calls);
}

static PetscErrorCode freeze(qv_engine *engine, qv_words *words) {
  portfolio *p = (portfolio *)engine;

  PetscFunctionBegin;
  for (int m = 0; m < p->n; m++) {
    int64_t at = words->n;
    PetscCall(p->member[m]->kind->freeze(p->member[m], words));
    for (; at < words->n; at += 2 + words->word[at + 1])
      words->word[at] = words->word[at] * QV_PORTFOLIO + m;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode thaw(qv_engine *engine, int64_t key, int64_t n, const int64_t *word) {
  portfolio    *p = (portfolio *)engine;
  const int64_t m = ((key % QV_PORTFOLIO) + QV_PORTFOLIO) % QV_PORTFOLIO;

  PetscFunctionBegin;
  PetscCall(p->member[m]->kind->thaw(p->member[m], (key - m) / QV_PORTFOLIO, n, word));
  PetscFunctionReturn(0);
}

static PetscErrorCode recount(qv_engine *engine) {
  portfolio *p = (portfolio *)engine;

  PetscFunctionBegin;
  for (int m = 0; m < p->n; m++) PetscCall(p->member[m]->kind->recount(p->member[m]));
  PetscFunctionReturn(0);
}

static PetscErrorCode verify(qv_engine *engine, const char **wrong) {
  portfolio *p = (portfolio *)engine;

  PetscFunctionBegin;
  *wrong = NULL;
  for (int m = 0; m < p->n && !*wrong; m++)
    PetscCall(p->member[m]->kind->verify(p->member[m], wrong));
  PetscFunctionReturn(0);
}

QV_ENGINE_KIND(portfolio, QV_ASKS_BY_GUESS);
