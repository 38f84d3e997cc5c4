/* SPDX-License-Identifier: GPL-3.0-or-later
 * Normal noise on the oracles of tasks without data: a stochastic oracle with a known variance. */
#pragma once
#include "optim/bilevel/task.h"

typedef enum {
  QV_NOISE_GRADIENT,
  QV_NOISE_PRODUCT,
  QV_NOISE_CROSS,
  QV_NOISE_UPPER_X,
  QV_NOISE_UPPER_Y,
  QV_NOISE_LOWER_X
} qv_noise_kind;

/* v[i] += sigma times a standard normal of (batch, kind, i); nothing for a full batch. Pure. */
void qv_noise_add(const qv_batch *batch, qv_noise_kind kind, double sigma, int64_t n, double *v);

/* Noise on all that a request asked for: `sigma` on dg/dy, `others` on all else. Pure. */
void qv_noise_apart(const qv_task *task, const qv_oracle *oracle, double sigma, double others);
void qv_noise_on(const qv_task *task, const qv_oracle *oracle, double sigma);
