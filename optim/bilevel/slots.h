/* SPDX-License-Identifier: GPL-3.0-or-later
 * A batch of anything, computed in groups: group g of G works in slot g QV_TILES / G, and slots
 * belong to ranks as tiles do. Unlike tiles, groups cut the batch itself, so a small one makes few
 * and long groups. How a batch is cut depends on its size alone: sums over slots do not show the
 * number of ranks. */
#pragma once
#include "optim/bilevel/tiles.h"

/* Items first … end - 1 of a batch belong to this slot; count is 0 where it has nothing to do. */
typedef struct {
  int     slot;
  int64_t first, end;
} qv_slots_group;

typedef struct {
  MPI_Comm comm;
  int      rank, size;
  int64_t  n;               /* entries of a part */
  double  *part;            /* [used, n] */
  int      used, room;      /* parts that have been asked for; that there may be */
  int      place[QV_TILES]; /* of the slot's part; -1: none yet */
} qv_slots;

PetscErrorCode qv_slots_create(MPI_Comm comm, int64_t n, qv_slots **slots);
PetscErrorCode qv_slots_destroy(qv_slots **slots);

/* How many groups `n` items make that should have about `unit` each, at most QV_TILES. Pure. */
int qv_slots_groups(int64_t n, int64_t unit);
/* Group g, of `groups` that `n` items make; *mine: does its slot belong to this rank? Pure. */
qv_slots_group qv_slots_at(const qv_slots *slots, int64_t n, int groups, int g, bool *mine);

/* No slot has a part any more. */
void qv_slots_clear(qv_slots *slots);
/* The part of a slot of this rank, zero at first. */
double *qv_slots_part(qv_slots *slots, int slot);
/* result[i] := sum of all parts of all ranks. Collective. */
PetscErrorCode qv_slots_sum(qv_task *task, const qv_slots *slots, double *result);
/* The sum of value[slot] over the slots of all ranks. Collective. */
PetscErrorCode qv_slots_total(qv_task *task, const double value[QV_TILES], double *total);
/* Entries that one rank alone has set, the others zero, to all ranks. Collective. */
PetscErrorCode qv_slots_share(qv_task *task, int64_t n, double *value);
