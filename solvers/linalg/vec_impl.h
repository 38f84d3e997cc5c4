/* SPDX-License-Identifier: GPL-3.0-or-later
 * Private to the files vec*.c: what a vector of type `qv` carries, and its operations. */
#pragma once
#include "solvers/linalg/space.h"

#include <petsc/private/vecimpl.h>

/* What a vector in tile mode carries. Duplicates share it, so it never changes. */
typedef struct {
  qv_space space;
  int64_t *counter; /* or NULL */
} qv_vec_nature;

/* NULL for a vector in exact mode. */
PetscErrorCode qv_vec_nature_of(Vec v, const qv_vec_nature **nature);

/* The runs of a vector: those of its space, or one. */
int          qv_vec_nature_runs(const qv_vec_nature *nature);
qv_space_run qv_vec_nature_run(const qv_vec_nature *nature, Vec v, int run);

/* Reductions (vec_reduce.c) and what works entry by entry (vec_entry.c). */
void qv_vec_reduce_install(struct _VecOps *ops);
void qv_vec_entry_install(struct _VecOps *ops);
