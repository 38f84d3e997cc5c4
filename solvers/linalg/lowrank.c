/* SPDX-License-Identifier: GPL-3.0-or-later
 * Shapes, Gram matrices, products of panels with small matrices, and what follows from these alone.
 */
#include "solvers/linalg/lowrank.h"

#include "solvers/linalg/dense.h"
#include "solvers/linalg/panel_impl.h"
#include "solvers/linalg/panel_kernel.h"
#include "solvers/linalg/vec.h"
#include "solvers/parallel/layout.h"
#include "solvers/parallel/sum.h"

#include <math.h>

PetscErrorCode qv_panel_shape_of(Vec panel, bool pairs, qv_panel_shape *shape) {
  qv_space     space;
  qv_space_run run;

  PetscFunctionBegin;
  PetscCall(qv_vec_space(panel, &space));
  PetscCheck(space.parts == 1, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "a stack of %d parts is not a panel", space.parts);
  const qv_space_part *part = &space.part[0];
  PetscCheck(!pairs || (part->rows % 2 == 0 && part->unit % 2 == 0), PETSC_COMM_SELF,
             PETSC_ERR_ARG_WRONG, "complex entries take an even number of reals");
  PetscCall(qv_vec_run(panel, 0, &run));
  *shape = (qv_panel_shape){.comm    = PetscObjectComm((PetscObject)panel),
                            .columns = (int)part->columns,
                            .rows    = run.count,
                            .first   = run.index,
                            .unit    = part->unit};
  PetscFunctionReturn(0);
}

PetscErrorCode qv_panel_columns(Vec panel, int *columns) {
  qv_panel_shape shape;

  PetscFunctionBegin;
  PetscCall(qv_panel_shape_of(panel, false, &shape));
  *columns = shape.columns;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_panel_create_like(Vec panel, int columns, Vec *other) {
  qv_space       space;
  qv_panel_shape shape;

  PetscFunctionBegin;
  PetscCall(qv_panel_shape_of(panel, false, &shape));
  PetscCall(qv_vec_space(panel, &space));
  space.part[0].columns = columns;
  PetscCall(qv_vec_create(shape.comm, &space, other));
  PetscFunctionReturn(0);
}

/* --- Gram ------------------------------------------------------------------------------------- */

enum {
  SIDE  = 8,
  BLOCK = 32 * QV_TILE
}; /* columns at a time on each side; rows that stay in cache */

typedef struct {
  bool           pairs;
  qv_panel_shape a, b;
  const double  *x, *y;
} gram_sides;

/* (re, im) -> (im, -re): the real product with it is the imaginary part of a' b. */
static void turn(int64_t n, const double *y, double *turned) {
  for (int64_t i = 0; i < n; i += 2) {
    turned[i]     = y[i + 1];
    turned[i + 1] = -y[i];
  }
}

/* Add `count` rows from a tile's start for columns i0... of a and j0... of b. */
static void add_rows(const gram_sides *g, int64_t from, int64_t count, int i0, int j0,
                     qv_sum sums[2][SIDE][SIDE]) {
  const int64_t stride = g->a.rows;
  double        turned[BLOCK];
  for (int j = j0; j < j0 + SIDE && j < g->b.columns; j++) {
    const double *y = g->y + j * stride + from;
    if (g->pairs) turn(count, y, turned);
    for (int i = i0; i < i0 + SIDE && i < g->a.columns; i++) {
      const double *x = g->x + i * stride + from;
      qv_sum_add_products(&sums[0][i - i0][j - j0], count, x, y);
      if (g->pairs) qv_sum_add_products(&sums[1][i - i0][j - j0], count, x, turned);
    }
  }
}

static PetscErrorCode gram_block(const gram_sides *g, int i0, int j0, qv_sum sums[2][SIDE][SIDE],
                                 double *result) {
  const int64_t step = g->a.unit ? g->a.unit : g->a.rows;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(&sums[0][0][0], 2 * SIDE * SIDE));
  for (int64_t u = 0; u < g->a.rows; u += step)
    for (int64_t r = 0; r < step; r += BLOCK)
      add_rows(g, u + r, step - r < BLOCK ? step - r : BLOCK, i0, j0, sums);
  PetscCall(qv_sum_join(g->a.comm, (g->pairs ? 2 : 1) * SIDE * SIDE, &sums[0][0][0]));
  for (int i = i0; i < i0 + SIDE && i < g->a.columns; i++)
    for (int j = j0; j < j0 + SIDE && j < g->b.columns; j++) {
      const int64_t at               = (int64_t)i + (int64_t)j * g->a.columns;
      const double  real             = qv_sum_round(&sums[0][i - i0][j - j0]);
      result[g->pairs ? 2 * at : at] = real;
      if (g->pairs) result[2 * at + 1] = qv_sum_round(&sums[1][i - i0][j - j0]);
    }
  PetscFunctionReturn(0);
}

