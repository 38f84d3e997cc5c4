/* SPDX-License-Identifier: GPL-3.0-or-later
 * What MAML and its relative that adapts heads alone share. */
#pragma once
#include "optim/bilevel/method.h"

/* A step of (x, y) along -d(x, y) of f behind the adaptation, by one batch of episodes; the norm of
 * both is the direction's. Collective. */
PetscErrorCode qv_maml_iterate(qv_walk *walk);
