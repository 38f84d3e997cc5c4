/* SPDX-License-Identifier: GPL-3.0-or-later
 * Orders in which angles are measured. */
#pragma once
#include <petscsys.h>

#include "solvers/deck/key.h"

extern const qv_choice qv_order_words[];

/* Does the order go with p projections? Pure. */
bool qv_order_allows(int order, int64_t p);
bool qv_order_is_random(int order);

/* angle[i] in [0, pi), i < n, of n projections in blocks of `period` (which divides n), each block
 * the same; `random` draws from the stream `angles` of the seed. */
PetscErrorCode qv_order_angles(int order, uint64_t seed, int64_t n, int64_t period, double *angle);
