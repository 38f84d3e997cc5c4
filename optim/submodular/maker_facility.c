/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facility location from a table of similarities. */
#include "optim/submodular/facility.h"

#include <string.h>

#include "optim/submodular/grid.h"
#include "optim/submodular/maker.h"
#include "optim/submodular/nearest.h"

extern const qv_maker qv_maker_facility_location;

/* Numbers that cannot be similarities. */
static PetscErrorCode check_similarities(const qv_path *path, const qv_table *t, qv_diag *diag) {
  PetscFunctionBegin;
  for (int64_t i = 0; i < t->n_rows * t->n_columns && qv_diag_count(diag) < 20; i++)
    if (t->value[i] < 0)
      PetscCall(qv_diag_add(diag, QV_EXIT_DATA, qv_grid_place(path, t, i / t->n_columns),
                            "the similarity %g is negative (row %lld, column %lld, from 0)",
                            t->value[i], (long long)(i / t->n_columns),
                            (long long)(i % t->n_columns)));
  PetscFunctionReturn(0);
}

static void offer(const void *context, int64_t client, double *similarity) {
  const qv_table *t = context;
  memcpy(similarity, t->value + client * t->n_columns, (size_t)t->n_columns * sizeof *similarity);
}

static PetscErrorCode create_dense(const qv_table *t, qv_objective **f) {
  double *similarity;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(t->n_rows * t->n_columns, &similarity));
  for (int64_t x = 0; x < t->n_rows; x++)
    for (int64_t e = 0; e < t->n_columns; e++)
      similarity[e * t->n_rows + x] = t->value[x * t->n_columns + e];
  PetscCall(qv_facility_create(t->n_columns, (int32_t)t->n_rows, similarity, f));
  PetscFunctionReturn(0);
}

static PetscErrorCode make(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                           qv_objective **f, qv_names **names) {
  qv_table *t;

  PetscFunctionBegin;
  *f     = NULL;
  *names = NULL;
  PetscCall(qv_grid_read(comm, &plan->data, "/data", diag, &t));
  if (!t) PetscFunctionReturn(0);
  PetscCall(qv_maker_name(t->n_columns, t->name, names));
  PetscCall(check_similarities(&plan->data, t, diag));
  if (qv_diag_count(diag))
    PetscCall(qv_names_destroy(names));
  else if (plan->neighbours == QV_UNSET_INT)
    PetscCall(create_dense(t, f));
  else
    PetscCall(qv_nearest_create(t->n_columns, (int32_t)t->n_rows, plan->neighbours, offer, t, f));
  PetscCall(qv_table_destroy(&t));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_facility_location = {make};
