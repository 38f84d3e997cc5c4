/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facility location where every client knows only the elements most similar to it. */
#pragma once
#include "optim/submodular/objective.h"

/* The similarities >= 0 of one client, of all, to all elements, [n_elements]. */
typedef void (*qv_offer)(const void *context, int64_t client, double *similarity);

typedef struct {
  int32_t     n_elements, n_clients; /* clients of all ranks */
  qv_offer    offer;                 /* is asked for the rank's own: qv_facility_clients */
  const void *context;
} qv_offers;

/* Keep each client's `most` largest similarities that are not 0; of equal ones, those of the first
 * elements. Memory is clients times `most` entries, whatever the number of elements; with `most` >=
 * n_elements the objective has the values of the dense one, bit for bit. The group may be NULL:
 * every rank holds all. Collective in the group. */
PetscErrorCode qv_nearest_create(const qv_group *group, const qv_offers *offers, int64_t most,
                                 qv_objective **f);
