/* SPDX-License-Identifier: GPL-3.0-or-later
 * RED as a first-order method: f moves against the slope of the data and of R,
 *
 *   v = f - mu (2 w A' (A f - g) + lambda (f - D(f))),
 *
 * and the model takes the place of v: Lambda and Z lower |X - v|^2 / (2 mu) + xi |Psi|^2 +
 * chi |Lambda|^2 by the exact steps, without the data. With mu <= 1 / (largest curvature) that
 * bounds the objective from above and touches it at f: the objective falls where it exists. */
#include <math.h>
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/panel_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"

enum { POWERS = 6 };

/* Collatz and Wielandt: for a matrix without negative entries and x > 0 no eigenvalue is above the
 * largest (A' A x)_p / x_p. Pixels that no ray meets are left out. */
static double largest_of_frame(qv_redpsm *s, int64_t t) {
  double *x = s->image, *y = s->back, most = 0;
  for (int64_t p = 0; p < s->n; p++) x[p] = s->view[p];
  for (int k = 0; k < POWERS; k++) {
    qv_forward_apply_frame(s->forward, t, 1, x, s->chunk_samples);
    qv_forward_adjoint_frame(s->forward, t, 1, s->chunk_samples, y);
    most = 0;
    for (int64_t p = 0; p < s->n; p++)
      if (x[p] > 0) most = fmax(most, y[p] / x[p]);
    if (!(most > 0)) break;
    for (int64_t p = 0; p < s->n; p++) x[p] = y[p] / most;
  }
  return most;
}

PetscErrorCode qv_redpsm_descent_create(qv_redpsm *s) {
  PetscFunctionBegin;
  if (!(s->options.descent > 0)) PetscFunctionReturn(0);
  for (int64_t i = 0; i < s->count; i++)
    s->curvature = fmax(s->curvature, 2 * s->weight * largest_of_frame(s, s->first + i));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &s->curvature, 1, MPI_DOUBLE, MPI_MAX, s->comm));
  PetscFunctionReturn(0);
}

void qv_redpsm_descent_target(qv_redpsm *s, double lambda) {
  const double mu = s->options.descent / (s->curvature + lambda);
  s->beta         = 1 / mu;
  for (int64_t i = 0; i < s->count; i++) {
    const int64_t at = i * s->n;
    double       *f  = s->frames.f + at;
    qv_frame_combine(s->m, 1, s->ax + i * s->m, -1, s->samples + i * s->m, s->chunk_samples);
    qv_forward_adjoint(s->forward, s->first + i, 1, s->chunk_samples, s->back);
    if (lambda > 0)
      qv_frame_combine(s->n, 1 - mu * lambda, f, mu * lambda, s->frames.denoised + at, f);
    qv_frame_combine(s->n, 1, f, -2 * s->weight * mu, s->back, f);
  }
}

/* f = X, D(f), and what they tell. */
PetscErrorCode qv_redpsm_descent_end(qv_redpsm *s, qv_redpsm_numbers *numbers,
                                     qv_redpsm_report *report) {
  enum { MOVED, SIZE, SUMS };
  qv_sum sum[SUMS] = {0}, rho = {0};
  double value[SUMS];

  PetscFunctionBegin;
  for (int64_t i = 0; i < s->count; i++) {
    const double *x = s->x + i * s->n;
    qv_sum_add(&sum[MOVED], qv_frame_distance2(s->n, x, s->before + i * s->n));
    qv_sum_add(&sum[SIZE], qv_frame_dot(s->n, x, x));
  }
  PetscCall(qv_redpsm_join(s, SUMS, sum, value));
  PetscCall(PetscArraycpy(s->frames.f, s->x, s->count * s->n));
  report->regulariser = 0;
  if (numbers->lambda > 0) {
    PetscCall(qv_denoiser_apply(s->denoiser, s->count, s->frames.f, s->frames.memory,
                                s->frames.denoised, &rho));
    PetscCall(qv_redpsm_join(s, 1, &rho, &report->regulariser));
  }
  numbers->primal     = 0;
  numbers->dual       = sqrt(value[MOVED] / value[SIZE]);
  report->split2      = 0;
  report->lagrangian  = report->objective + numbers->lambda * report->regulariser;
  report->fixed_point = 0;
  PetscFunctionReturn(0);
}
