/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facility location where every client knows only the elements most similar to it. */
#pragma once
#include "optim/submodular/objective.h"

/* The similarities >= 0 of one client to all elements, [n_elements]. */
typedef void (*qv_offer)(const void *context, int64_t client, double *similarity);

/* Keep each client's `most` largest similarities that are not 0; of equal ones, those of the first
 * elements. Memory is n_clients most entries, whatever the number of elements; with `most` >=
 * n_elements the objective has the values of the dense one, bit for bit. Not collective. */
PetscErrorCode qv_nearest_create(int32_t n_elements, int32_t n_clients, int64_t most,
                                 qv_offer offer, const void *context, qv_objective **f);
