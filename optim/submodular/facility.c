/* SPDX-License-Identifier: GPL-3.0-or-later
 * A prefix keeps the best similarity of every client after each level, so that any earlier prefix
 * answers at once, and cutting levels costs nothing. All numbers are integers in doubles. */
#include "optim/submodular/facility.h"

#include <math.h>
#include <petscmat.h>
#include <string.h>

#include "optim/submodular/facility_kernel.h"
#include "solvers/parallel/layout.h"

typedef struct {
  Mat           matrix;  /* [client, element] in quanta, by columns */
  double       *array;   /* what it is made of */
  const double *column;  /* the same, read */
  PetscInt      n, lead; /* clients here; from one column to the next */
} facility;

typedef struct {
  qv_prefix base;
  int32_t   top, room;
  double  **best; /* [room] for each level [client]; made when a level is first reached */
} facility_prefix;

static const double *offers(const qv_objective *f, int32_t e) {
  const facility *d = f->data;
  return d->column + (int64_t)e * d->lead;
}

static PetscErrorCode prefix_create(const qv_objective *f, int32_t k, qv_prefix **prefix) {
  const facility  *d = f->data;
  facility_prefix *p;

  PetscFunctionBegin;
  PetscCall(PetscNew(&p));
  p->base.f = f;
  p->room   = k + 2;
  PetscCall(PetscCalloc1(p->room, &p->best));
  for (int32_t l = 0; l < p->room; l++)
    PetscCall(PetscMalloc1(d->n + 1, &p->best[l])); /* pages come when a level is reached */
  memset(p->best[0], 0, (size_t)d->n * sizeof **p->best);
  *prefix = &p->base;
  PetscFunctionReturn(0);
}

static PetscErrorCode prefix_destroy(qv_prefix **prefix) {
  facility_prefix *p = (facility_prefix *)*prefix;

  PetscFunctionBegin;
  for (int32_t l = 0; l < p->room; l++) PetscCall(PetscFree(p->best[l]));
  PetscCall(PetscFree(p->best));
  PetscCall(PetscFree(p));
  *prefix = NULL;
  PetscFunctionReturn(0);
}

static void gains(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *gain) {
  const facility_prefix *p    = (facility_prefix *)prefix;
  const facility        *d    = prefix->f->data;
  const double          *best = p->best[p->top];
  for (int32_t i = 0; i < n; i++) gain[i] = qv_facility_gain(d->n, offers(prefix->f, e[i]), best);
  prefix->touched += (int64_t)n * d->n;
}

static int32_t depth(qv_prefix *prefix, int32_t e, int32_t top, int64_t tau) {
  const facility_prefix *p     = (facility_prefix *)prefix;
  const facility        *d     = prefix->f->data;
  int32_t                lower = -1, upper = top;
  while (lower < upper) {
    const int32_t middle = lower + (upper - lower + 1) / 2;
    int64_t       gain   = qv_facility_gain(d->n, offers(prefix->f, e), p->best[middle]);
    qv_group_sum(prefix->f->group, 1, &gain);
    prefix->touched += d->n;
    if (gain >= tau)
      lower = middle;
    else
      upper = middle - 1;
  }
  return lower;
}

/* The searches of all elements side by side. */
static void depths(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t tau, int32_t *upper) {
  const facility_prefix *p = (facility_prefix *)prefix;
  const facility        *d = prefix->f->data;
  int32_t                lower[QV_DEPTHS], m;
  int64_t                gain[QV_DEPTHS];
  for (int32_t i = 0; i < n; i++) lower[i] = -1;
  do {
    m = 0;
    for (int32_t i = 0; i < n; i++)
      if (lower[i] < upper[i])
        gain[m++] = qv_facility_gain(d->n, offers(prefix->f, e[i]),
                                     p->best[lower[i] + (upper[i] - lower[i] + 1) / 2]);
    qv_group_sum(prefix->f->group, m, gain);
    prefix->touched += (int64_t)m * d->n;
    for (int32_t i = 0, j = 0; i < n; i++) {
      const int32_t middle = lower[i] + (upper[i] - lower[i] + 1) / 2;
      if (lower[i] >= upper[i]) continue;
      if (gain[j++] >= tau)
        lower[i] = middle;
      else
        upper[i] = middle - 1;
    }
  } while (m);
}

