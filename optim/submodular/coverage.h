/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weighted coverage: f(S) = sum of the weights of the items that some set of S holds. */
#pragma once
#include "optim/submodular/objective.h"

/* Sets as rows of a sparse matrix; the objective takes the arrays over. */
typedef struct {
  int32_t  n_sets, n_items;
  int64_t *first;  /* [n_sets + 1] */
  int32_t *item;   /* [first[n_sets]], none twice in a set */
  double  *weight; /* [n_items] >= 0, or NULL: all 1 */
} qv_sets;

PetscErrorCode qv_sets_free(qv_sets *sets);

/* Weights are rounded to the quantum of (items, largest weight). Every rank gives all sets and
 * keeps, of each, the items that are its own: see qv_sets_deal. Collective in the group; NULL:
 * every rank holds all. */
PetscErrorCode qv_coverage_create(const qv_group *group, qv_sets *sets, qv_objective **f);

/* Of the n items, those of this rank are every size-th, from its number on: their number, and the
 * place of item x, one of them, among them. Pure. */
static inline int32_t qv_sets_share_of(const qv_group *group, int32_t n) {
  return (n - group->rank + group->size - 1) / group->size;
}
static inline bool qv_sets_mine(const qv_group *group, int32_t x) {
  return x % group->size == group->rank;
}

/* Leave this rank's items in the sets, numbered anew, with their weights; `amount` [entries] goes
 * along where it is not NULL. Pure. */
void qv_sets_deal(const qv_group *group, qv_sets *sets, double *amount);
