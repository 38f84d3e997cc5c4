/* SPDX-License-Identifier: GPL-3.0-or-later
 * Linear operators: a PETSc shell matrix with a forward and an adjoint action, the space of each
 * side, and the promise, tested by one call, that they are each other's adjoint.
 *
 * All of KSP and TAO takes such a matrix; the work vectors they make from it are of the type `qv`.
 * Whether products have the same bits on any number of ranks is up to the callbacks: they sum over
 * ranks through solvers/parallel/sum.h, or write only what they own.
 *
 * Every operator here is a Mat that the caller destroys by MatDestroy. Composed operators hold on
 * to their parts, which may be destroyed at once; they own the work vectors in between, so one
 * operator cannot be applied inside itself. All functions are collective; operators of one call
 * share a communicator. Spaces that do not fit are errors on all ranks. */
#pragma once
#include "solvers/linalg/space.h"

#include <petscmat.h>

/* y := what the operator gives for x. x is only read; y holds nothing on entry and never aliases x.
 * Collective. An error of one rank must be made one of all ranks before (solvers/parallel/agree.h).
 */
typedef PetscErrorCode (*qv_operator_apply)(void *context, Vec x, Vec y);

typedef struct {
  qv_operator_apply forward; /* y := A x */
  qv_operator_apply adjoint; /* x := A' y, in the inner product of the reals */
  qv_operator_apply normal;  /* x := A' A x, where that is cheaper than both in turn; or NULL */
  PetscErrorCode (*destroy)(void *context); /* when the matrix goes; or NULL: the caller's */
} qv_operator_calls;

/* An operator from `domain` to `range`. */
PetscErrorCode qv_operator_create(MPI_Comm comm, const qv_space *domain, const qv_space *range,
                                  const qv_operator_calls *calls, void *context, Mat *a);

/* The two spaces of an operator; either may be NULL. An error for any other matrix. Not collective.
 */
PetscErrorCode qv_operator_spaces(Mat a, qv_space *domain, qv_space *range);

/* z := A' A x, by the operator's own way where it has one. */
PetscErrorCode qv_operator_normal(Mat a, Vec x, Vec z);

/* |<A x, y> - <x, A' y>| / (|A x| |y|) for normal x and y (0 where A x and A' y vanish): at most
 * some 1e-14 for an adjoint, of order 1 / sqrt(n) for anything else. */
PetscErrorCode qv_operator_adjoint_gap(Mat a, uint64_t seed, double *gap);

/* Largest singular value by power iteration on A' A from normal numbers: a lower bound that stops
 * when a step changes it by less than rtol, after at most `most` steps. *steps may be NULL. */
PetscErrorCode qv_operator_norm(Mat a, uint64_t seed, double rtol, int most, double *norm,
                                int *steps);

/* Count the reductions of all vectors that solvers make from this operator (qv_vec_watch). */
PetscErrorCode qv_operator_watch(Mat a, int64_t *count);

/* --- composition ------------------------------------------------------------------------------ */

PetscErrorCode qv_operator_identity(MPI_Comm comm, const qv_space *space, Mat *a);
/* The entries of d as a diagonal; of zeros and ones, a mask. Holds on to d. */
PetscErrorCode qv_operator_diagonal(Vec d, Mat *a);
/* A with the two sides exchanged. */
PetscErrorCode qv_operator_adjoint(Mat a, Mat *transposed);
/* factor[0] factor[1] ... factor[n - 1]: the last is applied first. */
PetscErrorCode qv_operator_product(int n, const Mat *factor, Mat *a);
/* The sum of scale[i] term[i]; scale = NULL means ones. */
PetscErrorCode qv_operator_sum(int n, const double *scale, const Mat *term, Mat *a);
PetscErrorCode qv_operator_scale(double scale, Mat a, Mat *scaled);
/* A' A + shift, symmetric. */
PetscErrorCode qv_operator_gram(Mat a, double shift, Mat *gram);
/* Blocks by rows; NULL is zero. Each row and each column has at least one. One column of blocks
 * stacks them vertically, one row horizontally; the sides are stacks of spaces (qv_space_stack). */
PetscErrorCode qv_operator_block(int rows, int columns, const Mat *block, Mat *a);
