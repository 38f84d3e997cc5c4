/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small classifiers: an optional recurrent encoder (two tanh layers over a sequence, then the
 * largest value over time), dense tanh layers, a linear last one, softmax cross entropy. Gradient
 * and Hessian product along a direction come from one pass (Pearlmutter 1994).
 *
 * Parameters are one flat array in the order of the blocks; a weight is [in, out], row by row:
 *   recurrent layer l = 0, 1: h_t = tanh(U' a_t + V' h_{t-1} + b), a_t the input or the layer below
 *   dense layer l: q = tanh(W' a + b), the last without tanh.
 * Nothing here is collective. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

#include "solvers/parallel/random.h"

enum { QV_NETWORK_DENSE = 8, QV_NETWORK_RECURRENT = 2, QV_NETWORK_BLOCKS = 3 * 2 + 2 * 8 };

typedef struct {
  int64_t input;                   /* entries of an input vector */
  int64_t hidden;                  /* of each recurrent layer; 0: there are none */
  int     dense;                   /* layers, at least one */
  int     encoder;                 /* how many of them, the first ones, belong to the encoder */
  int64_t width[QV_NETWORK_DENSE]; /* outputs of each; the last is the number of classes */
} qv_network_shape;

typedef struct {
  char    name[24];
  int64_t rows, columns, offset; /* of a bias: 1 row */
} qv_network_block;

typedef enum { QV_SINGLE, QV_DOUBLE } qv_precision;

/* Samples of one pass. A sample is a sequence of indices of rows of `table`, of one index without
 * recurrent layers; so sequences of embedded words and rows of a data set are the same thing. */
typedef struct {
  int                   n;        /* at most the capacity */
  const int32_t *const *sequence; /* [n] */
  const int32_t        *length;   /* [n], 1 to the longest; NULL: 1 */
  const float          *table;    /* [., input] */
  const int32_t        *label;    /* [n] */
  const double         *weight;   /* [n]; NULL: 1 */
  double                scale;    /* of gradient, product */
} qv_network_batch;

/* What is wanted: NULL and false are not computed. All but `slope` and `score` is added to. */
typedef struct {
  double *gradient;                          /* [parameters] of scale sum_i w_i CE_i */
  double *product;                           /* its derivative along the direction */
  bool    gradient_of_head, product_of_head; /* only the head's entries are wanted */
  double *loss;                              /* sum_i w_i CE_i */
  double *hits;                              /* samples whose largest score is the label's */
  double *slope;                             /* [n] derivative of CE_i along the direction */
  double *score;                             /* [n, classes] */
} qv_network_wish;

typedef struct qv_network qv_network;

/* Check nothing: the shape must make sense. Work for `samples` samples of at most `longest` steps
 * is allocated here and nowhere else. */
PetscErrorCode qv_network_create(const qv_network_shape *shape, qv_precision precision, int samples,
                                 int longest, qv_network **network);
PetscErrorCode qv_network_destroy(qv_network **network);

/* Blocks, borrowed; *n of them. Pure, as the next two. */
const qv_network_block *qv_network_blocks(const qv_network *network, int *n);
int64_t                 qv_network_count(const qv_network *network);   /* parameters */
int64_t                 qv_network_encoder(const qv_network *network); /* of them the encoder's */

/* Random weights: of dense layers uniform with variance 2/(rows + columns) (Glorot & Bengio 2010),
 * of recurrent ones uniform within 1/sqrt(hidden); biases are zero. Draws of (stream, index). */
void qv_network_draw(const qv_network *network, qv_stream stream, uint64_t index,
                     double *parameters);

/* Take parameters [count], and a direction or NULL; `still`: its entries of the encoder are zero
 * and not looked at. */
void qv_network_load(qv_network *network, const double *parameters, const double *direction,
                     bool still);
/* One pass over a batch with what was loaded. */
void qv_network_run(qv_network *network, const qv_network_batch *batch,
                    const qv_network_wish *wish);
