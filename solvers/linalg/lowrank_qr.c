/* SPDX-License-Identifier: GPL-3.0-or-later
 * Thin QR of tall panels.
 *
 * The tree: a leaf is a tile of rows, numbered over all ranks; node i of a level joins nodes 2 i
 * and 2 i + 1 of the level below. A rank joins what it has of both; the nodes that are left, a few
 * per rank, are gathered by all ranks, which join the rest. Leaves without a partner are joined
 * from the right. So which factors meet depends on the rows alone. */
#include "solvers/linalg/dense.h"
#include "solvers/linalg/lowrank.h"
#include "solvers/linalg/panel_impl.h"
#include "solvers/parallel/layout.h"

#include <math.h>

enum { DEPTH = 64 }; /* levels of a tree of up to 2^63 leaves */

typedef struct {
  int64_t level, place, rows; /* the triangle has min(rows, columns) rows */
} node_head;

/* Nodes from left to right, no two of which are partners; at most two of a level. */
typedef struct {
  bool      pairs;
  int       columns, depth;
  size_t    room; /* doubles per node */
  node_head head[2 * DEPTH];
  double   *factor;  /* [2 DEPTH][room] */
  double   *scratch; /* two factors, or a tile of all columns */
} tree;

static PetscErrorCode tree_create(int columns, bool pairs, tree *t) {
  PetscFunctionBegin;
  *t      = (tree){.pairs = pairs, .columns = columns};
  t->room = (size_t)columns * (size_t)columns * (pairs ? 2 : 1);
  PetscCall(PetscMalloc2(2 * DEPTH * t->room, &t->factor,
                         PetscMax(2 * t->room, (size_t)(QV_TILE * columns)), &t->scratch));
  PetscFunctionReturn(0);
}

static PetscErrorCode tree_destroy(tree *t) {
  PetscFunctionBegin;
  PetscCall(PetscFree2(t->factor, t->scratch));
  PetscFunctionReturn(0);
}

/* to := one above the other; by columns. */
static void stack(const tree *t, const node_head *h, const double *upper, const double *lower) {
  const size_t width = t->pairs ? 2 : 1;
  const size_t above = width * (size_t)h[0].rows, below = width * (size_t)h[1].rows;
  double      *to = t->scratch;
  for (int j = 0; j < t->columns; j++) {
    for (size_t i = 0; i < above; i++) *to++ = upper[(size_t)j * above + i];
    for (size_t i = 0; i < below; i++) *to++ = lower[(size_t)j * below + i];
  }
}

/* The last two nodes become one. */
static PetscErrorCode join_last(tree *t) {
  node_head *h     = &t->head[t->depth - 2];
  double    *upper = t->factor + (size_t)(t->depth - 2) * t->room;
  const int  rows = (int)(h[0].rows + h[1].rows), left = PetscMin(rows, t->columns);

  PetscFunctionBegin;
  stack(t, h, upper, upper + t->room);
  PetscCall(qv_dense_triangle(rows, t->columns, t->pairs, t->scratch));
  PetscCall(PetscArraycpy(upper, t->scratch, (size_t)(left * t->columns * (t->pairs ? 2 : 1))));
  h[0] = (node_head){.level = h[0].level + 1, .place = h[0].place / 2, .rows = left};
  t->depth--;
  PetscFunctionReturn(0);
}

static bool are_partners(const node_head *h) {
  return h[0].level == h[1].level && h[0].place % 2 == 0 && h[1].place == h[0].place + 1;
}

/* Put a node, whose factor has been written to the next free place, to the right. */
static PetscErrorCode push(tree *t, node_head head) {
  PetscFunctionBegin;
  t->head[t->depth++] = head;
  while (t->depth > 1 && are_partners(&t->head[t->depth - 2])) PetscCall(join_last(t));
  PetscCheck(t->depth < 2 * DEPTH, PETSC_COMM_SELF, PETSC_ERR_PLIB, "a tree out of order");
  PetscFunctionReturn(0);
}

/* The rows [from, from + count) of all columns as a leaf. */
static PetscErrorCode push_leaf(tree *t, const qv_panel_shape *shape, const double *x, int64_t from,
                                int64_t count) {
  const int64_t step = shape->unit ? shape->unit : INT64_MAX, row = shape->first + from;
  const int64_t per_unit = shape->unit ? (shape->unit + QV_TILE - 1) / QV_TILE : 0;
  const int64_t place    = row / step * per_unit + row % step / QV_TILE;
  const int     rows     = (int)(t->pairs ? count / 2 : count);
  double       *to       = t->scratch;

  PetscFunctionBegin;
  for (int j = 0; j < t->columns; j++)
    for (int64_t i = 0; i < count; i++) *to++ = x[j * shape->rows + from + i];
  PetscCall(qv_dense_triangle(rows, t->columns, t->pairs, t->scratch));
  const int left = PetscMin(rows, t->columns);
  PetscCall(PetscArraycpy(t->factor + (size_t)t->depth * t->room, t->scratch,
                          (size_t)(left * t->columns * (t->pairs ? 2 : 1))));
  PetscCall(push(t, (node_head){.level = 0, .place = place, .rows = left}));
  PetscFunctionReturn(0);
}

