/* SPDX-License-Identifier: GPL-3.0-or-later
 * What SOBA and its relative with momentum share. */
#pragma once
#include "optim/bilevel/method.h"

/* The three directions at the same (x, y, z), from one lower and one upper batch read once, then
 * the steps of y and z; `direction` is the upper one. Collective. */
PetscErrorCode qv_soba_directions(qv_walk *walk, double *direction);
