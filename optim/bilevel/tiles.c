/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/tiles.h"

#include <math.h>
#include <string.h>

#include "solvers/parallel/layout.h"
#include "solvers/parallel/sum.h"

int64_t qv_tiles_first(int64_t n, int t) {
  return qv_layout_first_unit(n, t, QV_TILES);
}

int qv_tiles_of(int rank, int size) {
  return (int)qv_layout_first_unit(QV_TILES, rank, size);
}

int64_t qv_tiles_first_of(int64_t n, int rank, int size) {
  return qv_tiles_first(n, qv_tiles_of(rank, size));
}

PetscErrorCode qv_tiles_create(MPI_Comm comm, int64_t n, qv_tiles **tiles) {
  qv_tiles *t;

  PetscFunctionBegin;
  PetscCall(PetscNew(&t));
  *tiles = t;
  t->n   = n;
  PetscCallMPI(MPI_Comm_rank(comm, &t->rank));
  PetscCallMPI(MPI_Comm_size(comm, &t->size));
  t->tile    = qv_tiles_of(t->rank, t->size);
  t->n_tiles = qv_tiles_of(t->rank + 1, t->size) - t->tile;
  PetscCall(PetscMalloc1((size_t)n, &t->sample));
  PetscCall(PetscMalloc1((size_t)n, &t->pick));
  PetscCall(PetscMalloc1((size_t)n, &t->home));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tiles_destroy(qv_tiles **tiles) {
  PetscFunctionBegin;
  if (!*tiles) PetscFunctionReturn(0);
  PetscCall(PetscFree((*tiles)->sample));
  PetscCall(PetscFree((*tiles)->pick));
  PetscCall(PetscFree((*tiles)->home));
  PetscCall(PetscFree((*tiles)->seen));
  PetscCall(PetscFree(*tiles));
  PetscFunctionReturn(0);
}

/* Every sample of this rank's tiles. */
static void take_all(qv_tiles *t) {
  int64_t used = 0;
  t->drawn     = t->n;
  for (int k = 0; k < t->n_tiles; k++) {
    t->start[k] = used;
    for (int64_t i = qv_tiles_first(t->n, t->tile + k); i < qv_tiles_first(t->n, t->tile + k + 1);
         i++)
      t->sample[used++] = i;
  }
  t->start[t->n_tiles] = used;
}

/* An empty table, at most half of which the draw will fill. For a small batch it stays in the
 * cache, where a mark for each sample of the split would not. */
static PetscErrorCode clear_seen(qv_tiles *t) {
  PetscFunctionBegin;
  t->room = 16;
  while (t->room < 2 * t->drawn) t->room *= 2;
  if (t->room > t->capacity) {
    PetscCall(PetscFree(t->seen));
    PetscCall(PetscMalloc1((size_t)t->room, &t->seen));
    t->capacity = t->room;
  }
  memset(t->seen, 0, (size_t)t->room * sizeof *t->seen);
  PetscFunctionReturn(0);
}

/* Put k into the table; was it not there? */
static bool note(qv_tiles *t, int64_t k) {
  uint64_t at = ((uint64_t)k * UINT64_C(0x9e3779b97f4a7c15)) >> 32; /* Fibonacci hashing */
  for (;; at++) {
    int64_t *slot = t->seen + (at & (uint64_t)(t->room - 1));
    if (*slot == k + 1) return false;
    if (*slot != 0) continue;
    *slot = k + 1;
    return true;
  }
}

/* Floyd's algorithm: `drawn` draws give a uniform subset of the part's samples, number k of which
 * is sample part + k parts. Every rank does the whole draw; what it owns is put aside in the order
 * of the draws, and counted by tile. */
static int64_t pick_subset(qv_tiles *t, const qv_batch *batch, int64_t count[QV_TILES]) {
  const int64_t first = qv_tiles_first(t->n, t->tile),
                end   = qv_tiles_first(t->n, t->tile + t->n_tiles);
  const int64_t parts = PetscMax(1, batch->parts), part = batch->part;
  const int64_t all    = qv_task_samples(&(qv_batch){.parts = parts, .part = part}, t->n);
  int64_t       picked = 0;
  for (int64_t j = all - t->drawn, draw = 0; j < all; j++, draw++) {
    int64_t k = j; /* the whole part needs no chance */
    if (t->drawn < all) {
      k = (int64_t)qv_random_below(batch->stream, (uint64_t)batch->index, (uint64_t)draw,
                                   (uint64_t)(j + 1));
      if (!note(t, k)) (void)note(t, k = j);
    }
    const int64_t i = part + parts * k;
    if (i < first || i >= end) continue;
    t->home[picked]   = (uint8_t)(qv_layout_owner_unit(t->n, i, QV_TILES) - t->tile);
    t->pick[picked++] = i;
    count[t->home[picked - 1]]++;
  }
  return picked;
}

PetscErrorCode qv_tiles_draw(qv_tiles *t, const qv_batch *batch) {
  int64_t at[QV_TILES + 1] = {0};

  PetscFunctionBegin;
  t->drawn = qv_task_samples(batch, t->n);
  if (t->drawn == t->n) {
    take_all(t);
    PetscFunctionReturn(0);
  }
  PetscCall(clear_seen(t));
  const int64_t picked = pick_subset(t, batch, at + 1);
  for (int k = 0; k < t->n_tiles; k++) at[k + 1] += at[k];
  memcpy(t->start, at, sizeof at);
  for (int64_t i = 0; i < picked; i++) t->sample[at[t->home[i]]++] = t->pick[i];
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tiles_sum(qv_task *task, int64_t n, int n_parts, const double *part,
                            double *result) {
  double        bound = 0;
  qv_sum_array *sum;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n_parts * n; i++) {
    const double size = fabs(part[i]);
    if (!(size <= bound)) bound = isnan(size) ? INFINITY : size;
  }
  PetscCall(qv_sum_array_begin(task->comm, n, bound, QV_TILES, &sum));
  for (int t = 0; t < n_parts; t++) PetscCall(qv_sum_array_add(sum, part + t * n));
  PetscCall(qv_sum_array_end(&sum, result));
  if (!task->uncounted) {
    task->count.reductions += 2;
    task->count.bytes += (n + 8) * (int64_t)sizeof(double);
  }
  PetscFunctionReturn(0);
}
