/* SPDX-License-Identifier: GPL-3.0-or-later
 * Data for sums over features: named elements and how much they have of each, from text or from a
 * table. */
#pragma once
#include "optim/submodular/features.h"
#include "optim/submodular/names.h"
#include "solvers/deck/key.h"
#include "solvers/parallel/diag.h"

typedef enum { QV_AMOUNTS_LISTS, QV_AMOUNTS_TABLE } qv_amounts_format;
extern const qv_choice qv_amounts_words[];

typedef struct {
  qv_amounts_format format;
  const qv_path    *data, *weights; /* weights->found may be NULL */
} qv_amounts_plan;

/* Equal on all ranks. Mistakes go to diag with file and line; then *names is NULL on all ranks.
 * Collective. */
PetscErrorCode qv_amounts_read(MPI_Comm comm, const qv_amounts_plan *plan, qv_diag *diag,
                               qv_amounts *amounts, qv_names **names);
