/* SPDX-License-Identifier: GPL-3.0-or-later
 * Least squares against the normal equations solved by Cholesky, and on 1 to 4 ranks.
 * qv-test: np=1,2,4 labels=fast timeout=60 */
#include "solvers/linalg/least.h"
#include "tests/support/qv_test.h"
#include "tests/unit/linalg/dense_operator.h"

#include <math.h>
#include <petscblaslapack.h>
#include <string.h>

enum { M = 120, N = 70 };

static dense_operator tall = {.m = M, .n = N, .stream = {{21, 2}}, .decay = 0.97};

/* (A'A + damping) x = A'b by Cholesky, on this rank. */
static PetscErrorCode truth(const double *b, double damping, double x[N]) {
  static double      a[N * N];
  const PetscBLASInt n = N, one = 1;
  PetscBLASInt       info;
  for (int j = 0; j < N; j++) {
    for (int k = 0; k < N; k++) {
      a[j + k * N] = j == k ? damping : 0;
      for (int i = 0; i < M; i++)
        a[j + k * N] += dense_entry(&tall, i, j) * dense_entry(&tall, i, k);
    }
    x[j] = 0;
    for (int i = 0; i < M; i++) x[j] += dense_entry(&tall, i, j) * b[i];
  }
  LAPACKpotrf_("U", &n, a, &n, &info);
  EXPECT_INT(info, 0);
  LAPACKpotrs_("U", &n, &one, a, &n, x, &n, &info);
  return 0;
}

static PetscErrorCode solved(MPI_Comm comm, const qv_least_options *options, double **x,
                             qv_least_report *report) {
  Mat a;
  Vec b, v;
  PetscCall(dense_create(comm, &tall, &a));
  PetscCall(MatCreateVecs(a, &v, &b));
  PetscCall(qv_vec_normal(b, 6, "rhs"));
  if (options->warm) PetscCall(qv_vec_normal(v, 7, "start"));
  PetscCall(qv_least_once(a, options, b, v, report));
  PetscCall(dense_gather(v, x));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&v));
  PetscCall(MatDestroy(&a));
  return 0;
}

static PetscErrorCode all_methods_find_the_solution(void) {
  double b[M], want[N], *x;
  for (int i = 0; i < M; i++) b[i] = qv_random_normal(qv_stream_named(6, "rhs"), (uint64_t)i, 0);
  for (int method = QV_LEAST_LSQR; method <= QV_LEAST_NORMAL; method++)
    for (int damping = 0; damping < 2; damping++)
      for (int warm = 0; warm < 2; warm++) {
        const qv_least_options options = {.method     = (qv_least_method)method,
                                          .rtol       = 1e-12,
                                          .iterations = 500,
                                          .damping    = 3 * damping,
                                          .warm       = warm};
        qv_least_report        report;
        PetscCall(solved(PETSC_COMM_WORLD, &options, &x, &report));
        PetscCall(truth(b, 3 * damping, want));
        double gap = 0, most = 0;
        for (int j = 0; j < N; j++) {
          gap  = fmax(gap, fabs(x[j] - want[j]));
          most = fmax(most, fabs(want[j]));
        }
        if (!(gap <= 1e-9 * most) || !report.converged || report.broken)
          qv_test_fail(__FILE__, __LINE__,
                       "method %d, damping %d, warm %d: error %g, residual %g after %d steps",
                       method, damping, warm, gap / most, report.residual, report.iterations);
        PetscCall(PetscFree(x));
      }
  return 0;
}

/* What is called the residual is the norm of the gradient, for each method. */
static PetscErrorCode residuals_are_of_the_gradient(void) {
  for (int method = QV_LEAST_LSQR; method <= QV_LEAST_NORMAL; method++) {
    const qv_least_options options = {
      .method = (qv_least_method)method, .rtol = 1e-5, .iterations = 7, .damping = 0.5};
    qv_least_report report;
    double         *x, r[M], square = 0;
    PetscCall(solved(PETSC_COMM_WORLD, &options, &x, &report));
    EXPECT_INT(report.iterations, 7);
    EXPECT(!report.converged && !report.broken);
    for (int i = 0; i < M; i++) {
      r[i] = qv_random_normal(qv_stream_named(6, "rhs"), (uint64_t)i, 0);
      for (int j = 0; j < N; j++) r[i] -= dense_entry(&tall, i, j) * x[j];
    }
    for (int j = 0; j < N; j++) {
      double g = -0.5 * x[j];
      for (int i = 0; i < M; i++) g += dense_entry(&tall, i, j) * r[i];
      square += g * g;
    }
    EXPECT_REL(report.residual, sqrt(square), 1e-9);
    PetscCall(PetscFree(x));
  }
  return 0;
}

static PetscErrorCode stop_at_5(void *context, int iteration, double residual, bool *stop) {
  ++*(int *)context;
  EXPECT(residual > 0);
  *stop = iteration == 5;
  return 0;
}

