/* SPDX-License-Identifier: GPL-3.0-or-later
 * Influence in a network under the independent cascade: each directed edge u -> v passes influence
 * on with its probability, once. The expected number of nodes that a set reaches is n times the
 * share of random reverse-reachable sets that it hits: of a random node, all that reach it over the
 * edges that are on (Borgs, Brautbar, Chayes, Lucier 2014). */
#pragma once
#include "optim/submodular/coverage.h"
#include "solvers/parallel/random.h"

/* A directed network by incoming edges. */
typedef struct {
  int32_t  n;
  int64_t *first;       /* [n + 1] */
  int32_t *from;        /* [first[n]] */
  double  *probability; /* [first[n]] */
} qv_cascade;

PetscErrorCode qv_cascade_free(qv_cascade *cascade);

/* Sample i, for i in [begin, end): the root is a random node, edge j of the list is on or off by a
 * draw of its own of (stream, i). start [end - begin + 1] and node, nodes of each sample, are made
 * here; PetscFree them. Not collective. */
typedef struct {
  int64_t  n, capacity;
  int64_t *start;
  int32_t *node;
} qv_samples;
PetscErrorCode qv_cascade_sample(const qv_cascade *cascade, qv_stream stream, int64_t begin,
                                 int64_t end, qv_samples *samples);

/* Coverage of `n_samples` samples, each worth n / n_samples: the nodes' sets are those of the
 * samples that they are in. Each rank draws a part. Collective. */
PetscErrorCode qv_cascade_sets(MPI_Comm comm, const qv_cascade *cascade, qv_stream stream,
                               int64_t n_samples, qv_sets *sets);
