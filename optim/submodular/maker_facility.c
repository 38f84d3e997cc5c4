/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facility location from a table of similarities. */
#include "optim/submodular/facility.h"

#include <math.h>
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

/* A rank's rows of the table, as they are or by columns. */
typedef struct {
  int32_t    n_elements;
  qv_clients here;
  double    *similarity;
} block;

static void keep_rows(void *context, int64_t first, int64_t n, const double *rows) {
  const block *b = context;
  memcpy(b->similarity + (first - b->here.first) * b->n_elements, rows,
         (size_t)(n * b->n_elements) * sizeof *rows);
}

static void keep_columns(void *context, int64_t first, int64_t n, const double *rows) {
  const block *b  = context;
  double      *to = b->similarity + (first - b->here.first);
  for (int64_t e = 0; e < b->n_elements; e++)
    for (int64_t x = 0; x < n; x++) to[e * b->here.n + x] = rows[x * b->n_elements + e];
}

static void offer(const void *context, int64_t client, double *similarity) {
  const block *b = context;
  memcpy(similarity, b->similarity + (client - b->here.first) * b->n_elements,
         (size_t)b->n_elements * sizeof *similarity);
}

static PetscErrorCode create(MPI_Comm comm, const qv_objective_plan *plan, qv_table **t,
                             qv_objective **f) {
  const bool      dense     = plan->neighbours == QV_UNSET_INT;
  const int32_t   n_clients = (int32_t)(*t)->n_rows;
  block           b         = {.n_elements = (*t)->n_columns};
  const qv_offers offers    = {b.n_elements, n_clients, offer, &b};
  const qv_group *group;

  PetscFunctionBegin;
  const double known = dense ? b.n_elements : fmin(b.n_elements, (double)plan->neighbours);
  PetscCall(
    qv_maker_split(comm, plan, n_clients * known, n_clients * known / b.n_elements, &group));
  b.here = qv_facility_clients(group ? group : &qv_group_alone, n_clients);
  PetscCall(PetscMalloc1((int64_t)b.here.n * b.n_elements, &b.similarity));
  PetscCall(qv_grid_deal(comm, *t, b.here.first, b.here.n, dense ? keep_columns : keep_rows, &b));
  PetscCall(qv_table_destroy(t));
  if (dense) {
    PetscCall(qv_facility_create(group, b.n_elements, n_clients, b.similarity, f));
  } else {
    PetscCall(qv_nearest_create(group, &offers, plan->neighbours, f));
    PetscCall(PetscFree(b.similarity));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode make(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                           qv_objective **f, qv_names **names) {
  qv_table *t;

  PetscFunctionBegin;
  *f     = NULL;
  *names = NULL;
  PetscCall(qv_grid_read_first(comm, &plan->data, "/data", diag, &t));
  if (!t) PetscFunctionReturn(0);
  if (t->value) {
    PetscCall(qv_maker_name(t->n_columns, t->name, names));
    PetscCall(check_similarities(&plan->data, t, diag));
  } else {
    PetscCall(qv_names_create(names));
  }
  PetscCall(qv_diag_share(comm, diag));
  if (qv_diag_count(diag)) {
    PetscCall(qv_names_destroy(names));
  } else {
    PetscCall(qv_names_share(comm, *names));
    PetscCall(create(comm, plan, &t, f));
  }
  PetscCall(qv_table_destroy(&t));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_facility_location = {make};
