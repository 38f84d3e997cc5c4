/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tall panels: n rows spread over the ranks by k columns, as a vector of a panel's space
 * (qv_space_panel), so that solvers take them too. Small k x k matrices are the same on every rank,
 * by columns without gaps. With `pairs` an entry is complex, two neighbouring doubles: the k x k
 * matrices then too, and inner products are a' b with the first conjugated. All functions are
 * collective and give the same bits on any number of ranks. */
#pragma once
#include <petscvec.h>
#include <stdbool.h>

/* A panel of `columns` columns over the rows of another one. The caller destroys it. */
PetscErrorCode qv_panel_create_like(Vec panel, int columns, Vec *other);
PetscErrorCode qv_panel_columns(Vec panel, int *columns);

/* g (k x l) := a' b; each entry has the bits of VecDot of the two columns. a may be b. */
PetscErrorCode qv_panel_gram(Vec a, Vec b, bool pairs, double *g);

/* out (l columns) := a c, c k x l. out is not a. Moves nothing between ranks. */
PetscErrorCode qv_panel_multiply(Vec a, bool pairs, const double *c, Vec out);

/* The factor R of a = Q R by Householder in a fixed binary tree over the tiles of the rows:
 * accurate whatever the condition. r is k x k, its diagonal >= 0; rows beyond those of a panel that
 * is wide rather than tall are zero. A rank holds 2 log2(n / 64) triangles per rank at the end. */
PetscErrorCode qv_panel_triangle(Vec a, bool pairs, double *r);

/* a := Q, r := R, by Cholesky of the Gram matrix where its columns, scaled to length 1, have a
 * condition below some 1e5, else from qv_panel_triangle; refined until Q'Q = 1 to rounding. *rank <
 * k: so many columns are independent to rounding; then a is left as it was and only r is set. */
PetscErrorCode qv_panel_qr(Vec a, bool pairs, double *r, int *rank);

typedef enum {
  QV_PANEL_BY_GRAM, /* one pass; values below 1e-8 of the largest are noise */
  QV_PANEL_BY_TREE  /* accurate to 1e-15 of the largest */
} qv_panel_way;

/* Singular values s[k], descending, and right vectors v (k x k; or NULL). The left ones are
 * a v[:, i] / s[i] (qv_panel_multiply). */
PetscErrorCode qv_panel_svd(Vec a, bool pairs, qv_panel_way way, double *s, double *v);

/* a := the panel whose singular values are max(s - threshold, 0): the prox of threshold times the
 * nuclear norm, by the Gram matrix. *rank (or NULL): how many stay; *nuclear (or NULL): their sum.
 */
PetscErrorCode qv_panel_shrink(Vec a, bool pairs, double threshold, int *rank, double *nuclear);
