/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/maker.h"

#include <stdio.h>

const qv_choice qv_maker_words[] = {
#define QV_OBJECTIVE(name, word, doc) {word, doc},
#include "optim/submodular/objectives.def"
#undef QV_OBJECTIVE
  {NULL, NULL}};

#define QV_OBJECTIVE(name, word, doc) extern const qv_maker qv_maker_##name;
#include "optim/submodular/objectives.def"
#undef QV_OBJECTIVE

const qv_maker *const qv_makers[] = {
#define QV_OBJECTIVE(name, word, doc) &qv_maker_##name,
#include "optim/submodular/objectives.def"
#undef QV_OBJECTIVE
  NULL};

/* A sum over ranks takes about as long as reading so many entries. A table of so many is no longer
 * held by every rank. */
static const double worth_a_sum = 4000, large = 1 << 24;

int64_t qv_maker_ranks(const qv_objective_plan *plan, int size, double table, double entries) {
  const bool worth = entries >= worth_a_sum || (plan->in_batches && !plan->by_guess);
  const bool rows  = table >= large || (worth && (table > 0 || !plan->by_guess));
  if (plan->ranks_per_group != QV_UNSET_INT) return PetscMin(size, plan->ranks_per_group);
  return rows ? size : 1;
}

PetscErrorCode qv_maker_split(MPI_Comm comm, const qv_objective_plan *plan, double table,
                              double entries, const qv_group **group) {
  int size;

  PetscFunctionBegin;
  *group = plan->group;
  PetscCallMPI(MPI_Comm_size(comm, &size));
  if (plan->group)
    PetscCall(qv_group_split(comm, qv_maker_ranks(plan, size, table, entries), plan->group));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maker_name(int32_t n, char *const *word, qv_names **names) {
  char    number[16];
  int32_t got;

  PetscFunctionBegin;
  PetscCall(qv_names_create(names));
  for (int32_t e = 0; e < n; e++) {
    snprintf(number, sizeof number, "%d", (int)e);
    PetscCall(qv_names_add(*names, word ? word[e] : number, &got));
  }
  PetscFunctionReturn(0);
}
