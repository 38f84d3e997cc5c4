/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/nest.h"

#include <string.h>

enum { MARK = 0x8000, SLACK = 64 };

PetscErrorCode qv_nest_create(const qv_objective *f, int32_t k, int32_t levels, qv_nest **nest) {
  qv_nest *t;

  PetscFunctionBegin;
  PetscCall(PetscNew(nest));
  t         = *nest;
  t->f      = f;
  t->k      = k;
  t->levels = levels;
  PetscCall(f->kind->prefix_create(f, k, &t->prefix));
  PetscCall(PetscCalloc1(k + 1, &t->pick));
  PetscCall(PetscCalloc1(k + 1, &t->ghost));
  PetscCall(PetscCalloc1(levels + 2, &t->level));
  PetscCall(PetscCalloc1(f->n, &t->depth));
  PetscCall(PetscCalloc1(levels + 2, &t->bucket));
  PetscCall(PetscCalloc1(levels + 2, &t->count));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_nest_destroy(qv_nest **nest) {
  PetscFunctionBegin;
  if (!*nest) PetscFunctionReturn(0);
  qv_nest *t = *nest;
  PetscCall(t->f->kind->prefix_destroy(&t->prefix));
  for (int32_t d = 0; d < t->levels + 2; d++) PetscCall(PetscFree(t->bucket[d].e));
  PetscCall(PetscFree(t->pick));
  PetscCall(PetscFree(t->ghost));
  PetscCall(PetscFree(t->level));
  PetscCall(PetscFree(t->depth));
  PetscCall(PetscFree(t->bucket));
  PetscCall(PetscFree(t->count));
  PetscCall(PetscFree(*nest));
  PetscFunctionReturn(0);
}

/* Drop stale entries and, where an element has several, all but the last; the order stays. */
static void compact(qv_nest *t, int32_t d) {
  qv_bucket *b     = &t->bucket[d];
  int32_t    first = b->n;
  for (int32_t i = b->n - 1; i >= 0; i--) {
    const int32_t e = b->e[i];
    if (t->depth[e] != d) continue;
    t->depth[e] |= MARK;
    b->e[--first] = e;
  }
  b->n -= first;
  memmove(b->e, b->e + first, (size_t)b->n * sizeof *b->e);
  for (int32_t i = 0; i < b->n; i++) t->depth[b->e[i]] &= MARK - 1;
}

PetscErrorCode qv_nest_store(qv_nest *t, int32_t e, int32_t depth) {
  qv_bucket *b = &t->bucket[depth];

  PetscFunctionBegin;
  if (b->n > 2 * t->count[depth] + SLACK) compact(t, depth);
  if (b->n == b->capacity) {
    b->capacity = PetscMax(16, 2 * b->capacity);
    PetscCall(PetscRealloc((size_t)b->capacity * sizeof *b->e, &b->e));
  }
  b->e[b->n++] = e;
  t->depth[e]  = (uint16_t)depth;
  t->count[depth]++;
  t->n_stored++;
  PetscFunctionReturn(0);
}

void qv_nest_drop(qv_nest *t, int32_t e) {
  t->count[t->depth[e]]--;
  t->depth[e] = 0;
  t->n_stored--;
}

/* Cut the levels from `level` on. */
static void cut(qv_nest *t, int32_t level) {
  const int32_t first = (int32_t)t->level[level - 1].end;
  for (int32_t i = first; i < t->n_picks; i++) {
    t->n_ghosts -= t->ghost[i];
    t->ghost[i] = 0;
  }
  t->f->kind->truncate(t->prefix, t->fine ? first : level - 1, t->n_picks - first, t->pick + first);
  t->n_picks  = first;
  t->n_levels = level - 1;
}

static void reverse(int32_t n, int32_t *e) {
  for (int32_t i = 0, j = n - 1; i < j; i++, j--) {
    const int32_t kept = e[i];
    e[i]               = e[j];
    e[j]               = kept;
  }
}

/* Backwards, since an element's last entry is the one that counts. */
int32_t qv_nest_collect(qv_nest *t, int32_t level, int32_t *e) {
  int32_t n = 0;
  for (int32_t d = t->n_levels; d >= level; d--) {
    qv_bucket *b = &t->bucket[d];
    for (int32_t i = b->n - 1; i >= 0; i--) {
      if (t->depth[b->e[i]] != d) continue;
      t->depth[b->e[i]] = 0;
      e[n++]            = b->e[i];
    }
    b->n        = 0;
    t->count[d] = 0;
  }
  reverse(n, e);
  t->n_stored -= n;
  if (level <= t->n_levels) cut(t, level);
  return n;
}

void qv_nest_open(qv_nest *t, int64_t theta, int64_t built) {
  t->n_levels++;
  t->level[t->n_levels] = (qv_level){
    .end = t->n_picks, .value = t->level[t->n_levels - 1].value, .theta = theta, .built = built};
}

void qv_nest_pick(qv_nest *t, int32_t e, int64_t gain) {
  qv_level *top       = &t->level[t->n_levels];
  t->pick[t->n_picks] = e;
  top->end            = ++t->n_picks;
  top->value += gain;
  t->f->kind->push(t->prefix, e, t->fine ? t->n_picks : t->n_levels);
}

void qv_nest_unpick(qv_nest *t, int32_t at, int32_t level) {
  const qv_objective_kind *kind  = t->f->kind;
  const int32_t            start = (int32_t)t->level[level - 1].end;
  kind->truncate(t->prefix, start, t->n_picks - start, t->pick + start);
  memmove(t->pick + at, t->pick + at + 1, (size_t)(--t->n_picks - at) * sizeof *t->pick);
  for (int32_t l = level, i = start; l <= t->n_levels; l++) {
    t->level[l].end--;
    t->level[l].value = t->level[l - 1].value;
    for (; i < t->level[l].end; i++) {
      t->level[l].value += qv_objective_gain(t->prefix, t->pick[i]);
      kind->push(t->prefix, t->pick[i], i + 1);
    }
  }
}

int32_t qv_nest_find(const qv_nest *t, int32_t e, int32_t level) {
  if (level > t->n_levels) return -1;
  for (int64_t i = t->level[level - 1].end; i < t->level[level].end; i++)
    if (t->pick[i] == e) return (int32_t)i;
  return -1;
}

int32_t qv_nest_find_ghost(const qv_nest *t, int32_t e, int32_t *level) {
  if (!t->n_ghosts) return -1;
  for (int32_t i = 0; i < t->n_picks; i++) {
    if (t->pick[i] != e || !t->ghost[i]) continue;
    for (*level = 1; t->level[*level].end <= i; ++*level)
      ;
    return i;
  }
  return -1;
}

int64_t qv_nest_reach(const qv_nest *t, int32_t level) {
  int64_t n = 0;
  for (int32_t d = level; d <= t->n_levels; d++) n += t->count[d];
  return n;
}

int32_t qv_nest_output(const qv_nest *t, int32_t *e) {
  int32_t n = 0;
  for (int32_t i = 0; i < t->n_picks; i++)
    if (!t->ghost[i]) e[n++] = t->pick[i];
  return n;
}
