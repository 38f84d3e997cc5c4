/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operators and their compositions against explicit matrices; adjoints; norms against LAPACK.
 * qv-test: np=1,2,3,4 labels=fast timeout=60 */
#include "solvers/linalg/operator.h"
#include "tests/support/qv_test.h"
#include "tests/unit/linalg/dense_operator.h"

#include <math.h>
#include <petscblaslapack.h>
#include <string.h>

enum { M = 150, N = 100 };
static const double tight = 1e-14;

static dense_operator a_ = {.m = M, .n = N, .stream = {{1, 2}}, .decay = 1},
                      b_ = {.m = M, .n = N, .stream = {{3, 4}}, .decay = 1},
                      c_ = {.m = N, .n = 70, .stream = {{5, 6}}, .decay = 1};

static PetscErrorCode adjoint_gap_is_small(Mat a) {
  double gap;
  PetscCall(qv_operator_adjoint_gap(a, 1, &gap));
  if (!(gap <= tight)) qv_test_fail(__FILE__, __LINE__, "gap %g", gap);
  return 0;
}

/* x := normal numbers, y := A x, gathered. */
static PetscErrorCode applied(Mat a, double **x, double **y) {
  Vec u, v;
  PetscCall(MatCreateVecs(a, &u, &v));
  PetscCall(qv_vec_normal(u, 7, "applied"));
  PetscCall(VecSet(v, NAN)); /* what was there must not matter */
  PetscCall(MatMult(a, u, v));
  PetscCall(dense_gather(u, x));
  PetscCall(dense_gather(v, y));
  PetscCall(VecDestroy(&u));
  PetscCall(VecDestroy(&v));
  return 0;
}

static void times(const dense_operator *d, const double *x, double scale, double *y) {
  for (int i = 0; i < d->m; i++)
    for (int j = 0; j < d->n; j++) y[i] += scale * dense_entry(d, i, j) * x[j];
}

static void times_transposed(const dense_operator *d, const double *y, double scale, double *x) {
  for (int i = 0; i < d->m; i++)
    for (int j = 0; j < d->n; j++) x[j] += scale * dense_entry(d, i, j) * y[i];
}

static void expect_close(int n, const double *got, const double *want) {
  double most = 0, gap = 0;
  for (int i = 0; i < n; i++) {
    most = fmax(most, fabs(want[i]));
    gap  = fmax(gap, fabs(got[i] - want[i]));
    if (!(got[i] == got[i])) gap = INFINITY;
  }
  if (!(gap <= 1e-13 * most)) qv_test_fail(__FILE__, __LINE__, "%g away from %g", gap, most);
}

static PetscErrorCode wrong_adjoints_are_seen(void) {
  dense_operator wrong = a_;
  Mat            a;
  double         gap;
  int            large = 0;
  wrong.wrong          = true;
  PetscCall(dense_create(PETSC_COMM_WORLD, &a_, &a));
  PetscCall(adjoint_gap_is_small(a));
  PetscCall(MatDestroy(&a));
  PetscCall(dense_create(PETSC_COMM_WORLD, &wrong, &a));
  for (int seed = 1; seed < 6; seed++) {
    PetscCall(qv_operator_adjoint_gap(a, (uint64_t)seed, &gap));
    EXPECT(gap > 1e-8);
    large += gap > 1e-2;
  }
  EXPECT(large >= 3);
  PetscCall(MatDestroy(&a));
  return 0;
}

static PetscErrorCode sums_and_scales(void) {
  const double scale[3] = {2, -0.5, 1};
  double      *x, *y, want[M] = {0};
  Mat          part[3], sum, half;
  PetscCall(dense_create(PETSC_COMM_WORLD, &a_, &part[0]));
  PetscCall(dense_create(PETSC_COMM_WORLD, &b_, &part[1]));
  PetscCall(qv_operator_scale(3, part[0], &part[2]));
  PetscCall(qv_operator_sum(3, scale, part, &sum));
  PetscCall(qv_operator_sum(1, NULL, &sum, &half));
  for (int i = 0; i < 3; i++) PetscCall(MatDestroy(&part[i]));
  PetscCall(MatDestroy(&sum));
  PetscCall(adjoint_gap_is_small(half));
  PetscCall(applied(half, &x, &y));
  times(&a_, x, 5, want);
  times(&b_, x, -0.5, want);
  expect_close(M, y, want);
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(y));
  PetscCall(MatDestroy(&half));
  return 0;
}

