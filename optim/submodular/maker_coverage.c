/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/maker.h"
#include "optim/submodular/sets.h"

extern const qv_maker qv_maker_coverage;

static PetscErrorCode make(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                           qv_objective **f, qv_names **names) {
  const qv_sets_plan how = {(qv_sets_format)plan->format, &plan->data, &plan->weights};
  const qv_group    *group;
  qv_sets            sets;

  PetscFunctionBegin;
  *f = NULL;
  PetscCall(qv_sets_read(comm, &how, diag, &sets, names));
  if (!*names) PetscFunctionReturn(0);
  const double each = (double)sets.first[sets.n_sets] / sets.n_sets;
  PetscCall(qv_maker_split(comm, plan, 0, each, &group));
  PetscCall(qv_coverage_create(group, &sets, f));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_coverage = {make};
