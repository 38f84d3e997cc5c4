/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/cascade.h"

#include <string.h>

#include "solvers/parallel/agree.h"

PetscErrorCode qv_cascade_free(qv_cascade *cascade) {
  PetscFunctionBegin;
  PetscCall(PetscFree(cascade->first));
  PetscCall(PetscFree(cascade->from));
  PetscCall(PetscFree(cascade->probability));
  PetscFunctionReturn(0);
}

static PetscErrorCode reserve(qv_samples *s, int64_t more) {
  PetscFunctionBegin;
  if (s->n + more > s->capacity) {
    s->capacity = PetscMax(2 * s->capacity, s->n + more + 1024);
    PetscCall(PetscRealloc((size_t)s->capacity * sizeof *s->node, &s->node));
  }
  PetscFunctionReturn(0);
}

/* The nodes that reach a random one, added to the samples; met [n] holds the last sample + 1 that a
 * node was in. */
static PetscErrorCode draw(const qv_cascade *c, qv_stream stream, int64_t sample, int64_t *met,
                           qv_samples *s) {
  const int64_t first = s->n;

  PetscFunctionBegin;
  PetscCall(reserve(s, 1));
  const int32_t root = (int32_t)qv_random_below(stream, (uint64_t)sample, 0, (uint64_t)c->n);
  met[root]          = sample + 1;
  s->node[s->n++]    = root;
  for (int64_t at = first; at < s->n; at++) {
    const int32_t v = s->node[at];
    PetscCall(reserve(s, c->first[v + 1] - c->first[v]));
    for (int64_t j = c->first[v]; j < c->first[v + 1]; j++) {
      const int32_t u = c->from[j];
      if (met[u] == sample + 1) continue;
      if (qv_random_uniform(stream, (uint64_t)sample, (uint64_t)j) >= c->probability[j]) continue;
      met[u]          = sample + 1;
      s->node[s->n++] = u;
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_cascade_sample(const qv_cascade *c, qv_stream stream, int64_t begin, int64_t end,
                                 qv_samples *s) {
  int64_t *met;

  PetscFunctionBegin;
  memset(s, 0, sizeof *s);
  PetscCall(PetscCalloc1(c->n, &met));
  PetscCall(PetscMalloc1(end - begin + 1, &s->start));
  for (int64_t i = begin; i < end; i++) {
    s->start[i - begin] = s->n;
    PetscCall(draw(c, stream, i, met, s));
  }
  s->start[end - begin] = s->n;
  PetscCall(PetscFree(met));
  PetscFunctionReturn(0);
}

/* Append every rank's entries in the order of the ranks; `size` bytes each. */
static PetscErrorCode gather(MPI_Comm comm, MPI_Datatype type, int64_t n, const void *mine,
                             void *all) {
  int *count, *start, size, some = (int)n;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  PetscCall(PetscMalloc2(size, &count, size, &start));
  PetscCallMPI(MPI_Allgather(&some, 1, MPI_INT, count, 1, MPI_INT, comm));
  for (int r = 0, sum = 0; r < size; sum += count[r++]) start[r] = sum;
  PetscCallMPI(MPI_Allgatherv(mine, some, type, all, count, start, type, comm));
  PetscCall(PetscFree2(count, start));
  PetscFunctionReturn(0);
}

/* All samples on all ranks, as lengths and nodes. */
static PetscErrorCode join(MPI_Comm comm, const qv_samples *mine, int64_t n_mine, int32_t *length,
                           int64_t *n, int32_t **node) {
  int32_t *here;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n_mine, &here));
  for (int64_t i = 0; i < n_mine; i++) here[i] = (int32_t)(mine->start[i + 1] - mine->start[i]);
  PetscCallMPI(MPI_Allreduce(&mine->n, n, 1, MPI_INT64_T, MPI_SUM, comm));
  PetscCall(qv_agree_ok(comm, *n < INT32_MAX, PETSC_ERR_SUP,
                        "the samples hold 2^31 nodes or more; take fewer"));
  PetscCall(PetscMalloc1(*n, node));
  PetscCall(gather(comm, MPI_INT32_T, n_mine, here, length));
  PetscCall(gather(comm, MPI_INT32_T, mine->n, mine->node, *node));
  PetscCall(PetscFree(here));
  PetscFunctionReturn(0);
}

/* The other way round: for each node, the samples that hold it. */
static PetscErrorCode turn(int32_t n, int64_t n_samples, const int32_t *length, const int32_t *node,
                           qv_sets *sets) {
  int64_t total = 0;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n_samples; i++) total += length[i];
  PetscCall(PetscCalloc1(n + 2, &sets->first));
  PetscCall(PetscMalloc1(total, &sets->item));
  int64_t *end = sets->first + 1; /* end[v] moves from the start to the end of row v */
  for (int64_t j = 0; j < total; j++) end[node[j] + 1]++;
  for (int32_t v = 1; v < n; v++) end[v] += end[v - 1];
  for (int64_t i = 0, j = 0; i < n_samples; i++)
    for (int32_t l = 0; l < length[i]; l++, j++) sets->item[end[node[j]]++] = (int32_t)i;
  PetscCall(PetscMalloc1(n_samples, &sets->weight));
  for (int64_t i = 0; i < n_samples; i++) sets->weight[i] = (double)n / (double)n_samples;
  sets->n_sets  = n;
  sets->n_items = (int32_t)n_samples;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_cascade_sets(MPI_Comm comm, const qv_cascade *cascade, qv_stream stream,
                               int64_t n_samples, qv_sets *sets) {
  int        rank, size;
  qv_samples mine;
  int32_t   *length, *node;
  int64_t    n;

  PetscFunctionBegin;
  memset(sets, 0, sizeof *sets);
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  const int64_t begin = n_samples * rank / size, end = n_samples * (rank + 1) / size;
  PetscCall(qv_cascade_sample(cascade, stream, begin, end, &mine));
  PetscCall(PetscMalloc1(n_samples, &length));
  PetscCall(join(comm, &mine, end - begin, length, &n, &node));
  PetscCall(turn(cascade->n, n_samples, length, node, sets));
  PetscCall(PetscFree(length));
  PetscCall(PetscFree(node));
  PetscCall(PetscFree(mine.start));
  PetscCall(PetscFree(mine.node));
  PetscFunctionReturn(0);
}
