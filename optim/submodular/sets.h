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

/* Rank 0: lines `item weight` into weight [items->n], which is 1 where none is given; unknown items
 * are passed over. Mistakes go to diag. Not collective. */
PetscErrorCode qv_sets_read_weights(const qv_path *path, qv_diag *diag, const qv_names *items,
                                    double *weight);

/* Rank 0's sets become everybody's, who hold none yet. Collective. */
PetscErrorCode qv_sets_share(MPI_Comm comm, int rank, qv_sets *sets);
