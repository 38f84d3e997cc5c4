/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one interface: a problem is one thing that a deck can ask for, as one constant table. */
#pragma once
#include "solvers/deck/deck.h"
#include "solvers/parallel/diag.h"
#include "solvers/store/field.h"
#include "solvers/store/record.h"

typedef struct qv_run qv_run;

/* What a step says of the run as a whole. Equal on all ranks. */
typedef enum {
  QV_GOING_ON,
  QV_REACHED,    /* done */
  QV_NOT_REACHED /* done, but the goal that the deck states was not reached: exit code 2 */
} qv_verdict;

/* What a run will need, for `check` and for the batch templates. */
typedef struct {
  double      memory;           /* bytes on the fullest rank */
  double      disk;             /* bytes of the output file */
  double      work;             /* units, 0 when it cannot be known */
  double      seconds_per_unit; /* on one core */
  const char *unit;             /* of work and of run.step: "force evaluations", "iterations" */
} qv_cost;

typedef struct {
  const char     *name;    /* as in the deck: "threebody.integrate" */
  const char     *summary; /* one line for `quadrivium list` */
  const qv_key   *keys;
  const qv_field *fields;
  size_t          params_size, state_size; /* both are handed over zeroed */

  /* Rules between keys; pure, no MPI. Mistakes go to diag with qv_deck_place. */
  PetscErrorCode (*check)(const void *params, const qv_deck *deck, qv_diag *diag);
  PetscErrorCode (*estimate)(const void *params, int size, qv_cost *cost);
  /* Read inputs, allocate, plan. A user's mistake in an input goes to qv_run_diag, equal on all
   * ranks, and setup returns 0 early. Collective, as all that follow. */
  PetscErrorCode (*setup)(qv_run *run, const void *params, void *state);
  PetscErrorCode (*begin)(qv_run *run, void *state); /* the state of step 0; skipped on resume */
  /* One unit of work: qv_run_quantum units of qv_cost.unit. */
  PetscErrorCode (*step)(qv_run *run, void *state, qv_verdict *verdict);
  /* Offer records: series after each step, arrays when qv_record_is_final. */
  PetscErrorCode (*observe)(const qv_run *run, void *state, qv_record *record);
  /* Optional: flatten live structures into the rows of `fields`, and rebuild them from there. */
  PetscErrorCode (*freeze)(qv_run *run, void *state);
  PetscErrorCode (*thaw)(qv_run *run, void *state);
  PetscErrorCode (*destroy)(void *state);
} qv_problem;
