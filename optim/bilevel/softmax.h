/* SPDX-License-Identifier: GPL-3.0-or-later
 * One pass over a batch of a split: multinomial logistic loss with weights W [lines, classes], its
 * gradient, Hessian product and cross product with the samples' own weights, each row of data read
 * once. lines = features, and one more, the last, with a bias. */
#pragma once
#include "optim/bilevel/split.h"

typedef struct {
  int64_t features, classes;
  bool    bias;
  int     pad;            /* classes, rounded up to whole vectors */
  double *panel;          /* [lines, 2 pad] of W and Z */
  double *outer;          /* the same, of gradient and product */
  double *score, *weight; /* [QV_SOFTMAX_ROWS, 2 pad] */
} qv_softmax;

PetscErrorCode qv_softmax_create(int64_t features, int64_t classes, bool bias, qv_softmax **work);
PetscErrorCode qv_softmax_destroy(qv_softmax **work);

/* A pass over the batch that split->tiles holds. What is NULL is not computed. */
typedef struct {
  const qv_split *split;
  const double   *w, *z;    /* [lines, classes]; z for product and cross */
  const double   *lambda;   /* sample i weighs sigmoid(lambda[i]); NULL: 1 */
  double          scale;    /* of gradient and product */
  double         *gradient; /* [tiles, lines, classes]: scale sum_i w_i a_i (p_i - e)' is added */
  double         *product;  /* the same of w_i a_i r_i', r_i = p_i (q_i - <p_i, q_i>) */
  double         *cross;    /* [n]: w_i (1 - w_i) <p_i - e, q_i>, put at the batch's samples */
  double         *loss;     /* [tiles]: sum_i w_i CE_i */
  double         *hits;     /* [tiles]: samples whose largest score is the label's */
} qv_softmax_pass;

/* Not collective: tiles of this rank. */
void qv_softmax_run(qv_softmax *work, const qv_softmax_pass *pass);
