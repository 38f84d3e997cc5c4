/* SPDX-License-Identifier: GPL-3.0-or-later
 * The guesses of the optimum, (1 + eps)^g, and which elements matter to which guess. */
#pragma once
#include "optim/submodular/objective.h"

typedef struct {
  int32_t  first, n; /* guesses first … first + n - 1; all arrays below count from `first` */
  int64_t *tau;      /* [n] (1 + eps)^g / 2k, rounded up */
  int64_t *top;      /* [n] (1 + eps)^g, rounded down */
  int32_t *low;      /* [elements] the first guess with f(e) <= top; n where f(e) = 0 */
  int32_t *high;     /* [elements] the last guess with tau <= f(e); -1 where f(e) = 0 */
  int32_t  k;
  int32_t *live;    /* [n] live elements by low(e) */
  int32_t  largest; /* low of the largest live element, -1: none */
  int32_t  least;   /* no guess below it can be the optimum's, nor */
  int32_t  most;    /* no guess above it can be the optimum's */
  int32_t  kth;     /* low of the k-th largest live element, 0 when there are fewer */
} qv_ladder;

PetscErrorCode qv_ladder_create(const qv_objective *f, int32_t k, double epsilon,
                                qv_ladder **ladder);
PetscErrorCode qv_ladder_destroy(qv_ladder **ladder);

/* Count a live element in or out; keeps `largest` and `most`. qv_ladder_floor must follow. */
void qv_ladder_insert(qv_ladder *ladder, int32_t e);
void qv_ladder_erase(qv_ladder *ladder, int32_t e);

/* Can guess g (counted from first) be the optimum's? OPT is at least the largest live f({e}), and
 * at most the sum of the k largest, so the guess o with OPT <= o < (1 + eps) OPT lies in between.
 */
static inline bool qv_ladder_matters(const qv_ladder *ladder, int32_t g) {
  return ladder->largest >= 0 && g >= ladder->least && g <= ladder->most;
}

/* Set `least`: some set of at most k live elements is worth `reached`. */
void qv_ladder_floor(qv_ladder *ladder, int64_t reached);
