/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/group.h"

const qv_group qv_group_alone = {MPI_COMM_NULL, 0, 1, 0, 1};

PetscErrorCode qv_group_split(MPI_Comm comm, int64_t most, qv_group *group) {
  int rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  *group             = qv_group_alone;
  const int64_t some = most < size ? most : size;
  group->count       = (int)((size + some - 1) / some);
  group->index       = (int)((int64_t)rank * group->count / size);
  if (group->count == size) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_split(comm, group->index, rank, &group->comm));
  PetscCallMPI(MPI_Comm_rank(group->comm, &group->rank));
  PetscCallMPI(MPI_Comm_size(group->comm, &group->size));
  if (group->size == 1) PetscCallMPI(MPI_Comm_free(&group->comm));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_group_free(qv_group *group) {
  PetscFunctionBegin;
  if (group->size > 1) PetscCallMPI(MPI_Comm_free(&group->comm));
  *group = qv_group_alone;
  PetscFunctionReturn(0);
}

void qv_group_join(const qv_group *group, int64_t n, int64_t *x) {
  if (n) MPI_Allreduce(MPI_IN_PLACE, x, (int)n, MPI_INT64_T, MPI_SUM, group->comm);
}

PetscErrorCode qv_group_max(const qv_group *group, double mine, double *all) {
  PetscFunctionBegin;
  *all = mine;
  if (group->size > 1)
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, all, 1, MPI_DOUBLE, MPI_MAX, group->comm));
  PetscFunctionReturn(0);
}
