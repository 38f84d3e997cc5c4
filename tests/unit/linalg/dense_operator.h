/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small dense operators for tests, with entries from a formula. Every rank forms whole rows in one
 * order, so that products have the same bits on any number of ranks. */
#pragma once
#include "solvers/linalg/operator.h"
#include "solvers/linalg/vec.h"
#include "solvers/parallel/random.h"

enum { DENSE_MOST = 15000 };

typedef struct {
  int       m, n; /* m n <= DENSE_MOST */
  qv_stream stream;
  double    decay; /* column j is scaled by decay^j */
  bool      wrong; /* the adjoint of another operator */
  int       calls;
  bool      known;
  double    entry[DENSE_MOST];
} dense_operator;

static inline double dense_compute(const dense_operator *d, int i, int j) {
  double scale = 1;
  for (int k = 0; k < j && d->decay != 1; k++) scale *= d->decay;
  return scale * qv_random_normal(d->stream, (uint64_t)i, (uint64_t)j);
}

/* From the formula once, then from memory: Philox and libm are slow in triple loops. */
static inline double dense_entry(const dense_operator *d, int i, int j) {
  dense_operator *known = (dense_operator *)(uintptr_t)d; /* fills its own memory */
  if (!d->known) {
    for (int k = 0; k < d->m * d->n; k++) known->entry[k] = dense_compute(d, k / d->n, k % d->n);
    known->known = true;
  }
  return d->entry[i * d->n + j];
}

/* All entries of v by global index, on every rank; the caller frees. */
static inline PetscErrorCode dense_gather(Vec v, double **all) {
  const double *mine;
  PetscInt      n;
  qv_space      space;
  PetscCall(qv_vec_space(v, &space));
  PetscCall(VecGetSize(v, &n));
  PetscCall(PetscCalloc1(n, all));
  PetscCall(VecGetArrayRead(v, &mine));
  for (int r = 0; r < qv_space_runs(&space); r++) {
    qv_space_run run;
    PetscCall(qv_vec_run(v, r, &run));
    for (int64_t i = 0; i < run.count; i++) (*all)[run.index + i] = mine[run.local + i];
  }
  PetscCall(VecRestoreArrayRead(v, &mine));
  PetscCallMPI(
    MPI_Allreduce(MPI_IN_PLACE, *all, n, MPI_DOUBLE, MPI_SUM, PetscObjectComm((PetscObject)v)));
  return 0;
}

static inline PetscErrorCode dense_times(dense_operator *d, bool transpose, Vec x, Vec y) {
  double  *all, *out;
  qv_space space;
  PetscCall(dense_gather(x, &all));
  PetscCall(qv_vec_space(y, &space));
  PetscCall(VecGetArrayWrite(y, &out));
  for (int r = 0; r < qv_space_runs(&space); r++) {
    qv_space_run run;
    PetscCall(qv_vec_run(y, r, &run));
    for (int64_t k = 0; k < run.count; k++) {
      const int i   = (int)(run.index + k);
      double    sum = 0;
      for (int j = 0; j < (transpose ? d->m : d->n); j++)
        sum += (transpose ? dense_entry(d, j, i) : dense_entry(d, i, j)) * all[j];
      out[run.local + k] = sum;
    }
  }
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(PetscFree(all));
  d->calls++;
  return 0;
}

static inline PetscErrorCode dense_forward(void *context, Vec x, Vec y) {
  return dense_times(context, false, x, y);
}

static inline PetscErrorCode dense_adjoint(void *context, Vec y, Vec x) {
  dense_operator *d = context;
  if (!d->wrong) return dense_times(d, true, y, x);
  dense_operator other = *d;
  other.stream         = qv_stream_named(1, "wrong");
  other.known          = false;
  return dense_times(&other, true, y, x);
}

static inline PetscErrorCode dense_create(MPI_Comm comm, dense_operator *d, Mat *a) {
  const qv_operator_calls calls  = {.forward = dense_forward, .adjoint = dense_adjoint};
  const qv_space          domain = qv_space_reals(d->n), range = qv_space_reals(d->m);
  PetscCall(qv_operator_create(comm, &domain, &range, &calls, d, a));
  return 0;
}
