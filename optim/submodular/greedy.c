/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/greedy.h"

PetscErrorCode qv_greedy_create(const qv_objective *f, const qv_ground *ground, int32_t k,
                                qv_greedy **greedy) {
  PetscFunctionBegin;
  PetscCall(PetscNew(greedy));
  **greedy = (qv_greedy){.f = f, .ground = ground, .k = k};
  PetscCall(f->kind->prefix_create(f, k, &(*greedy)->prefix));
  PetscCall(PetscMalloc1(f->n, &(*greedy)->heap));
  PetscCall(PetscCalloc1(f->n, &(*greedy)->chosen));
  PetscCall(PetscMalloc1(k, &(*greedy)->largest));
  PetscCall(PetscMalloc1(k + 1, &(*greedy)->gain));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_greedy_destroy(qv_greedy **greedy) {
  PetscFunctionBegin;
  if (!*greedy) PetscFunctionReturn(0);
  PetscCall((*greedy)->f->kind->prefix_destroy(&(*greedy)->prefix));
  PetscCall(PetscFree((*greedy)->heap));
  PetscCall(PetscFree((*greedy)->chosen));
  PetscCall(PetscFree((*greedy)->largest));
  PetscCall(PetscFree((*greedy)->gain));
  PetscCall(PetscFree(*greedy));
  PetscFunctionReturn(0);
}

/* Larger bound first, then the smaller element. */
static bool before(const qv_candidate *a, const qv_candidate *b) {
  return a->bound != b->bound ? a->bound > b->bound : a->e < b->e;
}

static void heap_add(qv_greedy *g, qv_candidate c) {
  int32_t i = g->n_heap++;
  for (; i && before(&c, &g->heap[(i - 1) / 2]); i = (i - 1) / 2) g->heap[i] = g->heap[(i - 1) / 2];
  g->heap[i] = c;
}

static qv_candidate heap_take(qv_greedy *g) {
  const qv_candidate first = g->heap[0], last = g->heap[--g->n_heap];
  int32_t            i = 0;
  for (int32_t child; (child = 2 * i + 1) < g->n_heap; i = child) {
    if (child + 1 < g->n_heap && before(&g->heap[child + 1], &g->heap[child])) child++;
    if (!before(&g->heap[child], &last)) break;
    g->heap[i] = g->heap[child];
  }
  g->heap[i] = last;
  return first;
}

/* The next live element that was never asked, or -1: they come in the order of their singletons. */
static int32_t next_unasked(qv_greedy *g) {
  const qv_objective *f = g->f;
  while (g->cursor < f->n) {
    const int32_t e = f->order[g->cursor];
    if (!f->single[e]) return -1;
    if (g->ground->live[e] && !g->chosen[e] && (!g->only || g->only[e])) return e;
    g->cursor++;
  }
  return -1;
}

/* The candidate with the largest bound; false: none adds value. */
static bool take_best(qv_greedy *g, qv_candidate *best) {
  const int32_t      e     = next_unasked(g);
  const qv_candidate fresh = {e < 0 ? 0 : g->f->single[e], e, 0};
  if (e >= 0 && (!g->n_heap || before(&fresh, &g->heap[0]))) {
    g->cursor++;
    *best = fresh;
    return true;
  }
  if (!g->n_heap) return false;
  *best = heap_take(g);
  return best->bound > 0;
}

/* Push a summary; returns its value. */
static int64_t enter(qv_greedy *g, const qv_summary *summary, int64_t *asked) {
  int64_t value = 0;
  g->n_heap = g->cursor = 0;
  qv_objective_chain(g->prefix, summary->n, summary->e, g->gain);
  for (int32_t i = 0; i < summary->n; i++) {
    value += g->gain[i];
    g->chosen[summary->e[i]] = 1;
  }
  *asked += summary->n;
  return value;
}

static void leave(qv_greedy *g, const qv_summary *summary) {
  g->f->kind->truncate(g->prefix, 0, summary->n, summary->e);
  for (int32_t i = 0; i < summary->n; i++) g->chosen[summary->e[i]] = 0;
}

void qv_greedy_fill(qv_greedy *g, qv_summary *s, int64_t *asked) {
  qv_candidate c;
  s->value = enter(g, s, asked);
  while (s->n < g->k && take_best(g, &c)) {
    if (c.size != s->n) {
      c.bound = qv_objective_gain(g->prefix, c.e);
      c.size  = s->n;
      ++*asked;
      heap_add(g, c);
      continue;
    }
    if (!c.bound) break;
    g->f->kind->push(g->prefix, c.e, 1);
    g->chosen[c.e] = 1;
    s->e[s->n++]   = c.e;
    s->value += c.bound;
  }
  leave(g, s);
}

/* Keep the k largest of the values seen, the smallest of them first (a heap). */
static void keep_largest(int64_t *heap, int32_t n, int64_t value) {
  int32_t i = 0;
  for (int32_t child; (child = 2 * i + 1) < n; i = child) {
    if (child + 1 < n && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= value) break;
    heap[i] = heap[child];
  }
  heap[i] = value;
}

/* Values may come near 2^62 each, so a sum of k of them may not fit: then the largest number bounds
 * as well. */
static int64_t sum_capped(int64_t a, int64_t b) {
  return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* The next of the elements that were never asked; returns how many. */
static int32_t list_unasked(qv_greedy *g, int32_t *e) {
  int32_t n = 0;
  for (int32_t next; n < QV_BLOCK_MOST && (next = next_unasked(g)) >= 0; g->cursor++) e[n++] = next;
  return n;
}

int64_t qv_greedy_bound(qv_greedy *g, const qv_summary *s, int64_t *asked) {
  int64_t bound = enter(g, s, asked);
  for (int32_t i = 0; i < g->k; i++) g->largest[i] = 0;
  bool more = true;
  while (more) {
    int32_t       e[QV_BLOCK_MOST];
    const int32_t n     = list_unasked(g, e);
    qv_block      block = qv_block_of(g->prefix, n, e, &g->spare);
    more                = n > 0;
    for (int32_t i = 0; i < n; i++) {
      if (g->f->single[e[i]] <= g->largest[0]) { /* nor can any later one */
        more = false;
        break;
      }
      const int64_t gain = qv_block_ask(&block, i, 0);
      ++*asked;
      if (gain > g->largest[0]) keep_largest(g->largest, g->k, gain);
    }
  }
  for (int32_t i = 0; i < g->k; i++) bound = sum_capped(bound, g->largest[i]);
  leave(g, s);
  return bound;
}
