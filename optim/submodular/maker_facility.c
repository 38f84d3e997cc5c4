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
typedef struct {
  const qv_grid *grid;
  qv_diag       *diag;
} checking;

static PetscErrorCode check_similarities(void *context, int64_t first, int64_t n,
                                         const double *rows) {
  const checking *c     = context;
  const int       width = c->grid->n_columns;
  const int64_t  *line  = c->grid->whole ? c->grid->whole->line : NULL;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n * width && qv_diag_count(c->diag) < 20; i++) {
    const int64_t row = first + i / width;
    if (!(rows[i] < 0)) continue;
    PetscCall(
      qv_diag_add(c->diag, QV_EXIT_DATA,
                  (qv_place){.file = c->grid->path->written, .line = line ? (int)line[row] : 0},
                  "the similarity %g is negative (row %lld, column %lld, from 0)", rows[i],
                  (long long)row, (long long)(i % width)));
  }
  PetscFunctionReturn(0);
}

/* A rank's rows of the table, as they are or by columns. */
typedef struct {
  int32_t    n_elements;
  qv_clients here;
  double    *similarity;
} block;

static PetscErrorCode keep_rows(void *context, int64_t first, int64_t n, const double *rows) {
  const block *b = context;

  PetscFunctionBegin;
  memcpy(b->similarity + (first - b->here.first) * b->n_elements, rows,
         (size_t)(n * b->n_elements) * sizeof *rows);
  PetscFunctionReturn(0);
}

static PetscErrorCode keep_columns(void *context, int64_t first, int64_t n, const double *rows) {
  const block *b = context;

  PetscFunctionBegin;
  qv_facility_turn(n, b->n_elements, rows, b->here.n, b->similarity + (first - b->here.first));
  PetscFunctionReturn(0);
}

static void offer(const void *context, int64_t client, double *similarity) {
  const block *b = context;
  memcpy(similarity, b->similarity + (client - b->here.first) * b->n_elements,
         (size_t)b->n_elements * sizeof *similarity);
}

static PetscErrorCode create(MPI_Comm comm, const qv_objective_plan *plan, qv_grid **t,
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
  PetscCall(qv_grid_close(t));
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
  qv_grid *t;
  int      rank;

  PetscFunctionBegin;
  *f     = NULL;
  *names = NULL;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(qv_grid_open(comm, &plan->data, "/data", diag, &t));
  if (!t) PetscFunctionReturn(0);
  if (rank == 0) {
    PetscCall(qv_maker_name(t->n_columns, t->whole ? t->whole->name : NULL, names));
    PetscCall(qv_grid_scan(t, diag, check_similarities, &(checking){t, diag}));
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
  PetscCall(qv_grid_close(&t));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_facility_location = {make};