static PetscErrorCode products_and_adjoints(void) {
  double *x, *y, between[N] = {0}, want[M] = {0}, back[N] = {0}, normal[70] = {0};
  Mat     part[2], product, transposed, gram;
  PetscCall(dense_create(PETSC_COMM_WORLD, &a_, &part[0]));
  PetscCall(dense_create(PETSC_COMM_WORLD, &c_, &part[1]));
  PetscCall(qv_operator_product(2, part, &product));
  PetscCall(qv_operator_adjoint(product, &transposed));
  PetscCall(qv_operator_gram(product, 0.25, &gram));
  PetscCall(adjoint_gap_is_small(product));
  PetscCall(adjoint_gap_is_small(transposed));
  PetscCall(adjoint_gap_is_small(gram));
  PetscCall(applied(gram, &x, &y));
  times(&c_, x, 1, between);
  times(&a_, between, 1, want);
  times_transposed(&a_, want, 1, back);
  times_transposed(&c_, back, 1, normal);
  for (int i = 0; i < 70; i++) normal[i] += 0.25 * x[i];
  expect_close(70, y, normal);
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(y));
  PetscCall(MatDestroy(&part[0]));
  PetscCall(MatDestroy(&part[1]));
  PetscCall(MatDestroy(&gram));
  PetscCall(MatDestroy(&transposed));
  PetscCall(MatDestroy(&product));
  return 0;
}

/* [ A  0 ]
 * [ B  I ]   on stacked vectors */
static PetscErrorCode blocks(void) {
  const qv_space range = qv_space_reals(M);
  double        *x, *y, want[2 * M] = {0};
  Mat            part[4] = {NULL}, table, nested, pair[2];
  PetscCall(dense_create(PETSC_COMM_WORLD, &a_, &part[0]));
  PetscCall(dense_create(PETSC_COMM_WORLD, &b_, &part[2]));
  PetscCall(qv_operator_identity(PETSC_COMM_WORLD, &range, &part[3]));
  PetscCall(qv_operator_block(2, 2, part, &table));
  PetscCall(adjoint_gap_is_small(table));
  PetscCall(applied(table, &x, &y));
  times(&a_, x, 1, want);
  times(&b_, x, 1, want + M);
  for (int i = 0; i < M; i++) want[M + i] += x[N + i];
  expect_close(2 * M, y, want);
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(y));
  pair[0] = table;
  pair[1] = table;
  PetscCall(qv_operator_block(1, 2, pair, &nested)); /* table beside itself: 4 parts, 2 rows */
  PetscCall(adjoint_gap_is_small(nested));
  for (int i = 0; i < 4; i++) PetscCall(MatDestroy(&part[i]));
  PetscCall(MatDestroy(&table));
  PetscCall(MatDestroy(&nested));
  return 0;
}

static PetscErrorCode masks(void) {
  const qv_space space = qv_space_units(12, 25);
  double        *x, *y;
  Vec            d;
  Mat            mask, twice[2], product;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &d));
  PetscCall(qv_vec_uniform(d, 3, "mask", 0, 1));
  PetscCall(VecShift(d, 0.5));
  double  *a;
  PetscInt n;
  PetscCall(VecGetLocalSize(d, &n));
  PetscCall(VecGetArray(d, &a));
  for (PetscInt i = 0; i < n; i++) a[i] = floor(a[i]);
  PetscCall(VecRestoreArray(d, &a));
  PetscCall(qv_operator_diagonal(d, &mask));
  PetscCall(VecDestroy(&d));
  twice[0] = twice[1] = mask;
  PetscCall(qv_operator_product(2, twice, &product)); /* a projection */
  PetscCall(adjoint_gap_is_small(product));
  PetscCall(applied(product, &x, &y));
  int zeros = 0;
  for (int i = 0; i < 300; i++) {
    EXPECT(y[i] == x[i] || y[i] == 0);
    zeros += y[i] == 0;
  }
  EXPECT(zeros > 100 && zeros < 200);
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(y));
  PetscCall(MatDestroy(&mask));
  PetscCall(MatDestroy(&product));
  return 0;
}

static int normals;

static PetscErrorCode counted_normal(void *context, Vec x, Vec z) {
  Vec y;
  PetscCall(VecDuplicate(x, &y));
  PetscCall(dense_forward(context, x, y));
  PetscCall(dense_adjoint(context, y, z));
  PetscCall(VecDestroy(&y));
  normals++;
  return 0;
}

/* An operator's own normal product is used by Gram, by norms, and as the first factor of products.
 */
