/* SPDX-License-Identifier: GPL-3.0-or-later
 * One Hermite step of many systems, a system to a lane, in coordinates relative to body 0. */
#pragma once
#include "solvers/nbody/hermite4.h"

/* What a step changes. Vectors are [body 1, body 2][axis], closing is [pair 0-1, 0-2, 1-2]. */
typedef struct {
  double r[2][3][QV_HERMITE4_LANES], v[2][3][QV_HERMITE4_LANES];
  double a[2][3][QV_HERMITE4_LANES], j[2][3][QV_HERMITE4_LANES]; /* at the last evaluation */
  double closing[3][QV_HERMITE4_LANES];                          /* r.v of each pair there */
  double scale[QV_HERMITE4_LANES]; /* t_c there; 0: the next step has length 0 */
  double t[QV_HERMITE4_LANES];
} qv_hermite4_block;

/* What it is told. */
typedef struct {
  double mass[3][QV_HERMITE4_LANES];
  double mu[QV_HERMITE4_LANES];    /* a step is mu t_c long; 0: the lane stands still */
  double end[QV_HERMITE4_LANES];   /* met exactly, never passed */
  double look[QV_HERMITE4_LANES];  /* a step to this time or beyond is an event */
  double reach[QV_HERMITE4_LANES]; /* so is a pericentre with r^2 below this where the step ends */
} qv_hermite4_orders;

/* Bits of an event. */
enum { QV_HERMITE4_LOOK = 1, QV_HERMITE4_PERICENTRE = 2, QV_HERMITE4_OVERFLOW = 4 };

/* With no more systems than this, a narrow kernel does as well and is faster. */
enum { QV_HERMITE4_FEW = 8 };

/* Advance the first QV_HERMITE4_FEW lanes, or all QV_HERMITE4_LANES if `lanes` is more than that,
 * by one step, with one evaluation. Bits of the numbers depend neither on the lane nor on the
 * instruction set. */
void qv_hermite4_kernel(int lanes, const qv_hermite4_orders *restrict orders,
                        const qv_hermite4_block *restrict from, qv_hermite4_block *restrict to,
                        int64_t event[restrict QV_HERMITE4_LANES]);
