/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facility location: f(S) = sum over clients of the largest similarity to an element of S. */
#pragma once
#include "optim/submodular/objective.h"

/* similarity [element, client] >= 0, taken over; each is rounded to the quantum of (clients,
 * largest similarity). */
PetscErrorCode qv_facility_create(int32_t n_elements, int32_t n_clients, double *similarity,
                                  qv_objective **f);
