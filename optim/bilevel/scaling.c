/* SPDX-License-Identifier: GPL-3.0-or-later
 * Shift and factor of features: of the unit of their numbers, or of mean 0 and variance 1. */
#include <math.h>

#include "optim/bilevel/split.h"
#include "solvers/parallel/agree.h"

PetscErrorCode qv_scaling_create(int64_t n, double factor, qv_scaling *f) {
  PetscFunctionBegin;
  *f = (qv_scaling){.n = n};
  PetscCall(PetscCalloc1((size_t)n, &f->shift));
  PetscCall(PetscMalloc1((size_t)n, &f->factor));
  PetscCall(PetscCalloc1((size_t)n, &f->mean));
  PetscCall(PetscCalloc1((size_t)n, &f->square));
  for (int64_t k = 0; k < n; k++) f->factor[k] = factor;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scaling_standardise(MPI_Comm comm, qv_scaling *f) {
  PetscFunctionBegin;
  for (int64_t k = 0; f->counted && k < f->n; k++) {
    const double deviation = sqrt(f->square[k] / (double)f->counted);
    const bool   constant  = !(deviation > 1e-12 * fabs(f->mean[k]));
    f->shift[k]            = f->mean[k];
    f->factor[k]           = constant ? 0 : 1 / deviation;
  }
  f->is_shifted = true;
  PetscCall(qv_agree_broadcast(comm, f->shift, f->n, sizeof *f->shift));
  PetscCall(qv_agree_broadcast(comm, f->factor, f->n, sizeof *f->factor));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scaling_destroy(qv_scaling *f) {
  PetscFunctionBegin;
  PetscCall(PetscFree(f->shift));
  PetscCall(PetscFree(f->factor));
  PetscCall(PetscFree(f->mean));
  PetscCall(PetscFree(f->square));
  PetscFunctionReturn(0);
}
