/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "optim/bilevel/dense.h"
#include "optim/bilevel/lower.h"

enum { MOST = 80 };

/* Against all vectors before, twice: rounding would bring spurious copies. */
static void orthogonalise(int64_t n, int k, const double *basis, double *v) {
  for (int pass = 0; pass < 2; pass++)
    for (int j = 0; j < k; j++) {
      const double part = qv_task_lower_dot(n, basis + j * n, v);
      for (int64_t i = 0; i < n; i++) v[i] -= part * basis[j * n + i];
    }
}

static PetscErrorCode extremes(int k, const double *diagonal, const double *beside, double *least,
                               double *largest) {
  double *matrix;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)(k * k), &matrix));
  for (int i = 0; i < k; i++) {
    matrix[i * k + i] = diagonal[i];
    if (i + 1 < k) matrix[i * k + i + 1] = matrix[(i + 1) * k + i] = beside[i];
  }
  PetscCall(qv_dense_extremes(k, matrix, least, largest));
  PetscCall(PetscFree(matrix));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_spectrum_estimate(qv_task *task, const double *x, const double *y,
                                    const double *from, double *least, double *largest) {
  const int64_t n    = task->n_lower;
  const int     most = (int)(n < MOST ? n : MOST);
  double       *basis, diagonal[MOST], beside[MOST];
  int           k = 0;

  PetscFunctionBegin;
  *least = *largest = 0;
  PetscCall(PetscMalloc1((size_t)(n * (most + 1)), &basis));
  memcpy(basis, from, (size_t)n * sizeof *basis);
  double norm = qv_task_lower_norm(n, basis);
  while (k < most && norm > 0) {
    double *v = basis + k * n, *w = v + n;
    for (int64_t i = 0; i < n; i++) v[i] /= norm;
    PetscCall(qv_task_evaluate(
      task, &(qv_oracle){.x = x, .y = y, .z = v, .lower = &qv_task_everything, .product = w}));
    diagonal[k]         = qv_task_lower_dot(n, v, w);
    const double before = qv_task_lower_norm(n, w);
    orthogonalise(n, k + 1, basis, w);
    norm        = qv_task_lower_norm(n, w);
    beside[k++] = norm;
    if (norm <= 1e-12 * before) break; /* the subspace is invariant */
  }
  if (k) PetscCall(extremes(k, diagonal, beside, least, largest));
  PetscCall(PetscFree(basis));
  PetscFunctionReturn(0);
}
