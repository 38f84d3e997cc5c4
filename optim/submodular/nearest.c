/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/nearest.h"

#include "optim/submodular/facility.h"
#include "optim/submodular/features.h"

typedef struct {
  double  similarity;
  int32_t e;
} neighbour;

/* Is a to go before b, when one has to go? */
static bool weaker(neighbour a, neighbour b) {
  return a.similarity != b.similarity ? a.similarity < b.similarity : a.e > b.e;
}

/* Put x where the weakest was, in a heap with the weakest in front. */
static void sift(neighbour *heap, int32_t n, neighbour x) {
  int32_t i = 0;
  for (int32_t child; (child = 2 * i + 1) < n; i = child) {
    if (child + 1 < n && weaker(heap[child + 1], heap[child])) child++;
    if (!weaker(heap[child], x)) break;
    heap[i] = heap[child];
  }
  heap[i] = x;
}

static void add(neighbour *heap, int32_t n, neighbour x) {
  int32_t i = n;
  for (; i && weaker(x, heap[(i - 1) / 2]); i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
  heap[i] = x;
}

/* The strongest of a client's offers; returns their number. */
static int32_t choose(int32_t n, const double *similarity, int32_t most, neighbour *heap) {
  int32_t kept = 0;
  for (int32_t e = 0; e < n; e++) {
    const neighbour x = {similarity[e], e};
    if (!(similarity[e] > 0)) continue;
    if (kept < most)
      add(heap, kept++, x);
    else if (weaker(heap[0], x))
      sift(heap, kept, x);
  }
  return kept;
}

/* Rows of clients become rows of elements. */
static PetscErrorCode turn(int32_t n_elements, int32_t n_clients, const int64_t *start,
                           const neighbour *all, qv_amounts *amounts) {
  const int64_t n    = start[n_clients];
  qv_sets      *sets = &amounts->sets;

  PetscFunctionBegin;
  *sets = (qv_sets){.n_sets = n_elements, .n_items = n_clients};
  PetscCall(PetscCalloc1(n_elements + 2, &sets->first));
  PetscCall(PetscMalloc1(n, &sets->item));
  PetscCall(PetscMalloc1(n, &amounts->amount));
  int64_t *end = sets->first + 1; /* end[e] moves from the start to the end of row e */
  for (int64_t j = 0; j < n; j++) end[all[j].e + 1]++;
  for (int32_t e = 1; e < n_elements; e++) end[e] += end[e - 1];
  for (int32_t x = 0; x < n_clients; x++)
    for (int64_t j = start[x]; j < start[x + 1]; j++) {
      const int64_t to    = end[all[j].e]++;
      sets->item[to]      = x;
      amounts->amount[to] = all[j].similarity;
    }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_nearest_create(const qv_group *group, const qv_offers *offers, int64_t most,
                                 qv_objective **f) {
  const qv_clients clients =
    qv_facility_clients(group ? group : &qv_group_alone, offers->n_clients);
  const int32_t          width = (int32_t)PetscMin(most, offers->n_elements);
  const qv_features_plan plan  = {
     .group = group, .phi = QV_PHI_LARGEST, .dealt = true, .n_items = offers->n_clients};
  double    *similarity;
  int64_t   *start;
  neighbour *all;
  qv_amounts amounts = {0};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(offers->n_elements, &similarity));
  PetscCall(PetscMalloc1(clients.n + 1, &start));
  PetscCall(PetscMalloc1((int64_t)clients.n * width, &all));
  start[0] = 0;
  for (int32_t x = 0; x < clients.n; x++) {
    offers->offer(offers->context, clients.first + x, similarity);
    start[x + 1] = start[x] + choose(offers->n_elements, similarity, width, all + start[x]);
  }
  PetscCall(turn(offers->n_elements, clients.n, start, all, &amounts));
  PetscCall(PetscFree(similarity));
  PetscCall(PetscFree(start));
  PetscCall(PetscFree(all));
  PetscCall(qv_features_create(&plan, &amounts, f));
  PetscFunctionReturn(0);
}
