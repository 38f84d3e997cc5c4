/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/objective.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
  int64_t value;
  int32_t e;
} valued;

static int by_value(const void *a, const void *b) {
  const valued *p = a, *q = b;
  if (p->value != q->value) return p->value > q->value ? -1 : 1;
  return p->e < q->e ? -1 : 1;
}

/* f({e}) of all elements, and their order. */
static PetscErrorCode fill_singletons(qv_objective *f) {
  qv_prefix *empty;
  valued    *sorted;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(f->n, &sorted));
  PetscCall(f->kind->prefix_create(f, 1, &empty));
  for (int32_t e = 0; e < f->n; e++) f->order[e] = e;
  qv_objective_gains(empty, f->n, f->order, f->single);
  PetscCall(f->kind->prefix_destroy(&empty));
  for (int32_t e = 0; e < f->n; e++) sorted[e] = (valued){f->single[e], e};
  qsort(sorted, (size_t)f->n, sizeof *sorted, by_value);
  for (int32_t i = 0; i < f->n; i++) f->order[i] = sorted[i].e;
  PetscCall(PetscFree(sorted));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_objective_create(const qv_group *group, const qv_objective_kind *kind, int32_t n,
                                   double quantum, void *data, qv_objective **f) {
  PetscFunctionBegin;
  PetscCall(PetscNew(f));
  **f = (qv_objective){.kind    = kind,
                       .group   = group ? group : &qv_group_alone,
                       .n       = n,
                       .quantum = quantum,
                       .data    = data};
  PetscCall(PetscMalloc1(n, &(*f)->single));
  PetscCall(PetscMalloc1(n, &(*f)->order));
  PetscCall(fill_singletons(*f));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_objective_destroy(qv_objective **f) {
  PetscFunctionBegin;
  if (!*f) PetscFunctionReturn(0);
  PetscCall((*f)->kind->destroy((*f)->data));
  PetscCall(PetscFree((*f)->single));
  PetscCall(PetscFree((*f)->order));
  PetscCall(PetscFree(*f));
  PetscFunctionReturn(0);
}

double qv_objective_quantum(int64_t n, double largest) {
  const double bound = (double)n * largest;
  return bound > 0 ? ldexp(1, (int)fmax(ceil(log2(bound)) - 62, -1000)) : 1;
}

double qv_objective_quantum_real(int64_t n, double largest) {
  return qv_objective_quantum(PetscMax(n, 1 << 10), largest);
}

void qv_objective_chain(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *gain) {
  const qv_objective_kind *kind = prefix->f->kind;
  for (int32_t i = 0; i < n; i++) {
    kind->gains(prefix, 1, &e[i], &gain[i]);
    kind->push(prefix, e[i], 1);
  }
  qv_group_sum(prefix->f->group, n, gain);
}

int64_t qv_objective_value(qv_prefix *scratch, int32_t n, const int32_t *e) {
  const qv_objective_kind *kind  = scratch->f->kind;
  int64_t                  value = 0;
  for (int32_t i = 0; i < n; i++) {
    int64_t part;
    kind->gains(scratch, 1, &e[i], &part);
    value += part;
    kind->push(scratch, e[i], 1);
  }
  qv_group_sum(scratch->f->group, 1, &value);
  kind->truncate(scratch, 0, n, e);
  return value;
}
