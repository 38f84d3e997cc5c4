/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/slots.h"

#include <string.h>

#include "solvers/parallel/layout.h"
#include "solvers/parallel/sum.h"

PetscErrorCode qv_slots_create(MPI_Comm comm, int64_t n, qv_slots **slots) {
  qv_slots *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  *slots  = s;
  s->comm = comm;
  s->n    = n;
  PetscCallMPI(MPI_Comm_rank(comm, &s->rank));
  PetscCallMPI(MPI_Comm_size(comm, &s->size));
  s->room = qv_tiles_of(s->rank + 1, s->size) - qv_tiles_of(s->rank, s->size);
  PetscCall(PetscMalloc1((size_t)(n * PetscMax(s->room, 1)), &s->part));
  qv_slots_clear(s);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_slots_destroy(qv_slots **slots) {
  PetscFunctionBegin;
  if (!*slots) PetscFunctionReturn(0);
  PetscCall(PetscFree((*slots)->part));
  PetscCall(PetscFree(*slots));
  PetscFunctionReturn(0);
}

int qv_slots_groups(int64_t n, int64_t unit) {
  const int64_t groups = (n + unit - 1) / unit;
  return (int)(groups < 1 ? 1 : groups > QV_TILES ? QV_TILES : groups);
}

qv_slots_group qv_slots_at(const qv_slots *s, int64_t n, int groups, int g, bool *mine) {
  const int slot = g * QV_TILES / groups;
  *mine = slot >= qv_tiles_of(s->rank, s->size) && slot < qv_tiles_of(s->rank + 1, s->size);
  return (qv_slots_group){slot, qv_layout_first_unit(n, g, groups),
                          qv_layout_first_unit(n, g + 1, groups)};
}

void qv_slots_clear(qv_slots *s) {
  s->used = 0;
  for (int k = 0; k < QV_TILES; k++) s->place[k] = -1;
}

double *qv_slots_part(qv_slots *s, int slot) {
  if (s->place[slot] < 0) {
    s->place[slot] = s->used++;
    memset(s->part + s->place[slot] * s->n, 0, (size_t)s->n * sizeof(double));
  }
  return s->part + s->place[slot] * s->n;
}

PetscErrorCode qv_slots_sum(qv_task *task, const qv_slots *s, double *result) {
  PetscFunctionBegin;
  PetscCall(qv_tiles_sum(task, s->n, s->used, s->part, result));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_slots_total(qv_task *task, const double value[QV_TILES], double *total) {
  qv_sum sum = {0};

  PetscFunctionBegin;
  for (int k = 0; k < QV_TILES; k++) qv_sum_add(&sum, value[k]);
  PetscCall(qv_sum_join(task->comm, 1, &sum));
  if (!task->uncounted) {
    task->count.reductions++;
    task->count.bytes += (int64_t)sizeof sum;
  }
  *total = qv_sum_round(&sum);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_slots_share(qv_task *task, int64_t n, double *value) {
  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i++) value[i] += 0.0; /* -0 to +0, as a sum makes it */
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, value, (int)n, MPI_DOUBLE, MPI_SUM, task->comm));
  if (!task->uncounted) {
    task->count.reductions++;
    task->count.bytes += n * (int64_t)sizeof(double);
  }
  PetscFunctionReturn(0);
}
