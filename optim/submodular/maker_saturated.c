/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/amounts.h"
#include "optim/submodular/maker.h"

extern const qv_maker qv_maker_saturated;

const qv_choice qv_maker_phis[] = {{"sqrt", "the square root"},
                                   {"log1p", "ln(1 + m)"},
                                   {"min", "m itself, up to `cap`"},
                                   {NULL, NULL}};

static PetscErrorCode make(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                           qv_objective **f, qv_names **names) {
  const qv_amounts_plan how  = {(qv_amounts_format)plan->format, &plan->data, &plan->weights};
  qv_features_plan      what = {.phi = (qv_phi)plan->phi, .cap = plan->cap};
  qv_amounts            amounts;

  PetscFunctionBegin;
  *f = NULL;
  PetscCall(qv_amounts_read(comm, &how, diag, &amounts, names));
  if (!*names) PetscFunctionReturn(0);
  const double each = (double)amounts.sets.first[amounts.sets.n_sets] / amounts.sets.n_sets;
  PetscCall(qv_maker_split(comm, plan, 0, each, &what.group));
  PetscCall(qv_features_create(&what, &amounts, f));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_saturated = {make};
