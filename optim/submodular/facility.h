/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facility location: f(S) = sum over clients of the largest similarity to an element of S. */
#pragma once
#include "optim/submodular/objective.h"

/* The clients that this rank of the group holds: n of them from `first` on. */
typedef struct {
  int32_t n, first;
} qv_clients;

qv_clients qv_facility_clients(const qv_group *group, int32_t n_clients);

/* Rows [n, n_elements] of clients to their places in columns [element, lead]. Pure. */
void qv_facility_turn(int64_t n, int32_t n_elements, const double *rows, int64_t lead, double *to);

/* similarity [element, client] >= 0 of this rank's clients, taken over; each is rounded to
 * qv_objective_quantum_real(clients, largest similarity). They become a dense PETSc matrix over the
 * group, its rows the clients. The group may be NULL: every rank holds all. Collective in the
 * group. */
PetscErrorCode qv_facility_create(const qv_group *group, int32_t n_elements, int32_t n_clients,
                                  double *similarity, qv_objective **f);