static PetscErrorCode callbacks_stop(void) {
  for (int method = QV_LEAST_LSQR; method <= QV_LEAST_NORMAL; method++) {
    int                    calls   = 0;
    const qv_least_options options = {.method     = (qv_least_method)method,
                                      .rtol       = 1e-12,
                                      .iterations = 500,
                                      .stop       = stop_at_5,
                                      .context    = &calls};
    qv_least_report        report;
    double                *x;
    PetscCall(solved(PETSC_COMM_WORLD, &options, &x, &report));
    EXPECT(report.stopped && !report.converged && !report.broken);
    EXPECT_INT(report.iterations, 5);
    EXPECT_INT(calls, 5);
    PetscCall(PetscFree(x));
  }
  return 0;
}

/* MINRES on an indefinite diagonal. */
static PetscErrorCode indefinite(void) {
  const qv_space         space   = qv_space_reals(N);
  const qv_least_options options = {.method = QV_LEAST_MINRES, .rtol = 1e-12, .iterations = 300};
  qv_least_report        report;
  Vec                    d, b, x;
  Mat                    a;
  double                 gap, norm;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &d));
  PetscCall(VecDuplicate(d, &b));
  PetscCall(VecDuplicate(d, &x));
  PetscCall(qv_vec_uniform(d, 1, "d", -3, 1));
  PetscCall(qv_vec_normal(b, 2, "b"));
  PetscCall(qv_operator_diagonal(d, &a));
  PetscCall(qv_least_once(a, &options, b, x, &report));
  EXPECT(report.converged);
  PetscCall(VecNorm(b, NORM_2, &norm));
  PetscCall(VecPointwiseMult(x, x, d));
  PetscCall(VecAXPY(x, -1, b));
  PetscCall(VecNorm(x, NORM_2, &gap));
  EXPECT(gap <= 1e-9 * norm);
  PetscCall(MatDestroy(&a));
  PetscCall(VecDestroy(&d));
  PetscCall(VecDestroy(&b));
  PetscCall(VecDestroy(&x));
  return 0;
}

static PetscErrorCode edges(void) {
  for (int method = QV_LEAST_LSQR; method <= QV_LEAST_MINRES; method++) {
    const qv_space   space   = qv_space_reals(N);
    qv_least_options options = {.method = (qv_least_method)method, .rtol = 1e-8, .iterations = 50};
    qv_least_report  report;
    qv_least        *least;
    Vec              b, x;
    Mat              a;
    double           norm;
    PetscCall(qv_operator_identity(PETSC_COMM_WORLD, &space, &a));
    PetscCall(MatCreateVecs(a, &x, &b));
    for (int warm = 0; warm < 2; warm++) {
      options.warm = warm;
      PetscCall(VecSet(x, 3));
      PetscCall(VecSet(b, 0));
      PetscCall(qv_least_create(a, &options, &least));
      PetscCall(qv_least_solve(least, b, x, &report)); /* b = 0 */
      EXPECT(report.converged);
      PetscCall(VecNorm(x, NORM_2, &norm));
      EXPECT_BITS(norm, 0.0);
      PetscCall(VecSet(b, 2));
      PetscCall(qv_least_solve(least, b, x, &report)); /* solved by one step */
      PetscCall(VecAXPY(x, -1, b));
      PetscCall(VecNorm(x, NORM_2, &norm));
      if (!report.converged || report.broken)
        qv_test_fail(__FILE__, __LINE__, "method %d warm %d: %d steps, residual %g, error %g",
                     method, warm, report.iterations, report.residual, norm);
      EXPECT(norm < 1e-12);
      PetscCall(VecCopy(b, x));
      PetscCall(qv_least_solve(least, b, x, &report)); /* warm: solved before */
      EXPECT(report.converged && !report.broken);
      PetscCall(qv_least_tolerances(least, 1e-8, 0, 0));
      PetscCall(qv_least_solve(least, b, x, &report)); /* no steps allowed */
      EXPECT_INT(report.iterations, 0);
      PetscCall(qv_least_tolerances(least, 1e-8, 0, 5));
      PetscCall(VecSet(b, NAN));
      PetscCall(qv_least_solve(least, b, x, &report));
      EXPECT(report.broken && !report.converged);
      PetscCall(qv_least_destroy(&least));
    }
    PetscCall(VecDestroy(&b));
    PetscCall(VecDestroy(&x));
    PetscCall(MatDestroy(&a));
  }
  return 0;
}

static PetscErrorCode ranks_do_not_show(void) {
  for (int method = QV_LEAST_LSQR; method <= QV_LEAST_NORMAL; method++) {
    const qv_least_options options = {
      .method = (qv_least_method)method, .rtol = 1e-9, .iterations = 99, .damping = 0.1};
    qv_least_report alone, together;
    double         *x, *y;
    PetscCall(solved(PETSC_COMM_SELF, &options, &x, &alone));
    PetscCall(solved(PETSC_COMM_WORLD, &options, &y, &together));
    EXPECT_INT(alone.iterations, together.iterations);
    EXPECT_BITS(alone.residual, together.residual);
    EXPECT_INT(memcmp(x, y, N * sizeof *x), 0);
    PetscCall(PetscFree(x));
    PetscCall(PetscFree(y));
  }
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"all methods find the solution", all_methods_find_the_solution},
               {"residuals are of the gradient", residuals_are_of_the_gradient},
               {"callbacks stop", callbacks_stop}, {"indefinite", indefinite}, {"edges", edges},
               {"ranks do not show", ranks_do_not_show});
}
