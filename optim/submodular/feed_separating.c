/* SPDX-License-Identifier: GPL-3.0-or-later
 * A stream that parts random picks from a sieve: data with many copies of few elements, the copies
 * of all kinds in turn, in a sliding window. The oldest element, which is the next to go, is the
 * first that a sieve reads, so it is always picked; a random pick is hit rarely. The stream is
 * fixed beforehand: nobody looks at an answer. */
#include "optim/submodular/feed.h"

extern const qv_feed qv_feed_separating;

enum { KINDS = 1000 };

typedef struct {
  int32_t  n;
  int32_t  first[KINDS]; /* an element of each kind */
  int32_t *kind, *count; /* [elements]; [KINDS] */
} kinds;

/* Are a and b worth the same, and nothing beside each other? */
static bool alike(const qv_objective *f, qv_prefix *empty, int32_t a, int32_t b) {
  if (f->single[a] != f->single[b]) return false;
  f->kind->push(empty, a, 1);
  const int64_t gain = qv_objective_gain(empty, b);
  f->kind->truncate(empty, 0, 1, &a);
  return gain == 0;
}

/* Sort the elements into kinds; stops with k->n > KINDS when there are too many. */
static void sort(const qv_objective *f, qv_prefix *empty, kinds *k) {
  for (int32_t e = 0; e < f->n && k->n <= KINDS; e++) {
    int32_t i = 0;
    while (i < k->n && !alike(f, empty, k->first[i], e)) i++;
    if (i == k->n && k->n++ < KINDS) k->first[i] = e;
    k->kind[e] = i;
    if (i < KINDS) k->count[i]++;
  }
}

/* The elements in turns: the j-th of every kind comes before the j + 1-st of any. */
static PetscErrorCode take_turns(const qv_objective *f, const kinds *k, int32_t *order) {
  int32_t *start, *turn;
  int32_t  turns = 0;

  PetscFunctionBegin;
  for (int32_t i = 0; i < k->n; i++) turns = PetscMax(turns, k->count[i]);
  PetscCall(PetscCalloc2(turns + 1, &start, k->n, &turn));
  for (int32_t i = 0; i < k->n; i++)
    for (int32_t j = 0; j < k->count[i]; j++) start[j + 1]++;
  for (int32_t j = 0; j < turns; j++) start[j + 1] += start[j];
  for (int32_t e = 0; e < f->n; e++) order[start[turn[k->kind[e]]++]++] = e;
  PetscCall(PetscFree2(start, turn));
  PetscFunctionReturn(0);
}

static PetscErrorCode make(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag, qv_updates *u) {
  const qv_objective *f = plan->f;
  kinds               k = {0};
  qv_prefix          *empty;
  int32_t            *order;

  PetscFunctionBegin;
  (void)comm;
  PetscCall(PetscMalloc3(f->n, &k.kind, f->n, &order, KINDS, &k.count));
  PetscCall(PetscArrayzero(k.count, KINDS));
  PetscCall(f->kind->prefix_create(f, 1, &empty));
  sort(f, empty, &k);
  PetscCall(f->kind->prefix_destroy(&empty));
  if (k.n > KINDS) {
    PetscCall(
      qv_diag_add(diag, QV_EXIT_DECK, (qv_place){0},
                  "the stream separating needs data with many copies of few elements; these "
                  "have more than %d kinds",
                  KINDS));
  } else {
    const int64_t most = plan->updates == QV_UNSET_INT ? INT64_MAX : plan->updates;
    PetscCall(take_turns(f, &k, order));
    for (int32_t i = 0; i < f->n && u->n_updates < most; i++) {
      PetscCall(qv_updates_insert(u, order[i]));
      if (i >= plan->window && u->n_updates < most)
        PetscCall(qv_updates_erase(u, order[i - plan->window]));
    }
  }
  PetscCall(PetscFree3(k.kind, order, k.count));
  PetscFunctionReturn(0);
}

const qv_feed qv_feed_separating = {make};
