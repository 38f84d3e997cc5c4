/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Log-det against determinants by elimination, one candidate against many, one pass over all
 * prefixes against a pass for each, and matrices that are no kernels. */
#include "optim/submodular/maker.h"
#include "tests/unit/submodular/trial.h"

enum { N = 150, D = 7, K = 90 };

static PetscErrorCode make(qv_kernel kernel, double *k, qv_objective **f) {
  qv_dice        dice = qv_dice_for(qv_stream_named(5, "logdet"), kernel, 0);
  qv_logdet_plan plan = {.kernel = kernel, .n = N, .d = D, .alpha = 3, .sigma = 1.5};

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(N * N, &plan.x));
  for (int i = 0; i < N * D; i++) plan.x[i] = 2 * dice_real(&dice) - 1;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      double far = 0, product = 0;
      for (int a = 0; a < D; a++) {
        far += pow(plan.x[i * D + a] - plan.x[j * D + a], 2);
        product += plan.x[i * D + a] * plan.x[j * D + a];
      }
      k[i * N + j] = kernel == QV_KERNEL_LINEAR ? product : exp(-far / 4.5);
    }
  if (kernel == QV_KERNEL_MATRIX) {
    plan.d = N;
    memcpy(plan.x, k, N * N * sizeof *k);
  }
  PetscCall(qv_logdet_create(&plan, f));
  PetscFunctionReturn(0);
}

/* Values of 1, 2, … K elements in order. */
static PetscErrorCode values(void) {
  PetscFunctionBegin;
  for (int kernel = 0; kernel < 3; kernel++) {
    double       *k, *a;
    qv_objective *f;
    qv_prefix    *p;
    int64_t       value = 0;
    PetscCall(PetscMalloc2(N * N, &k, K * K, &a));
    PetscCall(make((qv_kernel)kernel, k, &f));
    PetscCall(f->kind->prefix_create(f, K, &p));
    for (int m = 1; m <= K; m++) {
      value += qv_objective_gain(p, m - 1);
      f->kind->push(p, m - 1, m);
      for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++) a[i * m + j] = (i == j) + 3 * k[i * N + j];
      EXPECT_REL((double)value * f->quantum, log_determinant(m, a), 1e-10);
    }
    PetscCall(f->kind->prefix_destroy(&p));
    PetscCall(qv_objective_destroy(&f));
    PetscCall(PetscFree2(k, a));
  }
  PetscFunctionReturn(0);
}

/* After pushes in groups and cuts: equal bits for one and many candidates; depths as the prefixes
 * built one by one say. */
static PetscErrorCode prefixes(void) {
  PetscFunctionBegin;
  for (int kernel = 0; kernel < 3; kernel++) {
    static int64_t by_level[K + 1][N];
    static double  k[N * N];
    int64_t        one, many[N];
    int32_t        all[N], order[K];
    qv_objective  *f;
    qv_prefix     *p, *q;
    qv_dice        dice = {17};
    for (int e = 0; e < N; e++) all[e] = e;
    PetscCall(make((qv_kernel)kernel, k, &f));
    PetscCall(f->kind->prefix_create(f, K, &p));
    PetscCall(f->kind->prefix_create(f, K, &q));
    for (int i = 0; i < K; i++) order[i] = (7 * i) % N;
    for (int i = 0; i < 60; i++) f->kind->push(p, order[K - 1 - i], 1 + i / 3); /* then cut */
    f->kind->truncate(p, 0, 0, NULL);
    f->kind->gains(q, N, all, by_level[0]);
    for (int i = 0; i < K; i++) {
      f->kind->push(p, order[i], 1 + i / 3);
      f->kind->push(q, order[i], 1);
      f->kind->gains(q, N, all, by_level[1 + i / 3]);
    }
    f->kind->gains(p, N, all, many);
    for (int e = 0; e < N; e++) {
      f->kind->gains(p, 1, &e, &one);
      EXPECT_INT(one, many[e]);
      EXPECT_INT(one, by_level[K / 3][e]);
      for (int tries = 0; tries < 4; tries++) {
        const int     top  = (int)qv_dice_below(&dice, K / 3 + 1);
        const int64_t tau  = 1 + by_level[qv_dice_below(&dice, K / 3 + 1)][e];
        int32_t       want = -1;
        for (int l = 0; l <= top; l++)
          if (by_level[l][e] >= tau - tau / (INT64_C(1) << 40)) want = l;
        EXPECT_INT(f->kind->depth(p, e, top, tau), want);
      }
    }
    PetscCall(f->kind->prefix_destroy(&p));
    PetscCall(f->kind->prefix_destroy(&q));
    PetscCall(qv_objective_destroy(&f));
  }
  PetscFunctionReturn(0);
}

/* A threshold missed by less than the band is reached, and counted; by more, it is not. */
static PetscErrorCode band(void) {
  static double k[N * N];
  qv_objective *f;
  qv_prefix    *p;

  PetscFunctionBegin;
  PetscCall(make(QV_KERNEL_RBF, k, &f));
  PetscCall(f->kind->prefix_create(f, K, &p));
  const int64_t gain = f->single[3], hair = gain >> 41;
  EXPECT(hair > 0);
  EXPECT_INT(f->kind->depth(p, 3, 0, gain), 0);
  EXPECT_INT(p->close, 0);
  EXPECT_INT(f->kind->depth(p, 3, 0, gain + hair), 0);
  EXPECT_INT(p->close, 1);
  EXPECT_INT(f->kind->depth(p, 3, 0, gain + 4 * hair), -1);
  EXPECT_INT(p->close, 1);
  PetscCall(f->kind->prefix_destroy(&p));
  PetscCall(qv_objective_destroy(&f));
  PetscFunctionReturn(0);
}

/* Rank-deficient kernels pass; one with an eigenvalue of -1e-6 is found, and where. */
static PetscErrorCode flaws(void) {
  static double k[N * N];
  qv_objective *f;
  int32_t       at;

  PetscFunctionBegin;
  PetscCall(make(QV_KERNEL_LINEAR, k, &f)); /* rank 7 */
  PetscCall(qv_logdet_flaw(N, k, &at));
  EXPECT_INT(at, -1);
  k[40 * N + 40] -= 1e-6;
  PetscCall(qv_logdet_flaw(N, k, &at));
  EXPECT_INT(at, 40);
  PetscCall(qv_objective_destroy(&f));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"values", values}, {"prefixes", prefixes}, {"band", band},
               {"flaws", flaws});
}
