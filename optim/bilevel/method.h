/* SPDX-License-Identifier: GPL-3.0-or-later
 * Methods: how the variables of both levels move. A run has rows (seeds, or points of `exact`),
 * each of some iterations; what a method keeps is a fixed number of upper and of lower vectors. */
#pragma once
#include "optim/bilevel/adjoint.h"
#include "optim/bilevel/lower.h"
#include "optim/bilevel/task.h"

/* Step sizes and their like, by hand or by the recipe; one set a row. */
enum {
  QV_SETTING_ETA,    /* upper step */
  QV_SETTING_BETA,   /* momentum */
  QV_SETTING_NU,     /* z step */
  QV_SETTING_GAMMA,  /* lower step */
  QV_SETTING_PERIOD, /* I */
  QV_SETTING_STEPS,  /* N */
  QV_SETTING_RADIUS, /* R */
  QV_SETTING_BATCH,
  QV_SETTING_INIT_GAMMA, /* Epoch-SGD: first step, */
  QV_SETTING_INIT_STEPS, /* length of the first epoch, */
  QV_SETTING_INIT_RADIUS,
  QV_SETTING_INIT_EPOCHS,
  QV_SETTING_STEPS_UNCAPPED, /* what the recipe asks for before `budget` */
  QV_SETTING_INIT_STEPS_UNCAPPED,
  QV_SETTING_CONVEXITY,  /* mu, */
  QV_SETTING_SMOOTHNESS, /* l_g1, */
  QV_SETTING_NOISE,      /* and sigma_g1 of the recipe; NaN by hand */
  QV_SETTING_TRACKING,   /* eps_y of the recipe */
  QV_SETTINGS
};

enum {
  QV_STREAM_LOWER,
  QV_STREAM_PRODUCT,
  QV_STREAM_UPPER_Y,
  QV_STREAM_CROSS,
  QV_STREAM_UPPER_X,
  QV_STREAM_PROBE,
  QV_STREAM_START, /* random starts, and lengths */
  QV_STREAMS
};

enum { QV_WORK_UPPER = 6, QV_WORK_LOWER = 6 };

/* One row on its way. Vectors are in the spaces of task.h. */
typedef struct {
  const qv_bilevel_params *params;
  qv_task                 *task;
  qv_lower                *lower;
  qv_adjoint              *adjoint;
  const double            *setting; /* [QV_SETTINGS] */
  double                 **upper;   /* the method's upper vectors; [0] is x */
  double                 **lower_v; /* the method's lower vectors; [0] is y */
  double                 **basis;   /* of the guesses of z: further lower vectors, [n_basis] */
  int64_t                  n_basis;
  double                 **moment; /* of the optimizer: further upper vectors */
  double                  *work_upper[QV_WORK_UPPER], *work_lower[QV_WORK_LOWER];
  qv_stream                stream[QV_STREAMS];
  int64_t                  iteration;   /* done before this one */
  int64_t                  lower_steps; /* taken so far: numbers the draws of their batches */
  int64_t                  start_steps; /* of them, in the start */
  bool                     begun;       /* `begin` says false when it has more to do */
  double                   momentum;    /* |m| or the length of the direction, for the series */
  bool                     reached;     /* exact: the tolerance, with these figures of lower.h */
  double                   value, gradient, residual;
} qv_walk;

/* What an episode changes by `steps` steps of size gamma, before f counts. */
enum { QV_ADAPTS_NOTHING, QV_ADAPTS_HEAD, QV_ADAPTS_ALL };

typedef struct {
  int  upper, lower; /* vectors of each kind */
  bool exact;        /* rows are points, not seeds */
  bool penalised;    /* needs dg/dx */
  bool federated;    /* of clients, and an iteration is a round */
  bool weighs;       /* sets the weights of samples itself, without an upper level */
  int  adapts;       /* (x, y) is where each episode starts from; above */
  /* More vectors than these, where the data say how many: [0] upper, [1] lower. Or NULL. Pure. */
  void (*tables)(const qv_task *task, int vectors[2]);
  /* The start: x is set, all else is zero; a long one is done in parts, one a call. NULL: nothing
   * to do. */
  PetscErrorCode (*begin)(qv_walk *walk);
  PetscErrorCode (*iterate)(qv_walk *walk);
} qv_method;

extern const qv_choice        qv_method_words[];
extern const qv_method *const qv_methods[]; /* in the order of the words */

/* The batch number `index` of a stream, of the row's size. */
qv_batch qv_method_batch(const qv_walk *walk, int stream, int64_t index);

/* Size of a step in this iteration, 1 based: over its number to the power `decay`, that of the
 * lower level `lower-decay`; times `decay-by` after each `decay-every` iterations. */
double qv_method_step(const qv_walk *walk, int setting);

/* x -= eta (dF/dx - (d2G/dxdy) z) at the variables as they are, by a fresh pair of batches; the
 * direction's norm goes to walk->momentum. Collective. */
PetscErrorCode qv_method_descend(qv_walk *walk, const double *z);
/* x -= size direction, or as the deck's optimizer makes of it, once an iteration; and the
 * direction's norm. Collective. */
PetscErrorCode qv_method_move(qv_walk *walk, double size, const double *direction);
/* `steps` plain stochastic gradient steps of y. Collective. */
PetscErrorCode qv_method_lower(qv_walk *walk, int64_t steps);
/* z := nu sum_{q=0}^{terms} (I - nu H)^q dF/dy at (x, y), each factor by its own batch of this
 * iteration. Collective. */
PetscErrorCode qv_method_neumann(qv_walk *walk, const double *x, const double *y, int64_t terms,
                                 double *z);

/* What BO-REP and its relatives share. One step of z, or its solution by the deck's solver; one of
 * m := beta m + (1 - beta)(dF/dx - (d2G/dxdy) z), with `z`; and the step of length eta along -m.
 * Collective. */
PetscErrorCode qv_momentum_adjoint(qv_walk *walk);
PetscErrorCode qv_momentum_average(qv_walk *walk, const double *z, double *m);
PetscErrorCode qv_momentum_move(qv_walk *walk, const double *m);

/* Settings of a row: those of the deck, and the recipe's for the rest. Collective. */
PetscErrorCode qv_recipe_fill(qv_walk *walk, double *setting);
/* Would these settings be the same with more iterations? Pure. */
bool qv_recipe_extends(const qv_bilevel_params *params, const double *setting);

/* Epoch-SGD and the periodic update of the lower level; methods share them. Both work on
 * walk->lower_v[0] by one batch a step. Epoch-SGD does a part at a time, and keeps between parts
 * the iterate and the sum in two lower vectors of the method. Collective. */
enum { QV_SGD_PART = 100 };
PetscErrorCode qv_sgd_epochs(qv_walk *walk, double *iterate, double *sum);
PetscErrorCode qv_sgd_update(qv_walk *walk);
