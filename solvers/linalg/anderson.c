/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/linalg/anderson.h"

#include "solvers/linalg/dense.h"

#include <math.h>

/* Vectors, each of `parts`: last residual, last value, a spare; then differences of residuals and
 * of values, oldest first. */
enum { RESIDUAL, VALUE, SPARE, DIFFERENCES };

struct qv_anderson {
  qv_anderson_options options;
  qv_anderson_memory  memory;
  int                 parts, vectors;
  Vec                *vector;
};

static Vec *row(const qv_anderson *a, int k) {
  return &a->vector[k * a->parts];
}

static Vec *residual_difference(const qv_anderson *a, int k) {
  return row(a, DIFFERENCES + k);
}

static Vec *value_difference(const qv_anderson *a, int k) {
  return row(a, DIFFERENCES + a->options.depth + k);
}

PetscErrorCode qv_anderson_create(int parts, const Vec *like, const qv_anderson_options *options,
                                  qv_anderson **anderson) {
  qv_anderson *a;

  PetscFunctionBegin;
  PetscCheck(parts >= 1 && parts <= QV_ANDERSON_PARTS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "a point of %d vectors", parts);
  PetscCheck(options->depth >= 1 && options->depth <= QV_ANDERSON_DEPTH, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "a depth of 1 to %d, not %d", QV_ANDERSON_DEPTH,
             options->depth);
  PetscCall(PetscNew(anderson));
  a          = *anderson;
  a->options = *options;
  a->parts   = parts;
  a->vectors = (DIFFERENCES + 2 * options->depth) * parts;
  PetscCall(PetscCalloc1((size_t)a->vectors, &a->vector));
  for (int i = 0; i < a->vectors; i++) PetscCall(VecDuplicate(like[i % parts], &a->vector[i]));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_anderson_destroy(qv_anderson **anderson) {
  PetscFunctionBegin;
  if (!*anderson) PetscFunctionReturn(0);
  for (int i = 0; i < (*anderson)->vectors; i++) PetscCall(VecDestroy(&(*anderson)->vector[i]));
  PetscCall(PetscFree((*anderson)->vector));
  PetscCall(PetscFree(*anderson));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_anderson_reset(qv_anderson *anderson) {
  PetscFunctionBegin;
  anderson->memory = (qv_anderson_memory){0};
  PetscFunctionReturn(0);
}

PetscErrorCode qv_anderson_state(qv_anderson *anderson, int *vectors, Vec **vector,
                                 qv_anderson_memory **memory) {
  PetscFunctionBegin;
  *vectors = anderson->vectors;
  *vector  = anderson->vector;
  *memory  = &anderson->memory;
  PetscFunctionReturn(0);
}

static PetscErrorCode inner(const qv_anderson *a, const Vec *x, const Vec *y, double *sum) {
  double part;

  PetscFunctionBegin;
  *sum = 0;
  for (int p = 0; p < a->parts; p++) {
    PetscCall(VecDot(x[p], y[p], &part));
    *sum += part;
  }
  PetscFunctionReturn(0);
}

/* Make room for one more pair of differences: the oldest gives way, the others move up. */
static void make_room(qv_anderson *a) {
  const int depth = a->options.depth;
  if (a->memory.kept < depth) {
    a->memory.kept++;
    return;
  }
  for (int half = 0; half < 2; half++)
    for (int p = 0; p < a->parts; p++) {
      Vec      *v      = row(a, DIFFERENCES + half * depth) + p;
      const Vec oldest = v[0];
      for (int k = 0; k + 1 < depth; k++) v[k * a->parts] = v[(k + 1) * a->parts];
      v[(depth - 1) * a->parts] = oldest;
    }
}

/* Take in the residual in SPARE and its value g. */
static PetscErrorCode remember(qv_anderson *a, const Vec *g) {
  Vec *residual = row(a, RESIDUAL), *value = row(a, VALUE), *now = row(a, SPARE);

  PetscFunctionBegin;
  if (a->memory.any) {
    make_room(a);
    const int last = a->memory.kept - 1;
    for (int p = 0; p < a->parts; p++) {
      PetscCall(VecWAXPY(residual_difference(a, last)[p], -1, residual[p], now[p]));
      PetscCall(VecWAXPY(value_difference(a, last)[p], -1, value[p], g[p]));
    }
  }
  for (int p = 0; p < a->parts; p++) {
    PetscCall(VecCopy(now[p], residual[p]));
    PetscCall(VecCopy(g[p], value[p]));
  }
  a->memory.any = true;
  PetscFunctionReturn(0);
}

/* The factors gamma that make |residual - sum of gamma_k difference_k| least, by eigenvectors of
 * the regularised normal equations: their matrix may be singular. */
static PetscErrorCode factors(const qv_anderson *a, double gamma[QV_ANDERSON_DEPTH]) {
  const int n = a->memory.kept;
  double    gram[QV_ANDERSON_DEPTH * QV_ANDERSON_DEPTH], values[QV_ANDERSON_DEPTH];
  double    right[QV_ANDERSON_DEPTH], trace = 0;

  PetscFunctionBegin;
  for (int i = 0; i < n; i++) {
    PetscCall(inner(a, residual_difference(a, i), row(a, RESIDUAL), &right[i]));
    for (int j = i; j < n; j++) {
      PetscCall(inner(a, residual_difference(a, i), residual_difference(a, j), &gram[i + j * n]));
      gram[j + i * n] = gram[i + j * n];
    }
    trace += gram[i + i * n];
    gamma[i] = 0;
  }
  if (!(trace > 0 && trace < INFINITY)) PetscFunctionReturn(0);
  PetscCall(qv_dense_eigen(n, false, gram, values));
  for (int k = 0; k < n; k++) {
    double along = 0;
    for (int i = 0; i < n; i++) along += gram[i + k * n] * right[i];
    along /= fmax(values[k], 0) + a->options.regularisation * trace;
    for (int i = 0; i < n; i++) gamma[i] += along * gram[i + k * n];
  }
  PetscFunctionReturn(0);
}

/* w := g - sum of gamma_k (difference of values)_k */
static PetscErrorCode combine(const qv_anderson *a, const Vec *w, const Vec *g) {
  double gamma[QV_ANDERSON_DEPTH];

  PetscFunctionBegin;
  PetscCall(factors(a, gamma));
  for (int p = 0; p < a->parts; p++) {
    PetscCall(VecCopy(g[p], w[p]));
    for (int k = 0; k < a->memory.kept; k++)
      PetscCall(VecAXPY(w[p], -gamma[k], value_difference(a, k)[p]));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_anderson_step(qv_anderson *anderson, const Vec *w, const Vec *g,
                                double *residual) {
  qv_anderson_memory *m = &anderson->memory;
  double              square;

  PetscFunctionBegin;
  for (int p = 0; p < anderson->parts; p++)
    PetscCall(VecWAXPY(row(anderson, SPARE)[p], -1, w[p], g[p]));
  PetscCall(inner(anderson, row(anderson, SPARE), row(anderson, SPARE), &square));
  if (residual) *residual = sqrt(square);
  if (m->any && m->accelerated && !(sqrt(square) <= anderson->options.growth * m->residual)) {
    for (int p = 0; p < anderson->parts; p++) PetscCall(VecCopy(row(anderson, VALUE)[p], w[p]));
    PetscCall(qv_anderson_reset(anderson));
    PetscFunctionReturn(0);
  }
  PetscCall(remember(anderson, g));
  m->residual    = sqrt(square);
  m->accelerated = m->kept > 0;
  PetscCall(combine(anderson, w, g));
  PetscFunctionReturn(0);
}
