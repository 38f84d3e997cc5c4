/* SPDX-License-Identifier: GPL-3.0-or-later
 * Objectives by the deck's word: each is made from files. */
#pragma once
#include "optim/submodular/names.h"
#include "optim/submodular/objective.h"
#include "solvers/deck/key.h"
#include "solvers/parallel/diag.h"

/* The deck's keys below submodular.objective, and the deck's seed. */
typedef struct {
  int             name;
  qv_path         data, weights, elements;
  int             format;
  int             reference;
  qv_reals        point;
  int64_t         neighbours;
  int             kernel;
  double          alpha, sigma;
  int             phi;
  double          cap;
  qv_real_or_word chance;
  bool            directed;
  int64_t         samples;
  uint64_t        seed;
  int64_t         ranks_per_group;      /* QV_UNSET_INT: what suits the objective and the asking */
  bool            by_guess, in_batches; /* how the engine asks: for many guesses, much at a time */
  qv_group       *group;                /* the maker parts the ranks; NULL: every rank holds all */
} qv_objective_plan;

typedef struct {
  /* Read the files; equal on all ranks. Mistakes go to diag with file and line; then *f and *names
   * are NULL on all ranks. Collective. */
  PetscErrorCode (*make)(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                         qv_objective **f, qv_names **names);
} qv_maker;

extern const qv_choice       qv_maker_references[]; /* of exemplar */
extern const qv_choice       qv_maker_kernels[];    /* of log-det */
extern const qv_choice       qv_maker_phis[];       /* of saturated */
extern const qv_choice       qv_maker_chances[];    /* of influence */
extern const qv_choice       qv_maker_words[];
extern const qv_maker *const qv_makers[]; /* in the order of the words */

/* Ranks of a group for an objective of which a marginal reads `entries`, and that is a table of
 * `table` similarities, or none (0): as the deck says, or as qv_maker_split tells. Pure. */
int64_t qv_maker_ranks(const qv_objective_plan *plan, int size, double table, double entries);

/* Part the ranks into plan->group. Unless the deck says how: into one group where no guesses can be
 * shared, or a table of similarities with `table` entries in all is to be parted, and what a
 * marginal reads, in entries, is worth a sum over the ranks; or where the table is large. *group is
 * NULL where the plan has none. Collective. */
PetscErrorCode qv_maker_split(MPI_Comm comm, const qv_objective_plan *plan, double table,
                              double entries, const qv_group **group);

/* Ids of n elements: the words of a header, or, where `word` is NULL, numbers from 0. */
PetscErrorCode qv_maker_name(int32_t n, char *const *word, qv_names **names);
