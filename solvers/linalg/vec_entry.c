/* SPDX-License-Identifier: GPL-3.0-or-later
 * What works entry by entry: updates without the BLAS, and random numbers by global index. */
#include "solvers/linalg/vec.h"
#include "solvers/linalg/vec_impl.h"
#include "solvers/linalg/vec_kernel.h"
#include "solvers/parallel/random.h"

#include <string.h>

/* PETSc's daxpy fuses products and sums except in its tail, which shows the cut. */
static PetscErrorCode axpy(Vec y, PetscScalar a, Vec x) {
  const double *from;
  double       *to;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &from));
  PetscCall(VecGetArray(y, &to));
  qv_vec_kernel_axpy(y->map->n, a, from, to);
  PetscCall(VecRestoreArray(y, &to));
  PetscCall(VecRestoreArrayRead(x, &from));
  PetscFunctionReturn(0);
}

/* y = a x + b y; a factor of 0 leaves no trace of what it multiplies. */
static PetscErrorCode axpby(Vec y, PetscScalar a, PetscScalar b, Vec x) {
  const double *from;
  double       *to;

  PetscFunctionBegin;
  if (a == 0) {
    PetscCall(VecScale(y, b));
    PetscFunctionReturn(0);
  }
  if (b == 0) {
    PetscCall(VecCopy(x, y));
    PetscCall(VecScale(y, a));
    PetscFunctionReturn(0);
  }
  PetscCall(VecGetArrayRead(x, &from));
  PetscCall(VecGetArray(y, &to));
  if (b == 1)
    qv_vec_kernel_axpy(y->map->n, a, from, to);
  else
    qv_vec_kernel_axpby(y->map->n, a, b, from, to);
  PetscCall(VecRestoreArray(y, &to));
  PetscCall(VecRestoreArrayRead(x, &from));
  PetscFunctionReturn(0);
}

typedef struct {
  qv_stream stream;
  bool      normal;
  double    low, high;
} filling;

static PetscErrorCode fill(Vec v, const filling *how) {
  double              *entry;
  const qv_vec_nature *nature;

  PetscFunctionBegin;
  PetscCall(qv_vec_nature_of(v, &nature));
  PetscCall(VecGetArrayWrite(v, &entry));
  for (int r = 0; r < qv_vec_nature_runs(nature); r++) {
    const qv_space_run run = qv_vec_nature_run(nature, v, r);
    for (int64_t i = 0; i < run.count; i++) {
      const uint64_t index = (uint64_t)(run.index + i);
      entry[run.local + i] =
        how->normal ? qv_random_normal(how->stream, index, 0)
                    : how->low + (how->high - how->low) * qv_random_uniform(how->stream, index, 0);
    }
  }
  PetscCall(VecRestoreArrayWrite(v, &entry));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_normal(Vec v, uint64_t seed, const char *name) {
  PetscFunctionBegin;
  PetscCall(fill(v, &(filling){.stream = qv_stream_named(seed, name), .normal = true}));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_vec_uniform(Vec v, uint64_t seed, const char *name, double low, double high) {
  PetscFunctionBegin;
  PetscCall(fill(v, &(filling){.stream = qv_stream_named(seed, name), .low = low, .high = high}));
  PetscFunctionReturn(0);
}

/* VecSetRandom: the generator's next number on rank 0 names the stream, so that every call gives
 * other numbers and any number of ranks the same. */
static PetscErrorCode setrandom(Vec v, PetscRandom random) {
  double   next, low, high;
  uint64_t seed;

  PetscFunctionBegin;
  PetscCall(PetscRandomGetValueReal(random, &next));
  PetscCall(PetscRandomGetInterval(random, &low, &high));
  PetscCallMPI(MPI_Bcast(&next, 1, MPI_DOUBLE, 0, PetscObjectComm((PetscObject)v)));
  memcpy(&seed, &next, sizeof seed);
  PetscCall(qv_vec_uniform(v, seed, "VecSetRandom", low, high));
  PetscFunctionReturn(0);
}

void qv_vec_entry_install(struct _VecOps *ops) {
  ops->axpy      = axpy;
  ops->axpby     = axpby;
  ops->setrandom = setrandom;
}
