/* SPDX-License-Identifier: GPL-3.0-or-later
 * The live elements in the order in which they came, for rules that ask for it. */
#pragma once
#include "optim/submodular/words.h"

typedef struct {
  int32_t  first, last;   /* -1: nothing is live */
  int32_t *next, *before; /* [n] of live elements, -1 at the ends */
  int64_t *since;         /* [n] number of the update that inserted the element last */
} qv_arrivals;

PetscErrorCode qv_arrivals_create(int32_t n, qv_arrivals **arrivals);
PetscErrorCode qv_arrivals_destroy(qv_arrivals **arrivals);

/* e, which is not in the list, came with update number `update`, or goes. */
void qv_arrivals_add(qv_arrivals *arrivals, int32_t e, int64_t update);
void qv_arrivals_remove(qv_arrivals *arrivals, int32_t e);

/* The whole list as pairs (element, update), and back into an empty one. */
PetscErrorCode qv_arrivals_pack(const qv_arrivals *arrivals, qv_words *words);
void           qv_arrivals_unpack(qv_arrivals *arrivals, int64_t n, const int64_t *word);
