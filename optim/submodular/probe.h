/* SPDX-License-Identifier: GPL-3.0-or-later
 * A greedy choice made now and then: what is left of it bounds the optimum from below. */
#pragma once
#include "optim/submodular/greedy.h"

typedef struct {
  qv_greedy *greedy;
  qv_summary chosen; /* its value: the sum of the gains of its live elements, <= f of them */
  int64_t   *gain;   /* [k] of the elements when they were chosen, 0 once deleted */
} qv_probe;

PetscErrorCode qv_probe_create(const qv_objective *f, const qv_ground *ground, int32_t k,
                               qv_probe **probe);
PetscErrorCode qv_probe_destroy(qv_probe **probe);

/* Choose anew; `scratch` is an empty prefix. Returns the marginals that were asked for. */
int64_t qv_probe_renew(qv_probe *probe, qv_prefix *scratch);

/* An element is deleted: what the others added to those before them they still add to fewer. */
void qv_probe_shrink(qv_probe *probe, int32_t e);

PetscErrorCode qv_probe_pack(const qv_probe *probe, qv_words *words);
void           qv_probe_unpack(qv_probe *probe, int64_t n, const int64_t *word);
