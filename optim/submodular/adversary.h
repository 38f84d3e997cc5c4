/* SPDX-License-Identifier: GPL-3.0-or-later
 * An adversary who looks: the next update, made from the answer of the engine. What the engines
 * promise of their values holds against it, what they promise of their cost does not. */
#pragma once
#include "optim/submodular/engine.h"

/* Ops of a stream that are decided when their turn comes. */
enum { QV_OP_HIT = INT32_MIN, QV_OP_RENEW = INT32_MAX };

/* An element of the summary, at random; any live element when it is empty; -1: nothing is live.
 * Pure: a function of the arguments. */
int32_t qv_adversary_hit(const qv_ground *ground, int32_t n, const qv_summary *summary,
                         qv_dice *dice);

/* An element that is not live, at random; -1: there is none. */
int32_t qv_adversary_renew(const qv_ground *ground, int32_t n, qv_dice *dice);
