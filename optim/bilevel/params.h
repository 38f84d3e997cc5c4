/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a deck of bilevel.solve says: members stand for the keys of the same name. */
#pragma once
#include <stdbool.h>

#include "optim/bilevel/optimizer.h"
#include "solvers/deck/key.h"

typedef struct {
  int64_t seeds, groups, certify_every;
  bool    audit;
  struct {
    int      name;
    int      format, precision, noise_kind, per;
    qv_path  data, test_data;
    qv_path  images[2], labels[2]; /* IDX: of training and test */
    char    *label;                /* column of a CSV table */
    int64_t  features, classes;
    double   train, validation, test; /* numbers of samples, or below 1 shares */
    double   l2;
    bool     bias, standardise;
    int64_t  upper, lower; /* dimensions */
    double   alpha, start, lower_start, noise, noise_others, target;
    int64_t  samples, checks, length; /* made-up samples of both levels; steps of a recurrence */
    double   sharpness;               /* gamma of a Gaussian kernel */
    qv_reals targets;
  } task;
  struct {
    int64_t hidden, head, embedding, length, shots, held_out, adapt_steps;
    int     precision, encoder, heads, adapt;
    double  adapt_rate;
  } network; /* keys of bilevel.task, of tasks with networks */
  struct {
    int     name, mode, parameters;
    int64_t iterations, every;
    double  tolerance;
    qv_path at;
    double  eta, beta, nu, gamma, radius, decay, lower_decay, decay_by;
    int64_t decay_every;
    double  penalty, growth, bound, averaging, acceleration; /* of rivals */
    double  outlier;
    int64_t terms, warm_up;
    int     update;
    int     adjoint_used, adjoint_at, momentum_start, adjoint_start, batches;
    double  guard;
    bool    last_iterate, accumulate, first_order;
    int     z_by, z_guess;
    int64_t z_keep;
    double  z_tolerance;
    int64_t period, steps, batch, budget;
    double  init_gamma, init_radius;
    int64_t init_steps, init_epochs;
  } method;
  qv_optimizer optimizer; /* bilevel.method.optimizer: of x, in rivals */
  struct {
    int64_t  clients, local_steps, cutoff;
    qv_reals participation;
    int      weights;
  } federated;
} qv_bilevel_params;

enum { QV_WEIGHTS_PARTICIPANTS, QV_WEIGHTS_ALL, QV_WEIGHTS_ADAPTIVE };
enum { QV_PARAMETERS_RECIPE, QV_PARAMETERS_GIVEN };

/* Words of the keys of BO-REP, in the order of the choices. */
enum { QV_MODE_PAPER, QV_MODE_COMPAT };
enum { QV_UPDATE_PERIOD, QV_UPDATE_DRIFT };
enum { QV_ADJOINT_UPDATED, QV_ADJOINT_PREVIOUS };
enum { QV_ADJOINT_AFTER, QV_ADJOINT_BEFORE };
enum { QV_START_ZERO, QV_START_OTHER }; /* of m: the first h; of z: Xavier's */
enum { QV_BATCHES_INDEPENDENT, QV_BATCHES_SHARED };
enum { QV_Z_STEP, QV_Z_CG, QV_Z_MINRES, QV_Z_PIPECG, QV_Z_PIPECG2 };
enum { QV_GUESS_LAST, QV_GUESS_FISCHER };
enum { QV_HEADS_EACH, QV_HEADS_SHARED };
enum { QV_ADAPT_HEAD, QV_ADAPT_ALL };
enum { QV_PRECISION_AUTO, QV_PRECISION_SINGLE, QV_PRECISION_DOUBLE };
enum { QV_NOISE_REDRAW, QV_NOISE_OTHER };
enum { QV_PER_FEATURE, QV_PER_CLASS, QV_PER_SCALAR };
enum {
  QV_FORMAT_AUTO,
  QV_FORMAT_HDF5,
  QV_FORMAT_IDX,
  QV_FORMAT_CSV,
  QV_FORMAT_LIBSVM,
  QV_FORMAT_TEXT
};
