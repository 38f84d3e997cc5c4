/* SPDX-License-Identifier: GPL-3.0-or-later
 * Data for coverage: named elements and the items that they cover, from text. */
#pragma once
#include "optim/submodular/coverage.h"
#include "optim/submodular/names.h"
#include "solvers/deck/key.h"
#include "solvers/parallel/diag.h"

typedef enum { QV_SETS_EDGES, QV_SETS_LISTS } qv_sets_format;
extern const qv_choice qv_sets_words[];

typedef struct {
  qv_sets_format format;
  const qv_path *data, *weights; /* weights->found may be NULL */
} qv_sets_plan;

/* Read by rank 0, equal on all ranks. Mistakes go to diag with file and line; then *names is NULL
 * on all ranks. Collective. */
PetscErrorCode qv_sets_read(MPI_Comm comm, const qv_sets_plan *plan, qv_diag *diag, qv_sets *sets,
                            qv_names **names);