/* All ranks' nodes, from left to right, pushed to `all`. */
static PetscErrorCode gather(MPI_Comm comm, const tree *mine, tree *all) {
  const int slot = (int)(sizeof(node_head) + mine->room * sizeof(double));
  int       ranks, here = mine->depth * slot, *count, *place;
  char     *sent, *got;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  PetscCall(PetscMalloc2(ranks, &count, ranks + 1, &place));
  PetscCallMPI(MPI_Allgather(&here, 1, MPI_INT, count, 1, MPI_INT, comm));
  place[0] = 0;
  for (int r = 0; r < ranks; r++) place[r + 1] = place[r] + count[r];
  PetscCall(PetscCalloc2((size_t)here, &sent, (size_t)place[ranks], &got));
  for (int i = 0; i < mine->depth; i++) {
    char *to = sent + (size_t)i * (size_t)slot;
    PetscCall(PetscMemcpy(to, &mine->head[i], sizeof(node_head)));
    PetscCall(PetscMemcpy(to + sizeof(node_head), mine->factor + (size_t)i * mine->room,
                          mine->room * sizeof(double)));
  }
  PetscCallMPI(MPI_Allgatherv(sent, here, MPI_BYTE, got, count, place, MPI_BYTE, comm));
  for (int i = 0; i < place[ranks]; i += slot) {
    node_head head;
    PetscCall(PetscMemcpy(&head, got + i, sizeof head));
    PetscCall(PetscMemcpy(all->factor + (size_t)all->depth * all->room, got + i + sizeof head,
                          all->room * sizeof(double)));
    PetscCall(push(all, head));
  }
  PetscCall(PetscFree2(sent, got));
  PetscCall(PetscFree2(count, place));
  PetscFunctionReturn(0);
}

/* The root's factor as a full k x k triangle. */
static void unpack(const tree *t, double *r) {
  const size_t width = t->pairs ? 2 : 1, n = (size_t)t->columns;
  const size_t rows = t->depth ? (size_t)t->head[0].rows : 0;
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < n; i++)
      for (size_t w = 0; w < width; w++)
        r[width * (i + j * n) + w] = i < rows ? t->factor[width * (i + j * rows) + w] : 0;
}

PetscErrorCode qv_panel_triangle(Vec a, bool pairs, double *r) {
  qv_panel_shape shape;
  const double  *x;
  tree           mine, all;

  PetscFunctionBegin;
  PetscCall(qv_panel_shape_of(a, pairs, &shape));
  PetscCall(tree_create(shape.columns, pairs, &mine));
  PetscCall(tree_create(shape.columns, pairs, &all));
  PetscCall(VecGetArrayRead(a, &x));
  const int64_t step = shape.unit ? shape.unit : shape.rows;
  for (int64_t u = 0; u < shape.rows; u += step)
    for (int64_t i = 0; i < step; i += QV_TILE)
      PetscCall(push_leaf(&mine, &shape, x, u + i, PetscMin(step - i, QV_TILE)));
  PetscCall(VecRestoreArrayRead(a, &x));
  PetscCall(gather(shape.comm, &mine, &all));
  while (all.depth > 1) PetscCall(join_last(&all));
  unpack(&all, r);
  PetscCall(tree_destroy(&mine));
  PetscCall(tree_destroy(&all));
  PetscFunctionReturn(0);
}

/* --- QR --------------------------------------------------------------------------------------- */

/* Entry (i, j), real part. */
static double entry(int n, bool pairs, const double *a, int i, int j) {
  return a[(pairs ? 2 : 1) * ((size_t)i + (size_t)j * (size_t)n)];
}

/* Multiply entry (i, j) by row[i] column[j]. */
static void scale(int n, bool pairs, double *a, const double *row, const double *column) {
  const size_t width = pairs ? 2 : 1;
  for (int j = 0; j < n; j++)
    for (int i = 0; i < n; i++)
      for (size_t w = 0; w < width; w++)
        a[width * ((size_t)i + (size_t)j * (size_t)n) + w] *=
          (row ? row[i] : 1) * (column ? column[j] : 1);
}

