/* SPDX-License-Identifier: GPL-3.0-or-later
 * Objectives by the deck's word: each is made from files. */
#pragma once
#include "optim/submodular/names.h"
#include "optim/submodular/objective.h"
#include "solvers/deck/key.h"
#include "solvers/parallel/diag.h"

/* The deck's keys below submodular.objective. */
typedef struct {
  int     name;
  qv_path data, weights, elements;
  int     format;
  int     reference;
} qv_objective_plan;

enum { QV_REFERENCE_ORIGIN, QV_REFERENCE_MEAN };

typedef struct {
  /* Read the files; equal on all ranks. Mistakes go to diag with file and line; then *f and *names
   * are NULL on all ranks. Collective. */
  PetscErrorCode (*make)(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                         qv_objective **f, qv_names **names);
} qv_maker;

extern const qv_choice       qv_maker_words[];
extern const qv_maker *const qv_makers[]; /* in the order of the words */
