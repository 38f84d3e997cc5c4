/* SPDX-License-Identifier: GPL-3.0-or-later
 * A prefix keeps the best similarity of every client after each level, so that any earlier prefix
 * answers at once, and cutting levels costs nothing. */
#include "optim/submodular/facility.h"

#include <math.h>
#include <string.h>

#include "optim/submodular/facility_kernel.h"

typedef struct {
  int32_t  n_clients;
  int64_t *similarity; /* [element, client] in quanta */
} facility;

typedef struct {
  qv_prefix base;
  int32_t   top, room;
  int64_t **best; /* [room] for each level [client]; made when a level is first reached */
} facility_prefix;

static const int64_t *row(const qv_objective *f, int32_t e) {
  const facility *d = f->data;
  return d->similarity + (int64_t)e * d->n_clients;
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
    PetscCall(PetscMalloc1(d->n_clients, &p->best[l])); /* pages come when a level is reached */
  memset(p->best[0], 0, (size_t)d->n_clients * sizeof **p->best);
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
  const int64_t         *best = p->best[p->top];
  for (int32_t i = 0; i < n; i++)
    gain[i] = qv_facility_gain(d->n_clients, row(prefix->f, e[i]), best);
  prefix->touched += (int64_t)n * d->n_clients;
}

static int32_t depth(qv_prefix *prefix, int32_t e, int32_t top, int64_t tau) {
  const facility_prefix *p     = (facility_prefix *)prefix;
  const facility        *d     = prefix->f->data;
  int32_t                lower = -1, upper = top;
  while (lower < upper) {
    const int32_t middle = lower + (upper - lower + 1) / 2;
    prefix->touched += d->n_clients;
    if (qv_facility_gain(d->n_clients, row(prefix->f, e), p->best[middle]) >= tau)
      lower = middle;
    else
      upper = middle - 1;
  }
  return lower;
}

static void push(qv_prefix *prefix, int32_t e, int32_t level) {
  facility_prefix *p = (facility_prefix *)prefix;
  const facility  *d = prefix->f->data;
  for (int32_t l = p->top + 1; l < level; l++)
    memcpy(p->best[l], p->best[p->top], (size_t)d->n_clients * sizeof **p->best);
  qv_facility_raise(d->n_clients, row(prefix->f, e), p->best[PetscMin(p->top, level)],
                    p->best[level]);
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
  PetscCall(PetscFree(d->similarity));
  PetscCall(PetscFree(d));
  PetscFunctionReturn(0);
}

static const qv_objective_kind kind = {.prefix_create  = prefix_create,
                                       .prefix_destroy = prefix_destroy,
                                       .gains          = gains,
                                       .depth          = depth,
                                       .push           = push,
                                       .truncate       = retract,
                                       .destroy        = facility_destroy};

PetscErrorCode qv_facility_create(int32_t n_elements, int32_t n_clients, double *similarity,
                                  qv_objective **f) {
  const int64_t n       = (int64_t)n_elements * n_clients;
  double        largest = 0;
  facility     *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  d->n_clients = n_clients;
  for (int64_t i = 0; i < n; i++) largest = fmax(largest, similarity[i]);
  const double quantum = qv_objective_quantum(n_clients, largest);
  PetscCall(PetscMalloc1(n, &d->similarity));
  for (int64_t i = 0; i < n; i++) d->similarity[i] = llround(similarity[i] / quantum);
  PetscCall(PetscFree(similarity));
  PetscCall(qv_objective_create(&kind, n_elements, quantum, d, f));
  PetscFunctionReturn(0);
}
