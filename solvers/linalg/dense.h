/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small dense algebra by LAPACK, computed alike on every rank: matrices by columns without gaps,
 * real, or with `pairs` complex as two neighbouring doubles (sizes count complex entries). Not
 * collective; a failure of LAPACK to converge is an error. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>

/* Eigenvalues, ascending, of a symmetric (Hermitian) n x n matrix; its vectors replace it. */
PetscErrorCode qv_dense_eigen(int n, bool pairs, double *a, double *values);

/* Singular values s, descending, of an m x n matrix (destroyed), min(m, n) of them, and the right
 * vectors as columns of v (n x min(m, n); or NULL). */
PetscErrorCode qv_dense_svd(int m, int n, bool pairs, double *a, double *s, double *v);

/* The upper triangle R of an m x n matrix, min(m, n) x n without gaps, in place; diagonal >= 0. */
PetscErrorCode qv_dense_triangle(int m, int n, bool pairs, double *a);

/* g = R'R, R in the upper triangle, zeros below. *done < n: the first column that fails. */
PetscErrorCode qv_dense_cholesky(int n, bool pairs, double *g, int *done);

/* The inverse of an upper triangle, in place, zeros below. */
PetscErrorCode qv_dense_invert(int n, bool pairs, double *r);

/* c = a b for upper triangles; c is neither. */
PetscErrorCode qv_dense_multiply(int n, bool pairs, const double *a, const double *b, double *c);
