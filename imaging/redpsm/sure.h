/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stein's unbiased estimate of the prediction error |A x(g) - A x_true|^2 / M of an estimator x,
 * with the divergence by one random direction (Ramani, Blu, Unser, IEEE Trans. Image Process. 17
 * (2008) 1540):
 *
 *   |A x(g) - g|^2 / M - sigma^2 + 2 sigma^2 / (M eps) <b, A x(g + eps b) - A x(g)>,  b = +-1. */
#pragma once
#include "imaging/redpsm/redpsm.h"

enum { QV_SURE_POINTS = 5, QV_SURE_EVERY = 8 };

/* Noise of standard deviation sigma on n_samples samples; sigma / 10 is a good eps. */
typedef struct {
  double  sigma, eps;
  int64_t n_samples;
} qv_sure_noise;

/* to = from + eps b, n samples from number `first` of all frames on; b by that number. Pure. */
void qv_sure_perturb(uint64_t seed, double eps, int64_t first, int64_t n, const double *from,
                     double *to);

/* From the same solver on g and, in every step alike, on g + eps b: what both predict now.
 * Collective. */
PetscErrorCode qv_sure_estimate(const qv_redpsm *redpsm, const qv_redpsm *twin,
                                const qv_sure_noise *noise, double *value);

/* The k-th lambda that is tried: 16, 8, 4, 2, 1. Pure. */
double qv_sure_lambda(int k);
/* The lowest point of the parabola through the least value and its neighbours, over log lambda; the
 * place of the least value at an end, or beside what is not finite. Pure. */
double qv_sure_choose(const double value[QV_SURE_POINTS]);
