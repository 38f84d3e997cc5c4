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

/* Weights are rounded to the quantum of (items, largest weight). */
PetscErrorCode qv_coverage_create(qv_sets *sets, qv_objective **f);
