/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/sets.h"

#include <stdlib.h>
#include <string.h>

#include "optim/submodular/grid.h"
#include "optim/submodular/reader.h"
#include "solvers/deck/number.h"
#include "solvers/parallel/agree.h"

const qv_choice qv_sets_words[] = {
  {"edges",
   "undirected edges `a b`, further columns ignored: an element is a node and covers itself "
   "and its neighbours"},
  {"sets", "lines `id item item …`: an element and what it covers"},
  {NULL, NULL}};

/* Pairs (set, item) as they are read. */
typedef struct {
  int64_t  n, capacity;
  int32_t *set, *item;
} pairs;

static PetscErrorCode add_pair(pairs *p, int32_t set, int32_t item) {
  PetscFunctionBegin;
  if (p->n == p->capacity) {
    p->capacity = PetscMax(1024, 2 * p->capacity);
    PetscCall(PetscRealloc((size_t)p->capacity * sizeof *p->set, &p->set));
    PetscCall(PetscRealloc((size_t)p->capacity * sizeof *p->item, &p->item));
  }
  p->set[p->n]    = set;
  p->item[p->n++] = item;
  PetscFunctionReturn(0);
}

static PetscErrorCode read_edges(qv_reader *r, qv_names *nodes, pairs *p) {
  bool there;

  PetscFunctionBegin;
  for (;;) {
    int32_t a, b;
    PetscCall(qv_reader_next(r, &there));
    if (!there) break;
    if (r->n_words < 2) {
      PetscCall(qv_reader_mistake(r, "expected an edge, two ids, found only '%s'", r->word[0]));
      continue;
    }
    if (!strcmp(r->word[0], r->word[1])) continue;
    PetscCall(qv_names_add(nodes, r->word[0], &a));
    PetscCall(qv_names_add(nodes, r->word[1], &b));
    PetscCall(add_pair(p, a, b));
    PetscCall(add_pair(p, b, a));
  }
  for (int32_t a = 0; a < nodes->n; a++) PetscCall(add_pair(p, a, a));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_lists(qv_reader *r, qv_names *elements, qv_names *items, pairs *p) {
  bool there;

  PetscFunctionBegin;
  for (;;) {
    int32_t       set, item;
    const int32_t before = elements->n;
    PetscCall(qv_reader_next(r, &there));
    if (!there) break;
    PetscCall(qv_names_add(elements, r->word[0], &set));
    if (elements->n == before) {
      PetscCall(qv_reader_mistake(r, "the element '%s' has a line already", r->word[0]));
      continue;
    }
    for (int i = 1; i < r->n_words; i++) {
      PetscCall(qv_names_add(items, r->word[i], &item));
      PetscCall(add_pair(p, set, item));
    }
  }
  PetscFunctionReturn(0);
}

static int by_number(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* Rows from pairs: sorted, each item once. */
static PetscErrorCode make_rows(const pairs *p, int32_t n_sets, qv_sets *sets) {
  int64_t kept = 0;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(n_sets + 2, &sets->first));
  PetscCall(PetscMalloc1(p->n + 1, &sets->item));
  int64_t *end = sets->first + 1; /* end[s] moves from the start to the end of row s */
  for (int64_t i = 0; i < p->n; i++) end[p->set[i] + 1]++;
  for (int32_t s = 1; s < n_sets; s++) end[s] += end[s - 1];
  for (int64_t i = 0; i < p->n; i++) sets->item[end[p->set[i]]++] = p->item[i];
  for (int32_t s = 0; s < n_sets; s++) {
    const int64_t begin = s ? end[s - 1] : 0;
    qsort(sets->item + begin, (size_t)(end[s] - begin), sizeof *sets->item, by_number);
  }
  for (int64_t s = 0, begin = 0; s < n_sets; s++) {
    const int64_t stop = end[s];
    sets->first[s]     = kept;
    for (int64_t i = begin; i < stop; i++)
      if (i == begin || sets->item[i] != sets->item[i - 1]) sets->item[kept++] = sets->item[i];
    begin = stop;
  }
  sets->first[n_sets] = kept;
  sets->n_sets        = n_sets;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sets_read_weights(const qv_path *path, qv_diag *diag, const qv_names *items,
                                    double *weight) {
  qv_reader r;
  uint8_t  *given;
  bool      there;

  PetscFunctionBegin;
  for (int32_t x = 0; x < items->n; x++) weight[x] = 1;
  PetscCall(PetscCalloc1(items->n, &given));
  PetscCall(qv_reader_open(path, diag, &r));
  for (;;) {
    PetscCall(qv_reader_next(&r, &there));
    if (!there) break;
    if (r.n_words != 2) {
      PetscCall(qv_reader_mistake(&r, "expected `item weight`, found %d words", r.n_words));
      continue;
    }
    double        value;
    const char   *wrong = qv_number_real(r.word[1], &value);
    const int32_t x     = qv_names_find(items, r.word[0]);
    if (wrong)
      PetscCall(qv_reader_mistake(&r, "the weight '%s' %s", r.word[1], wrong));
    else if (value < 0)
      PetscCall(qv_reader_mistake(&r, "the weight %s is negative", r.word[1]));
    else if (value > QV_GRID_MOST)
      PetscCall(qv_reader_mistake(&r, "the weight %s is larger than %g", r.word[1], QV_GRID_MOST));
    else if (x >= 0 && given[x])
      PetscCall(qv_reader_mistake(&r, "the item '%s' has a weight already", r.word[0]));
    if (x < 0) continue;
    weight[x] = value;
    given[x]  = 1;
  }
  PetscCall(qv_reader_close(&r));
  PetscCall(PetscFree(given));
  PetscFunctionReturn(0);
}

/* Rank 0: all that the files say. */
static PetscErrorCode read_here(const qv_sets_plan *plan, qv_diag *diag, qv_sets *sets,
                                qv_names *elements) {
  qv_reader r;
  qv_names *items;
  pairs     p = {0};

  PetscFunctionBegin;
  PetscCall(qv_names_create(&items));
  PetscCall(qv_reader_open(plan->data, diag, &r));
  if (plan->format == QV_SETS_EDGES)
    PetscCall(read_edges(&r, elements, &p));
  else
    PetscCall(read_lists(&r, elements, items, &p));
  PetscCall(qv_reader_close(&r));
  if (!qv_diag_count(diag) && !elements->n)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = plan->data->written},
                          "holds no elements"));
  const qv_names *covered = plan->format == QV_SETS_EDGES ? elements : items;
  sets->n_items           = covered->n;
  if (!qv_diag_count(diag)) PetscCall(make_rows(&p, elements->n, sets));
  if (plan->weights->found) {
    PetscCall(PetscMalloc1(covered->n, &sets->weight));
    PetscCall(qv_sets_read_weights(plan->weights, diag, covered, sets->weight));
  }
  PetscCall(PetscFree(p.set));
  PetscCall(PetscFree(p.item));
  PetscCall(qv_names_destroy(&items));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sets_share(MPI_Comm comm, int rank, qv_sets *sets) {
  int64_t head[4] = {sets->n_sets, sets->n_items, sets->weight != NULL,
                     sets->first ? sets->first[sets->n_sets] : 0};

  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(head, 4, MPI_INT64_T, 0, comm));
  if (rank) {
    sets->n_sets  = (int32_t)head[0];
    sets->n_items = (int32_t)head[1];
    PetscCall(PetscMalloc1(head[0] + 1, &sets->first));
    PetscCall(PetscMalloc1(head[3], &sets->item));
    if (head[2]) PetscCall(PetscMalloc1(head[1], &sets->weight));
  }
  PetscCall(qv_agree_broadcast(comm, sets->first, head[0] + 1, sizeof *sets->first));
  PetscCall(qv_agree_broadcast(comm, sets->item, head[3], sizeof *sets->item));
  if (head[2]) PetscCall(qv_agree_broadcast(comm, sets->weight, head[1], sizeof *sets->weight));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_sets_read(MPI_Comm comm, const qv_sets_plan *plan, qv_diag *diag, qv_sets *sets,
                            qv_names **names) {
  int rank;

  PetscFunctionBegin;
  memset(sets, 0, sizeof *sets);
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(qv_names_create(names));
  if (rank == 0) PetscCall(read_here(plan, diag, sets, *names));
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag)) {
    PetscCall(qv_sets_free(sets));
    PetscCall(qv_names_destroy(names));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_sets_share(comm, rank, sets));
  PetscCall(qv_names_share(comm, *names));
  PetscFunctionReturn(0);
}