/* R from the Gram matrix g (destroyed), columns scaled by powers of two to lengths near 1. *good is
 * false where the squared condition leaves too little of R. */
static PetscErrorCode by_cholesky(int n, bool pairs, double *g, bool *good) {
  const double least = 1e-5;
  double      *down, *up;
  int          done, power;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2((size_t)n, &down, (size_t)n, &up));
  *good = true;
  for (int j = 0; j < n; j++) {
    const double length = sqrt(entry(n, pairs, g, j, j));
    (void)frexp(length, &power);
    if (!(length > 0 && length < INFINITY)) *good = false;
    if (!*good) break;
    down[j] = ldexp(1, -power);
    up[j]   = ldexp(1, power);
  }
  if (*good) {
    scale(n, pairs, g, down, down);
    PetscCall(qv_dense_cholesky(n, pairs, g, &done));
    *good = done == n;
    for (int j = 0; j < done && *good; j++) *good = entry(n, pairs, g, j, j) > least;
    if (*good) scale(n, pairs, g, NULL, up);
  }
  PetscCall(PetscFree2(down, up));
  PetscFunctionReturn(0);
}

/* Columns of R whose own direction is more than rounding. */
static int independent(int n, bool pairs, const double *r) {
  const size_t width = pairs ? 2 : 1;
  int          rank  = 0;
  for (int j = 0; j < n; j++) {
    double square = 0;
    for (size_t i = 0; i < width * (size_t)(j + 1); i++) {
      const double x = r[width * (size_t)j * (size_t)n + i];
      square += x * x;
    }
    rank += entry(n, pairs, r, j, j) > 64 * n * PETSC_MACHINE_EPSILON * sqrt(square);
  }
  return rank;
}

/* a := a step^-1, r := step r. `scratch` is a third matrix. */
static PetscErrorCode apply(Vec a, int n, bool pairs, double *step, double *r, double *scratch) {
  const size_t entries = (size_t)n * (size_t)n * (pairs ? 2 : 1);

  PetscFunctionBegin;
  PetscCall(qv_dense_multiply(n, pairs, step, r, scratch));
  PetscCall(PetscArraycpy(r, scratch, entries));
  PetscCall(qv_dense_invert(n, pairs, step));
  PetscCall(qv_panel_multiply_upper(a, pairs, step));
  PetscFunctionReturn(0);
}

static double distance_from_one(int n, bool pairs, const double *g) {
  const size_t width = pairs ? 2 : 1;
  double       most  = 0;
  for (size_t i = 0; i < width * (size_t)n * (size_t)n; i++) {
    const bool diagonal = i % width == 0 && i / width % ((size_t)n + 1) == 0;
    most                = fmax(most, fabs(g[i] - diagonal));
  }
  return most;
}

/* Refine a, which is Q to some digits, until it is Q to rounding. */
static PetscErrorCode refine(Vec a, int n, bool pairs, double *r, double *step, double *scratch) {
  double gap  = 1;
  bool   good = false;

  PetscFunctionBegin;
  for (int pass = 0; pass < 5 && gap > 1e-2; pass++) {
    PetscCall(qv_panel_gram(a, a, pairs, step));
    gap = distance_from_one(n, pairs, step);
    PetscCall(by_cholesky(n, pairs, step, &good));
    if (!good) PetscCall(qv_panel_triangle(a, pairs, step));
    PetscCall(apply(a, n, pairs, step, r, scratch));
  }
  PetscCheck(gap <= 1e-2, PETSC_COMM_SELF, PETSC_ERR_PLIB, "columns stay %g away from orthogonal",
             gap);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_panel_qr(Vec a, bool pairs, double *r, int *rank) {
  double *step, *scratch;
  bool    good = false;
  int     n    = 0;

  PetscFunctionBegin;
  PetscCall(qv_panel_columns(a, &n));
  const size_t entries = (size_t)n * (size_t)n * (pairs ? 2 : 1);
  PetscCall(PetscMalloc2(entries, &step, entries, &scratch));
  PetscCall(qv_panel_gram(a, a, pairs, r));
  PetscCall(by_cholesky(n, pairs, r, &good));
  if (!good) PetscCall(qv_panel_triangle(a, pairs, r));
  *rank = independent(n, pairs, r);
  if (*rank == n) {
    PetscCall(PetscArraycpy(step, r, entries));
    PetscCall(qv_dense_invert(n, pairs, step));
    PetscCall(qv_panel_multiply_upper(a, pairs, step));
    PetscCall(refine(a, n, pairs, r, step, scratch));
  }
  PetscCall(PetscFree2(step, scratch));
  PetscFunctionReturn(0);
}