static void push(qv_prefix *prefix, int32_t e, int32_t level) {
  facility_prefix *p = (facility_prefix *)prefix;
  const facility  *d = prefix->f->data;
  for (int32_t l = p->top + 1; l < level; l++)
    memcpy(p->best[l], p->best[p->top], (size_t)d->n * sizeof **p->best);
  qv_facility_raise(d->n, offers(prefix->f, e), p->best[PetscMin(p->top, level)], p->best[level]);
  p->top = level;
}

static void retract(qv_prefix *prefix, int32_t level, int32_t n, const int32_t *e) {
  facility_prefix *p = (facility_prefix *)prefix;
  (void)n;
  (void)e;
  p->top = PetscMin(p->top, level);
}

static PetscErrorCode facility_destroy(void *data) {
  facility *d = data;

  PetscFunctionBegin;
  PetscCall(MatDenseRestoreArrayRead(d->matrix, &d->column));
  PetscCall(MatDestroy(&d->matrix));
  PetscCall(PetscFree(d->array));
  PetscCall(PetscFree(d));
  PetscFunctionReturn(0);
}

static const qv_objective_kind kind = {.prefix_create  = prefix_create,
                                       .prefix_destroy = prefix_destroy,
                                       .gains          = gains,
                                       .depth          = depth,
                                       .depths         = depths,
                                       .push           = push,
                                       .truncate       = retract,
                                       .destroy        = facility_destroy};

qv_clients qv_facility_clients(const qv_group *group, int32_t n_clients) {
  const int32_t first = (int32_t)qv_layout_first_unit(n_clients, group->rank, group->size);
  return (qv_clients){
    (int32_t)qv_layout_first_unit(n_clients, group->rank + 1, group->size) - first, first};
}

void qv_facility_turn(int64_t n, int32_t n_elements, const double *rows, int64_t lead, double *to) {
  enum { TILE = 16 }; /* by tiles, so that every line of the cache is used as a whole */
  for (int64_t x = 0; x < n; x += TILE)
    for (int64_t e = 0; e < n_elements; e += TILE)
      for (int64_t a = e; a < PetscMin(e + TILE, n_elements); a++)
        for (int64_t b = x; b < PetscMin(x + TILE, n); b++)
          to[a * lead + b] = rows[b * n_elements + a];
}

/* A matrix around the array, which is ours: PETSc would count its entries in 32 bits. */
static PetscErrorCode make_matrix(const qv_group *group, int32_t n_elements, int32_t n_clients,
                                  facility *d) {
  const MPI_Comm comm = group->size > 1 ? group->comm : PETSC_COMM_SELF;

  PetscFunctionBegin;
  PetscCall(MatCreateDense(comm, d->n, group->rank ? 0 : n_elements, n_clients, n_elements,
                           d->array, &d->matrix));
  PetscCall(MatDenseGetLDA(d->matrix, &d->lead));
  PetscCall(MatDenseGetArrayRead(d->matrix, &d->column));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_facility_create(const qv_group *group, int32_t n_elements, int32_t n_clients,
                                  double *similarity, qv_objective **f) {
  const qv_group *shared  = group ? group : &qv_group_alone;
  double          largest = 0;
  facility       *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  d->n            = qv_facility_clients(shared, n_clients).n;
  const int64_t n = (int64_t)n_elements * d->n;
  for (int64_t i = 0; i < n; i++) largest = fmax(largest, similarity[i]);
  PetscCall(qv_group_max(shared, largest, &largest));
  const double quantum = qv_objective_quantum_real(n_clients, largest);
  for (int64_t i = 0; i < n; i++) similarity[i] = round(similarity[i] / quantum);
  d->array = similarity;
  PetscCall(make_matrix(shared, n_elements, n_clients, d));
  PetscCall(qv_objective_create(group, &kind, n_elements, quantum, d, f));
  PetscFunctionReturn(0);
}
