/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hyper-representation inside: one encoder (x) for many episodes, and heads (y). */
#pragma once
#include "optim/bilevel/episodes.h"
#include "optim/bilevel/slots.h"
#include "solvers/nn/network.h"

enum { QV_ENCODER_MLP, QV_ENCODER_RNN };

typedef struct {
  qv_episodes *train, *test; /* test may be NULL */
  qv_tiles    *tiles;        /* for draws of training episodes; all on this rank */
  float       *words;        /* vectors of the words of texts; NULL with images */
  int64_t      input;        /* entries of an input vector */
  qv_network  *net;
  int64_t      encoder, head, count; /* parameters */
  double      *parameters, *along;   /* [count] of the episode on its way */
  double      *part[2];              /* [count] gradient and product of it */
  double      *path;                 /* [steps, count], or NULL */
  int64_t      steps;                /* of an adaptation that there is room for */
  qv_slots    *gradient, *product;   /* [n_lower] */
  qv_slots    *of_encoder[2];        /* [encoder] the same of x */
} qv_representation;

/* Data of the task. Mistakes go to the diag. Collective. */
PetscErrorCode qv_representation_read(qv_task *task);
/* One pass over the samples of a set of an episode with what the network has loaded. */
void qv_representation_pass(const qv_representation *r, const qv_episodes *episodes, int set,
                            int64_t episode, double scale, const qv_network_wish *wish);
/* Gradient steps on g of one episode, from and to `parameters`; `path`: NULL, or [steps, count],
 * where each began. */
void qv_representation_adapt(const qv_task *task, const qv_episodes *episodes, int64_t episode,
                             const qv_adapt *how, double *path);
/* part[0], a gradient behind the task's own steps, becomes that in front of them: v := v - size H
 * v, H at each of the path's places, the last first. */
void qv_representation_back(const qv_task *task, int64_t episode);
/* Parts of the query samples whose class is found: of training episodes with y (behind the
 * method's steps, where it has some), of test episodes after some gradient steps of a new head (of
 * y with shared heads), or of all parameters, on their support. Collective. */
PetscErrorCode qv_representation_measure(qv_task *task, const double *x, const double *y,
                                         double *value);
