/* SPDX-License-Identifier: GPL-3.0-or-later
 * Groups and matrices of upper variables, which lion-k takes together. */
#pragma once
#include "optim/bilevel/params.h"
#include "solvers/parallel/diag.h"

/* Are n upper variables a whole number of the optimizer's blocks? If not, a mistake of the deck at
 * `place`. */
PetscErrorCode qv_blocks_check(const qv_bilevel_params *params, int64_t n, qv_place place,
                               qv_diag *diag);
/* The same of variables that the data count: the place is their file. */
PetscErrorCode qv_blocks_check_data(const qv_bilevel_params *params, int64_t n, qv_diag *diag);
