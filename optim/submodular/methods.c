/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "optim/submodular/recompute.h"

/* The live elements into desk->pool; returns their number. */
static int32_t list_live(const qv_recompute *r) {
  int32_t n = 0;
  for (int32_t e = 0; e < r->base.plan.f->n; e++)
    if (r->base.plan.ground->live[e]) r->base.desk->pool[n++] = e;
  return n;
}

static void pick(qv_recompute *r, int32_t e, int64_t gain) {
  qv_summary *s = &r->summary;
  r->base.plan.f->kind->push(r->base.desk->scratch, e, 1);
  s->e[s->n++] = e;
  s->value += gain;
}

/* The desk's prefix is empty again. */
static void finish(const qv_recompute *r) {
  r->base.plan.f->kind->truncate(r->base.desk->scratch, 0, r->summary.n, r->summary.e);
}

/* The textbook asks for every singleton again; we have them. */
void qv_method_lazy_greedy(qv_engine *engine) {
  qv_recompute *r     = (qv_recompute *)engine;
  qv_calls     *calls = &r->base.desk->calls;
  int64_t       asked = 0;
  qv_greedy_fill(r->greedy, &r->summary, &asked);
  calls->physical += asked;
  calls->marginal += asked + r->base.plan.ground->n_live;
}

void qv_method_greedy(qv_engine *engine) {
  qv_recompute *r    = (qv_recompute *)engine;
  qv_desk      *desk = r->base.desk;
  qv_summary   *s    = &r->summary;
  int32_t       n    = list_live(r);
  while (s->n < r->base.plan.k && n) {
    int32_t best = 0;
    qv_objective_gains(desk->scratch, n, desk->pool, desk->gain);
    desk->calls.marginal += n;
    desk->calls.physical += n;
    for (int32_t i = 1; i < n; i++)
      if (desk->gain[i] > desk->gain[best]) best = i;
    if (!desk->gain[best]) break;
    pick(r, desk->pool[best], desk->gain[best]);
    memmove(desk->pool + best, desk->pool + best + 1, (size_t)(--n - best) * sizeof *desk->pool);
  }
  finish(r);
}

/* All subsets of at most k of the n elements of desk->pool, depth first: the set so far is `at`. */
typedef struct {
  qv_recompute *r;
  int32_t       n, n_at;
  int32_t       at[20];
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

void qv_method_brute_force(qv_engine *engine) {
  search x = {.r = (qv_recompute *)engine, .n = list_live((qv_recompute *)engine)};
  extend(&x, 0, 0);
}

void qv_method_stochastic_greedy(qv_engine *engine) {
  qv_recompute *r    = (qv_recompute *)engine;
  qv_desk      *desk = engine->desk;
  const int32_t k    = engine->plan.k;
  int32_t       n    = list_live(r);
  const double  some = ceil((double)n / k * log(1 / engine->plan.epsilon));
  qv_dice       dice = qv_dice_for(desk->stream, desk->update, 0);
  for (int32_t round = 0; round < k && n; round++) {
    const int32_t drawn = (int32_t)PetscMax(1, PetscMin(some, n));
    int32_t       best  = 0;
    int64_t       gain  = 0;
    qv_dice_deal(&dice, drawn, n, desk->pool);
    qv_objective_gains(desk->scratch, drawn, desk->pool, desk->gain);
    desk->calls.marginal += drawn;
    desk->calls.physical += drawn;
    for (int32_t i = 0; i < drawn; i++) {
      const int64_t asked = desk->gain[i];
      if (asked < gain || (asked == gain && desk->pool[i] > desk->pool[best])) continue;
      best = i;
      gain = asked;
    }
    if (!gain) continue;
    pick(r, desk->pool[best], gain);
    desk->pool[best] = desk->pool[--n];
  }
  finish(r);
}

/* Take what adds w, of the live elements that are not out, from place `top` of the objective's
 * order on. */
static void pass_once(qv_recompute *r, int32_t top, double w, uint8_t *out) {
  const qv_objective *f     = r->base.plan.f;
  qv_desk            *desk  = r->base.desk;
  const int64_t       least = (int64_t)(w * (1 - 0x1p-50)); /* a rounded gain below is below w */
  int32_t             n     = 0;
  for (int32_t i = top; i < f->n && (double)f->single[f->order[i]] >= w; i++) {
    const int32_t e = f->order[i];
    if (r->base.plan.ground->live[e] && !out[e]) desk->pool[n++] = e;
  }
  qv_block block = qv_block_of(desk->scratch, n, desk->pool, &desk->calls.speculative);
  for (int32_t i = 0; i < n && r->summary.n < r->base.plan.k; i++) {
    const bool    first = !r->summary.n;
    const int32_t e     = desk->pool[i];
    const int64_t gain  = first ? f->single[e] : qv_block_ask(&block, i, least);
    desk->calls.marginal += !first;
    desk->calls.physical += !first;
    if ((double)gain < w) continue;
    pick(r, e, gain);
    qv_block_grow(&block);
    out[e] = 1;
  }
}

/* Singletons are known, and in the objective's order, so a pass ends where they fall below w. */
void qv_method_threshold_greedy(qv_engine *engine) {
  qv_recompute       *r   = (qv_recompute *)engine;
  const qv_objective *f   = engine->plan.f;
  const double        eps = engine->plan.epsilon;
  const int32_t       n   = engine->plan.ground->n_live;
  uint8_t            *out = r->greedy->chosen; /* 0 between uses */
  int32_t             top = 0;
  engine->desk->calls.marginal += n; /* the singletons, which the method asks for */
  while (top < f->n && !engine->plan.ground->live[f->order[top]]) top++;
  const double most = top < f->n ? (double)f->single[f->order[top]] : 0;
  for (double w = most; w > 0 && w >= eps / n * most && r->summary.n < engine->plan.k; w *= 1 - eps)
    pass_once(r, top, w, out);
  for (int32_t i = 0; i < r->summary.n; i++) out[r->summary.e[i]] = 0;
  finish(r);
}
