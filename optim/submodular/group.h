/* SPDX-License-Identifier: GPL-3.0-or-later
 * Groups of ranks. The ranks of a group hold the rows of one objective between them and walk the
 * same guesses in step; different groups have different guesses. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

typedef struct {
  MPI_Comm comm;         /* MPI_COMM_NULL where the group is one rank */
  int      rank, size;   /* within the group */
  int      index, count; /* of the group among all */
} qv_group;

/* A rank that holds all rows and all guesses. */
extern const qv_group qv_group_alone;

/* Part the ranks into the fewest groups of at most `most` ranks, whose sizes differ by one at most.
 * Collective. */
PetscErrorCode qv_group_split(MPI_Comm comm, int64_t most, qv_group *group);
PetscErrorCode qv_group_free(qv_group *group);

/* Sums over the ranks of the group, in place; n < 2^31. Collective in the group. An error of MPI
 * ends the program, by the communicator's handler. */
void qv_group_join(const qv_group *group, int64_t n, int64_t *x);

static inline void qv_group_sum(const qv_group *group, int64_t n, int64_t *x) {
  if (group->size > 1) qv_group_join(group, n, x);
}

/* The largest of all. Collective in the group. */
PetscErrorCode qv_group_max(const qv_group *group, double mine, double *all);