/* The lower triangle from the upper one. */
static void mirror(int n, bool pairs, double *g) {
  for (int64_t j = 0; j < n; j++)
    for (int64_t i = 0; i < j; i++) {
      const int64_t at = i + j * n, other = j + i * n;
      if (pairs) {
        g[2 * other]     = g[2 * at];
        g[2 * other + 1] = -g[2 * at + 1];
      } else {
        g[other] = g[at];
      }
    }
  for (int64_t j = 0; pairs && j < n; j++) g[2 * (j + j * n) + 1] = 0;
}

PetscErrorCode qv_panel_gram(Vec a, Vec b, bool pairs, double *g) {
  gram_sides sides = {.pairs = pairs};
  qv_sum(*sums)[SIDE][SIDE];

  PetscFunctionBegin;
  PetscCall(qv_panel_shape_of(a, pairs, &sides.a));
  PetscCall(qv_panel_shape_of(b, pairs, &sides.b));
  PetscCheck(sides.a.rows == sides.b.rows && sides.a.unit == sides.b.unit, PETSC_COMM_SELF,
             PETSC_ERR_ARG_INCOMP, "the rows of two panels differ");
  PetscCall(PetscMalloc(2 * sizeof *sums, &sums));
  PetscCall(VecGetArrayRead(a, &sides.x));
  PetscCall(VecGetArrayRead(b, &sides.y));
  for (int j = 0; j < sides.b.columns; j += SIDE)
    for (int i = 0; i < sides.a.columns && (a != b || i <= j); i += SIDE)
      PetscCall(gram_block(&sides, i, j, sums, g));
  PetscCall(VecRestoreArrayRead(b, &sides.y));
  PetscCall(VecRestoreArrayRead(a, &sides.x));
  PetscCall(PetscFree(sums));
  if (a == b) mirror(sides.a.columns, pairs, g);
  PetscFunctionReturn(0);
}

/* --- products --------------------------------------------------------------------------------- */

