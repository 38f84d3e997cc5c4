/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a deck of bilevel.solve says: members stand for the keys of the same name. */
#pragma once
#include <stdbool.h>

#include "solvers/deck/key.h"

typedef struct {
  int64_t seeds;
  struct {
    int     name;
    qv_path data;
    int64_t classes;
    double  l2;
    bool    bias, standardise;
    int64_t upper, lower; /* dimensions */
    double  alpha, start, noise;
  } task;
  struct {
    int64_t hidden, head, embedding, length, shots, held_out, adapt_steps;
    int     precision, encoder, heads;
    double  adapt_rate;
  } network; /* keys of bilevel.task, of tasks with networks */
  struct {
    int     name, mode, parameters;
    int64_t iterations, every;
    double  tolerance;
    qv_path at;
    double  eta, beta, nu, gamma, radius, decay;
    int64_t period, steps, batch, budget;
    double  init_gamma, init_radius;
    int64_t init_steps, init_epochs;
  } method;
} qv_bilevel_params;

enum { QV_PARAMETERS_RECIPE, QV_PARAMETERS_GIVEN };
