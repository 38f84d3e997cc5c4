/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small dense matrices, row by row, equal on all ranks; sums in one fixed order. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

/* y += scale A x, A [rows, columns]; y += scale A' x. Pure. */
void qv_dense_add(int64_t rows, int64_t columns, double scale, const double *a, const double *x,
                  double *y);
void qv_dense_add_transposed(int64_t rows, int64_t columns, double scale, const double *a,
                             const double *x, double *y);

/* Smallest and largest eigenvalue of a symmetric matrix. */
PetscErrorCode qv_dense_extremes(int64_t n, const double *a, double *least, double *largest);

/* Is it positive definite beyond rounding? */
bool qv_dense_definite(int64_t n, double least, double largest);

/* The Cholesky factor of a positive definite matrix, in place; and x := A^-1 x by it. */
PetscErrorCode qv_dense_factor(int64_t n, double *a);
PetscErrorCode qv_dense_solve(int64_t n, const double *factor, double *x);

/* a [rows, columns] := U V' of its singular value decomposition U S V', without the vectors of
 * values that are 0 but for rounding. Where the sum of squares is not finite, a stays as
 * it is. */
PetscErrorCode qv_dense_polar(int64_t rows, int64_t columns, double *a);

/* sqrt(x'x) */
double qv_dense_norm(int64_t n, const double *x);
