/* SPDX-License-Identifier: GPL-3.0-or-later
 * Self-distillation against the printed losses of the published example, and its limit against
 * ridge regression by Cholesky's factor.
 * qv-test: np=1 labels=fast timeout=60 */
#include <math.h>
#include <string.h>

#include "optim/bilevel/dense.h"
#include "optim/bilevel/distillation.h"
#include "tests/support/qv_test.h"

enum { STEPS = 6, MANY = 3000, ROWS = 3, N = 11 };

static const double alphas[ROWS]             = {0, 0.25, 0.35};
static const double printed[ROWS][STEPS + 1] = {
  {.16477, .15076, .14915, .15561, .16735, .18251, .49505},
  {.16477, .15309, .14958, .14903, .14946, .15011, .15250},
  {.16477, .15424, .15089, .14983, .14954, .14948, .14959}};

static const qv_distillation_input example = {.gamma = 80, .lambda = 0.2};

static PetscErrorCode table(void) {
  qv_distillation *d;
  double           loss[MANY];

  PetscFunctionBegin;
  PetscCall(qv_distillation_create(&example, &d));
  EXPECT_REL((double)d->n, N, 0);
  for (int row = 0; row < ROWS; row++) {
    PetscCall(qv_distillation_trace(d, alphas[row], MANY, loss));
    for (int step = 0; step <= STEPS; step++) {
      const double got = loss[step < STEPS ? step : MANY - 1];
      if (fabs(got - printed[row][step]) > 0.5e-5)
        qv_test_fail(__FILE__, __LINE__, "alpha %g, step %d: %.9g, not %.5f", alphas[row], step + 1,
                     got, printed[row][step]);
    }
  }
  PetscCall(qv_distillation_destroy(&d));
  PetscFunctionReturn(0);
}

/* (K + weight I)^-1 t, the kernel anew. */
static PetscErrorCode ridge(const qv_distillation *d, double weight, double *c) {
  double matrix[N * N];

  PetscFunctionBegin;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      matrix[i * N + j] = exp(-0.8 * (i - j) * (i - j)) + (i == j ? weight : 0);
  memcpy(c, d->target, N * sizeof *c);
  PetscCall(qv_dense_factor(N, matrix));
  PetscCall(qv_dense_solve(N, matrix, c));
  PetscFunctionReturn(0);
}

static PetscErrorCode limit(void) {
  qv_distillation *d;
  double           loss[MANY], c[N], want[N], value;

  PetscFunctionBegin;
  PetscCall(qv_distillation_create(&example, &d));
  for (double alpha = 0.1; alpha < 1.05; alpha += 0.1) {
    PetscCall(qv_distillation_solve(d, alpha, alpha, d->target, c));
    PetscCall(ridge(d, 0.2 / alpha, want));
    for (int i = 0; i < N; i++) EXPECT(fabs(c[i] - want[i]) < 1e-14); /* they are of order 1 */
    qv_distillation_loss(d, want, &value, NULL);
    PetscCall(qv_distillation_trace(d, alpha, MANY, loss));
    EXPECT_REL(loss[MANY - 1], value, 1e-12);
  }
  PetscCall(qv_distillation_destroy(&d));
  PetscFunctionReturn(0);
}

/* Other samples than the published ones: two, by hand. */
static PetscErrorCode other(void) {
  const double     target[2] = {1, -3}, k = exp(-2.0);
  double           c[2];
  qv_distillation *d;

  PetscFunctionBegin;
  PetscCall(qv_distillation_create(
    &(qv_distillation_input){.n = 2, .target = target, .gamma = 2, .lambda = 0.5}, &d));
  PetscCall(qv_distillation_solve(d, 1, 1, d->target, c));
  const double det = 1.5 * 1.5 - k * k;
  EXPECT_REL(c[0], (1.5 + 3 * k) / det, 1e-14);
  EXPECT_REL(c[1], (-4.5 - k) / det, 1e-14);
  PetscCall(qv_distillation_destroy(&d));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"table", table}, {"limit", limit}, {"other", other});
}
