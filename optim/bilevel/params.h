/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a deck of bilevel.solve says: members stand for the keys of the same name. */
#pragma once
#include <stdbool.h>

#include "solvers/deck/key.h"

typedef struct {
  int64_t seeds;
  struct {
    int     name;
    int     format, precision, noise_kind, per;
    qv_path data, test_data;
    qv_path images[2], labels[2]; /* IDX: of training and test */
    char   *label;                /* column of a CSV table */
    int64_t features, classes;
    double  train, validation, test; /* numbers of samples, or below 1 shares */
    double  l2;
    bool    bias, standardise;
    int64_t upper, lower; /* dimensions */
    double  alpha, start, noise;
  } task;
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
