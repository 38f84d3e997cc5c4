/* SPDX-License-Identifier: GPL-3.0-or-later
 * Exemplars of points. How much nearer than the reference an element is, as similarity, makes
 * exemplar clustering facility location. */
#include <math.h>

#include "optim/submodular/facility.h"
#include "optim/submodular/grid.h"
#include "optim/submodular/maker.h"
#include "optim/submodular/nearest.h"

extern const qv_maker qv_maker_exemplar;

const qv_choice qv_maker_references[] = {{"origin", "the point 0"},
                                         {"mean", "the mean of the data"},
                                         {"point", "the coordinates of `point`"},
                                         {NULL, NULL}};
enum { REFERENCE_ORIGIN, REFERENCE_MEAN, REFERENCE_POINT };

typedef struct {
  const qv_table *clients, *elements;
  double         *reference; /* where a client is served when nobody is chosen */
} places;

static double squared_distance(int d, const double *a, const double *b) {
  double sum = 0;
  for (int i = 0; i < d; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

static PetscErrorCode set_reference(const qv_objective_plan *plan, places *p) {
  const qv_table *t = p->clients;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(t->n_columns, &p->reference));
  if (plan->reference == REFERENCE_MEAN)
    for (int64_t x = 0; x < t->n_rows; x++)
      for (int i = 0; i < t->n_columns; i++)
        p->reference[i] += t->value[x * t->n_columns + i] / (double)t->n_rows;
  if (plan->reference == REFERENCE_POINT)
    for (int i = 0; i < t->n_columns; i++) p->reference[i] = plan->point.value[i];
  PetscFunctionReturn(0);
}

static void offer(const void *context, int64_t client, double *similarity) {
  const places *p   = context;
  const int     d   = p->clients->n_columns;
  const double *at  = p->clients->value + client * d;
  const double  far = squared_distance(d, at, p->reference);
  for (int64_t e = 0; e < p->elements->n_rows; e++) {
    const double near = squared_distance(d, at, p->elements->value + e * d);
    similarity[e]     = near < far ? far - near : 0;
  }
}

static PetscErrorCode create_dense(const qv_group *group, const places *p, qv_objective **f) {
  const int64_t    n = p->clients->n_rows, m = p->elements->n_rows;
  const qv_clients here = qv_facility_clients(group ? group : &qv_group_alone, (int32_t)n);
  double          *similarity, *rows;

  enum { SOME = 64 };

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(here.n * m, &similarity));
  PetscCall(PetscMalloc1(SOME * m, &rows));
  for (int64_t x = 0; x < here.n; x += SOME) {
    const int64_t some = PetscMin(SOME, here.n - x);
    for (int64_t y = 0; y < some; y++) offer(p, here.first + x + y, rows + y * m);
    qv_facility_turn(some, (int32_t)m, rows, here.n, similarity + x);
  }
  PetscCall(PetscFree(rows));
  PetscCall(qv_facility_create(group, (int32_t)m, (int32_t)n, similarity, f));
  PetscFunctionReturn(0);
}

static PetscErrorCode create(MPI_Comm comm, const qv_objective_plan *plan, places *p,
                             qv_objective **f) {
  const bool      dense = plan->neighbours == QV_UNSET_INT;
  const qv_group *group;
  const qv_offers offers = {(int32_t)p->elements->n_rows, (int32_t)p->clients->n_rows, offer, p};

  PetscFunctionBegin;
  PetscCall(set_reference(plan, p));
  const double n = offers.n_clients, m = offers.n_elements;
  const double known = dense ? m : fmin(m, (double)plan->neighbours);
  PetscCall(qv_maker_split(comm, plan, n * known, n * known / m, &group));
  if (dense)
    PetscCall(create_dense(group, p, f));
  else
    PetscCall(qv_nearest_create(group, &offers, plan->neighbours, f));
  PetscCall(PetscFree(p->reference));
  PetscFunctionReturn(0);
}

/* Points of different lengths. */
static PetscErrorCode check(const qv_objective_plan *plan, const qv_path *other,
                            const qv_table *clients, const qv_table *elements, qv_diag *diag) {
  PetscFunctionBegin;
  if (elements->n_columns != clients->n_columns)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = other->written},
                          "has points with %d coordinates, '%s' with %d", elements->n_columns,
                          plan->data.written, clients->n_columns));
  if (plan->reference == REFERENCE_POINT && plan->point.n != clients->n_columns)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, (qv_place){.file = plan->data.written},
                          "has points with %d coordinates, submodular.objective.point has %d",
                          clients->n_columns, plan->point.n));
  PetscFunctionReturn(0);
}

static PetscErrorCode make(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                           qv_objective **f, qv_names **names) {
  const qv_path *other = plan->elements.found ? &plan->elements : &plan->data;
  qv_table      *clients, *elements = NULL;

  PetscFunctionBegin;
  *f     = NULL;
  *names = NULL;
  PetscCall(qv_grid_read(comm, &plan->data, "/data", diag, &clients));
  if (clients)
    PetscCall(
      qv_grid_read(comm, other, plan->elements.found ? "/elements" : "/data", diag, &elements));
  if (elements) PetscCall(check(plan, other, clients, elements, diag));
  if (elements && !qv_diag_count(diag)) {
    places p = {clients, elements, NULL};
    PetscCall(create(comm, plan, &p, f));
    PetscCall(qv_maker_name((int32_t)elements->n_rows, NULL, names));
  }
  PetscCall(qv_table_destroy(&clients));
  PetscCall(qv_table_destroy(&elements));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_exemplar = {make};