static PetscErrorCode own_normals_are_used(void) {
  dense_operator          square = {.m = N, .n = N, .stream = {{8, 9}}, .decay = 1};
  const qv_operator_calls calls  = {dense_forward, dense_adjoint, counted_normal, NULL};
  const qv_space          space  = qv_space_reals(N);
  Mat                     a, c, part[2], product, gram;
  double                  norm;
  int                     steps;
  normals = 0;
  PetscCall(qv_operator_create(PETSC_COMM_WORLD, &space, &space, &calls, &square, &a));
  PetscCall(dense_create(PETSC_COMM_WORLD, &c_, &c));
  part[0] = a;
  part[1] = c;
  PetscCall(qv_operator_product(2, part, &product));
  PetscCall(qv_operator_gram(product, 0, &gram));
  PetscCall(adjoint_gap_is_small(gram));
  EXPECT_INT(normals, 2);
  PetscCall(qv_operator_norm(a, 1, 1e-3, 9, &norm, &steps));
  EXPECT_INT(normals, 2 + steps);
  PetscCall(MatDestroy(&gram));
  PetscCall(MatDestroy(&product));
  PetscCall(MatDestroy(&c));
  PetscCall(MatDestroy(&a));
  return 0;
}

/* Largest singular value by LAPACK. */
static PetscErrorCode largest_singular(const dense_operator *d, double *largest) {
  PetscBLASInt m = d->m, n = d->n, one = 1, lwork = 20 * M, info;
  double      *a, *s, *work, none                 = 0;
  PetscCall(PetscMalloc3(d->m * d->n, &a, d->n, &s, lwork, &work));
  for (int i = 0; i < d->m; i++)
    for (int j = 0; j < d->n; j++) a[i + j * d->m] = dense_entry(d, i, j);
  LAPACKgesvd_("N", "N", &m, &n, a, &m, s, &none, &one, &none, &one, work, &lwork, &info);
  EXPECT_INT(info, 0);
  *largest = s[0];
  PetscCall(PetscFree3(a, s, work));
  return 0;
}

static PetscErrorCode norms(void) {
  dense_operator steep = {.m = M, .n = 40, .stream = {{10, 11}}, .decay = 0.8};
  const qv_space space = qv_space_reals(N);
  Mat            a, zero;
  Vec            d;
  double         norm, want = 0;
  int            steps;
  PetscCall(largest_singular(&steep, &want));
  PetscCall(dense_create(PETSC_COMM_WORLD, &steep, &a));
  PetscCall(qv_operator_norm(a, 1, 1e-12, 500, &norm, &steps));
  EXPECT_REL(norm, want, 1e-10);
  EXPECT(norm <= want * (1 + 1e-14));
  EXPECT(steps < 500);
  PetscCall(qv_operator_norm(a, 1, 0, 3, &norm, &steps));
  EXPECT_INT(steps, 3);
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &d));
  PetscCall(qv_operator_diagonal(d, &zero));
  PetscCall(qv_operator_norm(zero, 1, 1e-3, 10, &norm, NULL));
  EXPECT_BITS(norm, 0.0);
  PetscCall(VecSet(d, NAN));
  PetscCall(qv_operator_norm(zero, 1, 1e-3, 10, &norm, &steps));
  EXPECT(norm != norm);
  EXPECT_INT(steps, 1);
  PetscCall(VecDestroy(&d));
  PetscCall(MatDestroy(&zero));
  PetscCall(MatDestroy(&a));
  return 0;
}

static PetscErrorCode mistakes_are_errors(void) {
  Mat      a, c, stock, out, part[4] = {NULL};
  qv_space space;
  PetscCall(dense_create(PETSC_COMM_WORLD, &a_, &a));
  PetscCall(dense_create(PETSC_COMM_WORLD, &c_, &c));
  PetscCall(MatCreateDense(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, 5, 5, NULL, &stock));
  part[0] = c;
  part[1] = a;
  PetscCall(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  EXPECT(qv_operator_product(2, part, &out) != 0);
  EXPECT(qv_operator_sum(2, NULL, part, &out) != 0);
  EXPECT(qv_operator_product(0, part, &out) != 0);
  EXPECT(qv_operator_block(1, 2, part, &out) != 0);
  EXPECT(qv_operator_block(2, 2, part, &out) != 0);
  EXPECT(qv_operator_spaces(stock, &space, NULL) != 0);
  PetscCall(PetscPopErrorHandler());
  PetscCall(MatDestroy(&a));
  PetscCall(MatDestroy(&c));
  PetscCall(MatDestroy(&stock));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"wrong adjoints are seen", wrong_adjoints_are_seen},
               {"sums and scales", sums_and_scales},
               {"products and adjoints", products_and_adjoints}, {"blocks", blocks},
               {"masks", masks}, {"own normals are used", own_normals_are_used}, {"norms", norms},
               {"mistakes are errors", mistakes_are_errors});
}
