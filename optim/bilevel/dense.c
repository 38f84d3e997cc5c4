/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/dense.h"

#include <math.h>
#include <petscsys.h>

#include <petscblaslapack.h>
#include <string.h>

void qv_dense_add(int64_t rows, int64_t columns, double scale, const double *a, const double *x,
                  double *y) {
  for (int64_t i = 0; i < rows; i++) {
    double sum = 0;
    for (int64_t j = 0; j < columns; j++) sum += a[i * columns + j] * x[j];
    y[i] += scale * sum;
  }
}

void qv_dense_add_transposed(int64_t rows, int64_t columns, double scale, const double *a,
                             const double *x, double *y) {
  for (int64_t i = 0; i < rows; i++) {
    const double factor = scale * x[i];
    for (int64_t j = 0; j < columns; j++) y[j] += factor * a[i * columns + j];
  }
}

PetscErrorCode qv_dense_extremes(int64_t n, const double *a, double *least, double *largest) {
  PetscBLASInt order, work = -1, info;
  double      *copy, *value, *space, best;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast((PetscInt)n, &order));
  PetscCall(PetscMalloc2((size_t)(n * n), &copy, (size_t)n, &value));
  memcpy(copy, a, (size_t)(n * n) * sizeof *copy);
  LAPACKsyev_("N", "U", &order, copy, &order, value, &best, &work, &info);
  work = (PetscBLASInt)best;
  PetscCall(PetscMalloc1((size_t)work, &space));
  LAPACKsyev_("N", "U", &order, copy, &order, value, space, &work, &info);
  PetscCheck(info == 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "LAPACK's syev gives %d", (int)info);
  *least   = value[0];
  *largest = value[n - 1];
  PetscCall(PetscFree(space));
  PetscCall(PetscFree2(copy, value));
  PetscFunctionReturn(0);
}

bool qv_dense_definite(int64_t n, double least, double largest) {
  return least > (double)n * 2.2e-16 * fabs(largest);
}

PetscErrorCode qv_dense_factor(int64_t n, double *a) {
  PetscBLASInt order, info;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast((PetscInt)n, &order));
  LAPACKpotrf_("U", &order, a, &order, &info);
  PetscCheck(info == 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "LAPACK's potrf gives %d", (int)info);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_dense_solve(int64_t n, const double *factor, double *x) {
  PetscBLASInt order, one = 1, info;

  PetscFunctionBegin;
  PetscCall(PetscBLASIntCast((PetscInt)n, &order));
  LAPACKpotrs_("U", &order, &one, (double *)factor, &order, x, &order, &info);
  PetscCheck(info == 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "LAPACK's potrs gives %d", (int)info);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_dense_polar(int64_t rows, int64_t columns, double *a) {
  const int64_t k = PetscMin(rows, columns), longest = PetscMax(rows, columns);
  PetscBLASInt  m, n, most, work, info; /* by columns a is A', m x n */
  double       *copy, *value, *left, *right, *space;

  PetscFunctionBegin;
  if (!isfinite(qv_dense_norm(rows * columns, a))) PetscFunctionReturn(0);
  PetscCall(PetscBLASIntCast((PetscInt)columns, &m));
  PetscCall(PetscBLASIntCast((PetscInt)rows, &n));
  PetscCall(PetscBLASIntCast((PetscInt)k, &most));
  PetscCall(PetscBLASIntCast((PetscInt)(8 * longest), &work)); /* 5 are the least */
  PetscCall(PetscMalloc5((size_t)(rows * columns), &copy, (size_t)k, &value, (size_t)(columns * k),
                         &left, (size_t)(k * rows), &right, (size_t)work, &space));
  memcpy(copy, a, (size_t)(rows * columns) * sizeof *copy);
  memset(a, 0, (size_t)(rows * columns) * sizeof *a);
  LAPACKgesvd_("S", "S", &m, &n, copy, &m, value, left, &m, right, &most, space, &work, &info);
  PetscCheck(info == 0, PETSC_COMM_SELF, PETSC_ERR_LIB, "LAPACK's gesvd gives %d", (int)info);
  for (int64_t s = 0; s < k && value[s] > 2.2e-16 * (double)longest * value[0]; s++)
    for (int64_t i = 0; i < rows; i++)
      for (int64_t j = 0; j < columns; j++)
        a[i * columns + j] += right[i * k + s] * left[s * columns + j];
  PetscCall(PetscFree5(copy, value, left, right, space));
  PetscFunctionReturn(0);
}

double qv_dense_norm(int64_t n, const double *x) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += x[i] * x[i];
  return sqrt(sum);
}
