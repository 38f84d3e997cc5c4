/* SPDX-License-Identifier: GPL-3.0-or-later
 * One pass over a batch of a split: multinomial logistic loss with weights W [lines, classes], its
 * gradient, Hessian product and cross product with the samples' own weights, each row of data read
 * once. lines = features, and one more, the last, with a bias.
 *
 * In double, or for floats, a tile's sum is kept apart, to be joined by qv_tiles_sum. Bytes in
 * single precision need no tiles: the weights of the samples are rounded to multiples of one
 * power of two, so small that a double holds every sum of them times bytes exactly. */
#pragma once
#include "optim/bilevel/split.h"

typedef struct {
  int64_t           features, classes, stride;
  bool              bias;
  const qv_scaling *map;
  float            *row1, *panel1, *score1, *power; /* single precision: */
  double           *row2, *panel2, *score2;         /* [rows, stride], [2 classes, stride], … */
  double           *weight;                         /* [rows, 2 classes] */
  double           *outer;                          /* [2 classes, stride] */
} qv_softmax;

/* `map` is borrowed. */
PetscErrorCode qv_softmax_create(const qv_scaling *map, int64_t classes, bool bias,
                                 qv_softmax **work);
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
  double         *slope;    /* [n]: w_i (1 - w_i) CE_i, likewise; not in single precision */
  double         *loss;     /* [tiles]: sum_i w_i CE_i; not in single precision */
  double         *hits;     /* [tiles]: samples whose largest score is the label's */
  bool            single;   /* compute in single precision; not of doubles */
} qv_softmax_pass;

/* Not collective: tiles of this rank. */
void qv_softmax_run(qv_softmax *work, const qv_softmax_pass *pass);

/* A sum over passes and ranks, for bytes in single precision. Columns of gradients come first, if
 * there are any, then those of products. */
typedef struct {
  bool   gradient, product;
  double samples; /* of all passes and ranks, at most */
  double factor;  /* largest |scale| of a pass against that of the product */
  double quantum[2];
} qv_softmax_sum;

/* Set it to zero, for passes that are all at this w and z (NULL where no pass has one); z bounds
 * the product. Until the end no other pass may run. */
void qv_softmax_begin(qv_softmax *work, qv_softmax_sum *sum, const double *w, const double *z);
/* Add a batch: pass->z, pass->gradient and pass->product only say, by not being NULL, what there is
 * and what is added; pass->w is not read; pass->scale is relative. `as_product`: the gradient goes
 * to the product's columns. */
void qv_softmax_add(qv_softmax *work, const qv_softmax_sum *sum, const qv_softmax_pass *pass,
                    bool as_product);
/* Join the ranks; scale times the sums to gradient and product. Collective. */
PetscErrorCode qv_softmax_end(qv_softmax *work, qv_task *task, const qv_softmax_sum *sum,
                              double scale, double *gradient, double *product);
