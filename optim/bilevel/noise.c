/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/noise.h"

void qv_noise_add(const qv_batch *batch, qv_noise_kind kind, double sigma, int64_t n, double *v) {
  if (!v || !batch || batch->size == 0 || sigma == 0) return;
  const uint64_t first = (uint64_t)kind << 40;
  for (int64_t i = 0; i < n; i++)
    v[i] += sigma * qv_random_normal(batch->stream, (uint64_t)batch->index, first + (uint64_t)i);
}

void qv_noise_apart(const qv_task *task, const qv_oracle *o, double sigma, double others) {
  qv_noise_add(o->lower, QV_NOISE_GRADIENT, sigma, task->n_lower, o->gradient);
  qv_noise_add(o->lower, QV_NOISE_LOWER_X, others, task->n_upper, o->lower_x);
  qv_noise_add(o->lower, QV_NOISE_PRODUCT, others, task->n_lower, o->product);
  qv_noise_add(o->lower, QV_NOISE_CROSS, others, task->n_upper, o->cross);
  qv_noise_add(o->upper, QV_NOISE_UPPER_X, others, task->n_upper, o->upper_x);
  qv_noise_add(o->upper, QV_NOISE_UPPER_Y, others, task->n_lower, o->upper_y);
  if (o->fold) qv_noise_add(o->upper, QV_NOISE_UPPER_Y, others, task->n_lower, o->product);
}

void qv_noise_on(const qv_task *task, const qv_oracle *o, double sigma) {
  qv_noise_apart(task, o, sigma, sigma);
}
