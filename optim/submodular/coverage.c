/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/coverage.h"

#include <math.h>
#include <string.h>

#include "optim/submodular/coverage_kernel.h"

typedef struct {
  qv_sets          sets;
  int64_t         *weight; /* in quanta, or NULL */
  qv_coverage_sets view;
} coverage;

typedef struct {
  qv_prefix        base;
  qv_coverage_sets sets;
  bool             wide;
  uint8_t         *narrow; /* [items] first level that covers an item, UINT8_MAX: none */
  uint16_t        *broad;  /* the same for many levels */
  int64_t         *sum;    /* [k + 3] */
} cover;

static PetscErrorCode cover_create(const qv_objective *f, int32_t k, qv_prefix **prefix) {
  const coverage *data = f->data;
  const size_t    n    = (size_t)data->sets.n_items;
  cover          *c;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  c->base.f = f;
  c->sets   = data->view;
  c->wide   = k > UINT8_MAX - 3;
  if (c->wide) {
    PetscCall(PetscMalloc1(n + 1, &c->broad)); /* NULL is not to be filled */
    memset(c->broad, 0xff, n * sizeof *c->broad);
  } else {
    PetscCall(PetscMalloc1(n + 1, &c->narrow));
    memset(c->narrow, 0xff, n);
  }
  PetscCall(PetscMalloc1(k + 3, &c->sum));
  *prefix = &c->base;
  PetscFunctionReturn(0);
}

static PetscErrorCode cover_destroy(qv_prefix **prefix) {
  cover *c = (cover *)*prefix;

  PetscFunctionBegin;
  PetscCall(PetscFree(c->narrow));
  PetscCall(PetscFree(c->broad));
  PetscCall(PetscFree(c->sum));
  PetscCall(PetscFree(c));
  *prefix = NULL;
  PetscFunctionReturn(0);
}

static void gains(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *gain) {
  const cover *c = (cover *)prefix;
  prefix->touched += c->wide ? qv_coverage_gains_wide(&c->sets, c->broad, n, e, gain)
                             : qv_coverage_gains_narrow(&c->sets, c->narrow, n, e, gain);
}

static int32_t depth(qv_prefix *prefix, int32_t e, int32_t top, int64_t tau) {
  const cover *c   = (cover *)prefix;
  int64_t     *sum = c->sum, above = 0;
  memset(sum, 0, (size_t)(top + 2) * sizeof *sum);
  if (c->wide)
    qv_coverage_histogram_wide(&c->sets, c->broad, e, top, sum);
  else
    qv_coverage_histogram_narrow(&c->sets, c->narrow, e, top, sum);
  prefix->touched += c->sets.first[e + 1] - c->sets.first[e];
  qv_group_sum(prefix->f->group, top + 2, sum);
  for (int32_t i = top; i >= 0; i--) { /* f(e | I_i): items covered after level i, or never */
    above += sum[i + 1];
    if (above >= tau) return i;
  }
  return -1;
}

static void push(qv_prefix *prefix, int32_t e, int32_t level) {
  const cover *c = (cover *)prefix;
  if (c->wide)
    qv_coverage_push_wide(&c->sets, c->broad, e, (uint16_t)level);
  else
    qv_coverage_push_narrow(&c->sets, c->narrow, e, (uint8_t)level);
}

static void retract(qv_prefix *prefix, int32_t level, int32_t n, const int32_t *e) {
  const cover *c = (cover *)prefix;
  for (int32_t i = 0; i < n; i++)
    if (c->wide)
      qv_coverage_pop_wide(&c->sets, c->broad, e[i], (uint16_t)level);
    else
      qv_coverage_pop_narrow(&c->sets, c->narrow, e[i], (uint8_t)level);
}

PetscErrorCode qv_sets_free(qv_sets *sets) {
  PetscFunctionBegin;
  PetscCall(PetscFree(sets->first));
  PetscCall(PetscFree(sets->item));
  PetscCall(PetscFree(sets->weight));
  PetscFunctionReturn(0);
}

void qv_sets_deal(const qv_group *group, qv_sets *sets, double *amount) {
  int64_t kept = 0, begin = 0;
  if (group->size == 1) return;
  for (int32_t e = 0; e < sets->n_sets; e++) {
    const int64_t end = sets->first[e + 1];
    for (int64_t j = begin; j < end; j++) {
      if (!qv_sets_mine(group, sets->item[j])) continue;
      if (amount) amount[kept] = amount[j];
      sets->item[kept++] = sets->item[j] / group->size;
    }
    begin              = end;
    sets->first[e + 1] = kept;
  }
  sets->n_items = qv_sets_share_of(group, sets->n_items);
  for (int32_t x = 0; sets->weight && x < sets->n_items; x++)
    sets->weight[x] = sets->weight[x * group->size + group->rank];
}

static PetscErrorCode coverage_destroy(void *data) {
  coverage *c = data;

  PetscFunctionBegin;
  PetscCall(qv_sets_free(&c->sets));
  PetscCall(PetscFree(c->weight));
  PetscCall(PetscFree(c));
  PetscFunctionReturn(0);
}

static const qv_objective_kind kind = {.prefix_create  = cover_create,
                                       .prefix_destroy = cover_destroy,
                                       .gains          = gains,
                                       .depth          = depth,
                                       .push           = push,
                                       .truncate       = retract,
                                       .destroy        = coverage_destroy};

/* Give back what the other ranks keep. */
static PetscErrorCode shrink(qv_sets *sets) {
  PetscFunctionBegin;
  PetscCall(PetscRealloc((size_t)sets->first[sets->n_sets] * sizeof *sets->item, &sets->item));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_coverage_create(const qv_group *group, qv_sets *sets, qv_objective **f) {
  coverage *c;
  double    largest = sets->weight ? 0 : 1;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  c->sets = *sets;
  memset(sets, 0, sizeof *sets);
  if (c->sets.weight)
    for (int32_t x = 0; x < c->sets.n_items; x++) largest = fmax(largest, c->sets.weight[x]);
  const double quantum = qv_objective_quantum(c->sets.n_items, largest);
  if (group) qv_sets_deal(group, &c->sets, NULL);
  if (group && group->size > 1) PetscCall(shrink(&c->sets));
  if (c->sets.weight) {
    PetscCall(PetscMalloc1(c->sets.n_items, &c->weight));
    for (int32_t x = 0; x < c->sets.n_items; x++)
      c->weight[x] = llround(c->sets.weight[x] / quantum);
  }
  c->view = (qv_coverage_sets){.first  = c->sets.first,
                               .item   = c->sets.item,
                               .weight = c->weight,
                               .unit   = (int64_t)(1 / quantum)};
  PetscCall(qv_objective_create(group, &kind, c->sets.n_sets, quantum, c, f));
  PetscFunctionReturn(0);
}
