/* SPDX-License-Identifier: GPL-3.0-or-later
 * Self-distillation of kernel ridge regression (Mobahi, Farajtabar & Bartlett 2020; Borup &
 * Andersen 2021): samples t_i at x_i = i/(n - 1), kernel exp(-gamma (x - x')^2), weight lambda.
 * Step tau fits the targets alpha t + (1 - alpha) (predictions of step tau - 1), those of the first
 * step are t; coefficients c_tau = (K + lambda I)^-1 targets. For alpha > 0 they end at
 * alpha (alpha K + lambda I)^-1 t, ridge regression with lambda/alpha; for alpha = 0 at 0. Losses
 * are mean squared distances of the prediction from sin 2 pi x at x = 0, 0.01, ..., 1. All is pure
 * but for LAPACK, and equal on all ranks. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

enum { QV_DISTILLATION_CHECKS = 101 };

typedef struct {
  int64_t n;
  double  lambda;
  double *target; /* [n] t */
  double *kernel; /* [n, n] K */
  double *vector; /* [n, n] eigenvectors of K, one a row */
  double *value;  /* [n] its eigenvalues, not below 0 */
  double *check;  /* [QV_DISTILLATION_CHECKS, n] kernel between the points of the loss and x_i */
  double *truth;  /* [QV_DISTILLATION_CHECKS] sin 2 pi x */
} qv_distillation;

typedef struct {
  int64_t       n;      /* samples; 0: the published ones */
  const double *target; /* [n], copied */
  double        gamma, lambda;
} qv_distillation_input;

PetscErrorCode qv_distillation_create(const qv_distillation_input *input, qv_distillation **d);
PetscErrorCode qv_distillation_destroy(qv_distillation **d);

/* c := scale (weight K + lambda I)^-1 b; c may be b. weight >= 0. */
PetscErrorCode qv_distillation_solve(const qv_distillation *d, double weight, double scale,
                                     const double *b, double *c);

/* The loss at coefficients c, and its gradient [n] unless NULL. */
void qv_distillation_loss(const qv_distillation *d, const double *c, double *loss,
                          double *gradient);

/* The losses of the steps 1 to `steps`. */
PetscErrorCode qv_distillation_trace(const qv_distillation *d, double alpha, int64_t steps,
                                     double *loss);
