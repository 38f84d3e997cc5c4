/* SPDX-License-Identifier: GPL-3.0-or-later
 * Greedy choice with lazy evaluation, and an upper bound on the optimum. Marginals only shrink, so
 * an old one bounds the new one; singletons, known for all elements, bound what was never asked. */
#pragma once
#include "optim/submodular/engine.h"

typedef struct {
  int64_t bound; /* >= the marginal now */
  int32_t e;
  int32_t size; /* of the summary when `bound` was computed */
} qv_candidate;

/* Room to work in. */
typedef struct {
  const qv_objective *f;
  const qv_ground    *ground;
  qv_prefix          *prefix; /* empty between uses */
  qv_candidate       *heap;   /* [n] */
  int32_t             n_heap, cursor;
  uint8_t            *chosen;  /* [n] 0 between uses */
  const uint8_t      *only;    /* [n] NULL: choose from all live elements; else from those with 1 */
  int64_t            *largest; /* [k] */
  int64_t            *gain;    /* [k + 1] */
  int32_t             k;
  int64_t             spare; /* marginals asked ahead in vain */
} qv_greedy;

PetscErrorCode qv_greedy_create(const qv_objective *f, const qv_ground *ground, int32_t k,
                                qv_greedy **greedy);
PetscErrorCode qv_greedy_destroy(qv_greedy **greedy);

/* Add greedy's picks to a summary of live elements until it has k, or nothing adds value; ties go
 * to the smallest element. From an empty summary: the picks of greedy. `asked` grows by the
 * marginals computed. The summary's value is set. */
void qv_greedy_fill(qv_greedy *greedy, qv_summary *summary, int64_t *asked);

/* f(S) + the sum of the k largest marginals of live elements to S, which is >= the optimum. */
int64_t qv_greedy_bound(qv_greedy *greedy, const qv_summary *summary, int64_t *asked);
