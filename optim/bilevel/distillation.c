/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/distillation.h"

#include <math.h>
#include <string.h>

#include "optim/bilevel/dense.h"
#include "solvers/linalg/dense.h"

enum { PUBLISHED = 11, CHECKS = QV_DISTILLATION_CHECKS };

/* The samples of Borup & Andersen's example: a sine and noise. */
static const double published[PUBLISHED] = {
  0.38476636465198066,  1.2333967683416893,   1.33232242218057,    0.6920159488889518,
  -0.29756145531871736, -0.24189291901377769, -0.7964485769175675, -0.9616480167034174,
  -0.49672509509916934, -0.3469066003991437,  0.5589512650600734};

/* Point i of n, from 0 to 1. */
static double place(int64_t i, int64_t n) {
  return n > 1 ? (double)i / (double)(n - 1) : 0;
}

static double similar(double gamma, double a, double b) {
  return exp(-gamma * (a - b) * (a - b));
}

PetscErrorCode qv_distillation_create(const qv_distillation_input *input, qv_distillation **out) {
  const int64_t    n      = input->n ? input->n : PUBLISHED;
  const size_t     square = (size_t)(n * n);
  const double     turn   = 2 * acos(-1.0);
  qv_distillation *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  *out      = d;
  d->n      = n;
  d->lambda = input->lambda;
  PetscCall(PetscMalloc6((size_t)n, &d->target, square, &d->kernel, square, &d->vector, (size_t)n,
                         &d->value, (size_t)(CHECKS * n), &d->check, CHECKS, &d->truth));
  memcpy(d->target, input->n ? input->target : published, (size_t)n * sizeof(double));
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < n; j++)
      d->kernel[i * n + j] = similar(input->gamma, place(i, n), place(j, n));
  for (int64_t i = 0; i < CHECKS; i++) {
    d->truth[i] = sin(turn * place(i, CHECKS));
    for (int64_t j = 0; j < n; j++)
      d->check[i * n + j] = similar(input->gamma, place(i, CHECKS), place(j, n));
  }
  memcpy(d->vector, d->kernel, square * sizeof(double));
  PetscCall(qv_dense_eigen((int)n, false, d->vector, d->value));
  for (int64_t i = 0; i < n; i++) d->value[i] = fmax(0, d->value[i]); /* rounding */
  PetscFunctionReturn(0);
}

PetscErrorCode qv_distillation_destroy(qv_distillation **d) {
  PetscFunctionBegin;
  if (*d)
    PetscCall(
      PetscFree6((*d)->target, (*d)->kernel, (*d)->vector, (*d)->value, (*d)->check, (*d)->truth));
  PetscCall(PetscFree(*d));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_distillation_solve(const qv_distillation *d, double weight, double scale,
                                     const double *b, double *c) {
  const int64_t n = d->n;
  double       *along;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)n, &along));
  qv_dense_add(n, n, scale, d->vector, b, along);
  for (int64_t i = 0; i < n; i++) along[i] /= weight * d->value[i] + d->lambda;
  memset(c, 0, (size_t)n * sizeof *c);
  qv_dense_add_transposed(n, n, 1, d->vector, along, c);
  PetscCall(PetscFree(along));
  PetscFunctionReturn(0);
}

void qv_distillation_loss(const qv_distillation *d, const double *c, double *loss,
                          double *gradient) {
  *loss = 0;
  if (gradient) memset(gradient, 0, (size_t)d->n * sizeof *gradient);
  for (int64_t i = 0; i < CHECKS; i++) {
    double miss = -d->truth[i];
    qv_dense_add(1, d->n, 1, d->check + i * d->n, c, &miss);
    *loss += miss * miss / CHECKS;
    for (int64_t j = 0; gradient && j < d->n; j++)
      gradient[j] += 2 * miss * d->check[i * d->n + j] / CHECKS;
  }
}

PetscErrorCode qv_distillation_trace(const qv_distillation *d, double alpha, int64_t steps,
                                     double *loss) {
  const int64_t n = d->n;
  double       *c, *target;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2((size_t)n, &c, (size_t)n, &target));
  memcpy(target, d->target, (size_t)n * sizeof *target);
  for (int64_t step = 0; step < steps; step++) {
    PetscCall(qv_distillation_solve(d, 1, 1, target, c));
    qv_distillation_loss(d, c, &loss[step], NULL);
    for (int64_t i = 0; i < n; i++) target[i] = alpha * d->target[i];
    qv_dense_add(n, n, 1 - alpha, d->kernel, c, target);
  }
  PetscCall(PetscFree2(c, target));
  PetscFunctionReturn(0);
}