static PetscErrorCode multiply(Vec a, bool pairs, const double *c, bool upper, Vec out) {
  qv_panel_shape from, to;
  const double  *x;
  double        *y;

  PetscFunctionBegin;
  PetscCall(qv_panel_shape_of(a, pairs, &from));
  PetscCall(qv_panel_shape_of(out, pairs, &to));
  PetscCheck(from.rows == to.rows && from.unit == to.unit, PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP,
             "the rows of two panels differ");
  PetscCheck(upper || a != out, PETSC_COMM_SELF, PETSC_ERR_ARG_IDN, "a panel times itself");
  PetscCall(VecGetArray(out, &y));
  if (a == out)
    x = y;
  else
    PetscCall(VecGetArrayRead(a, &x));
  if (pairs)
    qv_panel_kernel_pairs(from.rows, from.columns, to.columns, x, y, from.rows, c, upper);
  else
    qv_panel_kernel_multiply(from.rows, from.columns, to.columns, x, y, from.rows, c, upper);
  if (a != out) PetscCall(VecRestoreArrayRead(a, &x));
  PetscCall(VecRestoreArray(out, &y));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_panel_multiply(Vec a, bool pairs, const double *c, Vec out) {
  PetscFunctionBegin;
  PetscCall(multiply(a, pairs, c, false, out));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_panel_multiply_upper(Vec a, bool pairs, const double *c) {
  PetscFunctionBegin;
  PetscCall(multiply(a, pairs, c, true, a));
  PetscFunctionReturn(0);
}

/* --- singular values -------------------------------------------------------------------------- */

/* Columns of v (n x n) and values, ascending, turned to descending singular values. */
static void descend(int n, bool pairs, double *v, double *values) {
  const int64_t length = (int64_t)n * (pairs ? 2 : 1);
  for (int i = 0; i < n; i++) values[i] = sqrt(fmax(values[i], 0));
  for (int i = 0; i < n / 2; i++) {
    const int    j    = n - 1 - i;
    const double kept = values[i];
    values[i]         = values[j];
    values[j]         = kept;
    for (int64_t r = 0; r < length; r++) {
      const double entry = v[i * length + r];
      v[i * length + r]  = v[j * length + r];
      v[j * length + r]  = entry;
    }
  }
}

PetscErrorCode qv_panel_svd(Vec a, bool pairs, qv_panel_way way, double *s, double *v) {
  double *g, *right;
  int     k = 0;

  PetscFunctionBegin;
  PetscCall(qv_panel_columns(a, &k));
  const size_t entries = (size_t)k * (size_t)k * (pairs ? 2 : 1);
  PetscCall(PetscMalloc2(entries, &g, entries, &right));
  if (way == QV_PANEL_BY_TREE) {
    PetscCall(qv_panel_triangle(a, pairs, g));
    PetscCall(qv_dense_svd(k, k, pairs, g, s, right));
  } else {
    PetscCall(qv_panel_gram(a, a, pairs, right));
    PetscCall(qv_dense_eigen(k, pairs, right, s));
    descend(k, pairs, right, s);
  }
  if (v) PetscCall(PetscArraycpy(v, right, entries));
  PetscCall(PetscFree2(g, right));
  PetscFunctionReturn(0);
}

/* w := v diag(factor) v' */
static void recompose(int n, bool pairs, const double *v, const double *factor, double *w) {
  for (int64_t j = 0; j < n; j++)
    for (int64_t i = 0; i < n; i++) {
      double real = 0, imaginary = 0;
      for (int64_t k = 0; k < n; k++) {
        if (pairs) {
          const double *x = &v[2 * (i + k * n)], *y = &v[2 * (j + k * n)];
          real += factor[k] * (x[0] * y[0] + x[1] * y[1]);
          imaginary += factor[k] * (x[1] * y[0] - x[0] * y[1]);
        } else {
          real += factor[k] * (v[i + k * n] * v[j + k * n]);
        }
      }
      w[pairs ? 2 * (i + j * n) : i + j * n] = real;
      if (pairs) w[2 * (i + j * n) + 1] = imaginary;
    }
}

PetscErrorCode qv_panel_shrink(Vec a, bool pairs, double threshold, int *rank, double *nuclear) {
  double *s, *v, *w, sum = 0;
  Vec     copy;
  int     k = 0, left = 0;

  PetscFunctionBegin;
  PetscCall(qv_panel_columns(a, &k));
  const size_t entries = (size_t)k * (size_t)k * (pairs ? 2 : 1);
  PetscCall(PetscMalloc3((size_t)k, &s, entries, &v, entries, &w));
  PetscCall(qv_panel_svd(a, pairs, QV_PANEL_BY_GRAM, s, v));
  for (int i = 0; i < k; i++) {
    const double kept = fmax(s[i] - threshold, 0);
    left += kept > 0;
    sum += kept;
    s[i] = kept > 0 ? kept / s[i] : 0;
  }
  recompose(k, pairs, v, s, w);
  PetscCall(VecDuplicate(a, &copy));
  PetscCall(VecCopy(a, copy));
  PetscCall(qv_panel_multiply(copy, pairs, w, a));
  PetscCall(VecDestroy(&copy));
  PetscCall(PetscFree3(s, v, w));
  if (rank) *rank = left;
  if (nuclear) *nuclear = sum;
  PetscFunctionReturn(0);
}
