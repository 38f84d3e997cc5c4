/* SPDX-License-Identifier: GPL-3.0-or-later
 * Objectives from tables of numbers: similarities as they are, or from distances of points. */
#include <stdio.h>

#include "optim/submodular/facility.h"
#include "optim/submodular/maker.h"
#include "solvers/store/table.h"

extern const qv_maker qv_maker_facility_location, qv_maker_exemplar;

/* Ids: the words of a header, or numbers from 0. */
static PetscErrorCode name_elements(int32_t n, char *const *word, qv_names **names) {
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

/* A header with the same word twice, and numbers that cannot be similarities. */
static PetscErrorCode check_similarities(const qv_path *path, const qv_table *t,
                                         const qv_names *names, qv_diag *diag) {
  PetscFunctionBegin;
  if (names->n < t->n_columns)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = path->written, .line = 1},
                          "the header names an element twice"));
  for (int64_t i = 0; i < t->n_rows * t->n_columns && qv_diag_count(diag) < 20; i++)
    if (t->value[i] < 0)
      PetscCall(
        qv_diag_add(diag, QV_EXIT_DATA,
                    (qv_place){.file = path->written, .line = (int)t->line[i / t->n_columns]},
                    "the similarity %g is negative", t->value[i]));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_facility(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                                    qv_objective **f, qv_names **names) {
  qv_table *t;
  double   *similarity;

  PetscFunctionBegin;
  *f     = NULL;
  *names = NULL;
  PetscCall(qv_table_read(comm, plan->data.found, plan->data.written, diag, &t));
  if (!t) PetscFunctionReturn(0);
  PetscCall(name_elements(t->n_columns, t->name, names));
  PetscCall(check_similarities(&plan->data, t, *names, diag));
  if (qv_diag_count(diag)) {
    PetscCall(qv_names_destroy(names));
  } else {
    PetscCall(PetscMalloc1(t->n_rows * t->n_columns, &similarity));
    for (int64_t x = 0; x < t->n_rows; x++)
      for (int64_t e = 0; e < t->n_columns; e++)
        similarity[e * t->n_rows + x] = t->value[x * t->n_columns + e];
    PetscCall(qv_facility_create(t->n_columns, (int32_t)t->n_rows, similarity, f));
  }
  PetscCall(qv_table_destroy(&t));
  PetscFunctionReturn(0);
}

static double squared_distance(int d, const double *a, const double *b) {
  double sum = 0;
  for (int i = 0; i < d; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

/* Where a client is served when nobody is chosen. */
static PetscErrorCode reference_of(const qv_objective_plan *plan, const qv_table *t,
                                   double **point) {
  PetscFunctionBegin;
  PetscCall(PetscCalloc1(t->n_columns, point));
  if (plan->reference == QV_REFERENCE_MEAN)
    for (int64_t x = 0; x < t->n_rows; x++)
      for (int i = 0; i < t->n_columns; i++)
        (*point)[i] += t->value[x * t->n_columns + i] / (double)t->n_rows;
  PetscFunctionReturn(0);
}

/* How much nearer than the reference an element is: with that as similarity, exemplar clustering is
 * facility location. */
static PetscErrorCode similarities(const qv_objective_plan *plan, const qv_table *clients,
                                   const qv_table *elements, double **similarity) {
  const int     d = clients->n_columns;
  const int64_t n = clients->n_rows;
  double       *reference;

  PetscFunctionBegin;
  PetscCall(reference_of(plan, clients, &reference));
  PetscCall(PetscMalloc1(n * elements->n_rows, similarity));
  for (int64_t e = 0; e < elements->n_rows; e++)
    for (int64_t x = 0; x < n; x++) {
      const double *at         = clients->value + x * d;
      const double  near       = squared_distance(d, at, elements->value + e * d);
      const double  far        = squared_distance(d, at, reference);
      (*similarity)[e * n + x] = near < far ? far - near : 0;
    }
  PetscCall(PetscFree(reference));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_exemplar(MPI_Comm comm, const qv_objective_plan *plan, qv_diag *diag,
                                    qv_objective **f, qv_names **names) {
  const qv_path *other = plan->elements.found ? &plan->elements : &plan->data;
  qv_table      *clients, *elements = NULL;
  double        *similarity;

  PetscFunctionBegin;
  *f     = NULL;
  *names = NULL;
  PetscCall(qv_table_read(comm, plan->data.found, plan->data.written, diag, &clients));
  if (clients) PetscCall(qv_table_read(comm, other->found, other->written, diag, &elements));
  if (elements && elements->n_columns != clients->n_columns)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = other->written},
                          "has points with %d coordinates, '%s' with %d", elements->n_columns,
                          plan->data.written, clients->n_columns));
  if (elements && !qv_diag_count(diag)) {
    PetscCall(similarities(plan, clients, elements, &similarity));
    PetscCall(
      qv_facility_create((int32_t)elements->n_rows, (int32_t)clients->n_rows, similarity, f));
    PetscCall(name_elements((int32_t)elements->n_rows, NULL, names));
  }
  if (clients) PetscCall(qv_table_destroy(&clients));
  if (elements) PetscCall(qv_table_destroy(&elements));
  PetscFunctionReturn(0);
}

const qv_maker qv_maker_facility_location = {make_facility};
const qv_maker qv_maker_exemplar          = {make_exemplar};
