/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/optimizer.h"

#include <math.h>

static const double adam_guard = 1e-8; /* as published */

int qv_optimizer_moments(int name) {
  if (name == QV_OPTIMIZER_MOMENTUM || name == QV_OPTIMIZER_LION) return 1;
  return name == QV_OPTIMIZER_ADAM ? 2 : 0;
}

static void aim_adam(const qv_optimizer *o, int64_t step, int64_t n, const double *g,
                     double *const moment[], double *direction) {
  const double first  = 1 - pow(o->beta1, (double)step); /* of moments that began at 0 */
  const double second = 1 - pow(o->beta2, (double)step);
  double      *m = moment[0], *v = moment[1];
  for (int64_t i = 0; i < n; i++) {
    m[i]         = o->beta1 * m[i] + (1 - o->beta1) * g[i];
    v[i]         = o->beta2 * v[i] + (1 - o->beta2) * g[i] * g[i];
    direction[i] = -(m[i] / first) / (sqrt(v[i] / second) + adam_guard);
  }
}

void qv_optimizer_aim(const qv_optimizer *o, int64_t step, int64_t n, const double *g,
                      double *const moment[QV_OPTIMIZER_MOMENTS], double *direction) {
  double *m = moment[0];
  switch (o->name) {
    case QV_OPTIMIZER_MOMENTUM:
      for (int64_t i = 0; i < n; i++) {
        m[i]         = o->beta1 * m[i] + (1 - o->beta1) * g[i];
        direction[i] = -m[i];
      }
      return;
    case QV_OPTIMIZER_ADAM:
      aim_adam(o, step, n, g, moment, direction);
      return;
    case QV_OPTIMIZER_LION:
      for (int64_t i = 0; i < n; i++) {
        direction[i] = o->beta1 * m[i] - (1 - o->beta1) * g[i];
        m[i]         = o->beta2 * m[i] - (1 - o->beta2) * g[i];
      }
      return;
    default:
      for (int64_t i = 0; i < n; i++) direction[i] = -g[i];
  }
}

void qv_optimizer_slope(const qv_optimizer *o, int64_t n, double norm, double *c) {
  for (int64_t i = 0; i < n; i++) {
    if (o->k == QV_LION_BALL)
      c[i] = norm > 0 ? c[i] / norm : 0;
    else if (o->k == QV_LION_HUBER)
      c[i] = fmax(-1, fmin(1, c[i] / o->width));
    else
      c[i] = (c[i] > 0) - (c[i] < 0);
  }
}

void qv_optimizer_move(const qv_optimizer *o, double size, int64_t n, const double *direction,
                       double *x) {
  const double lambda = o->name == QV_OPTIMIZER_LION ? 1 / o->bound : 0;
  for (int64_t i = 0; i < n; i++) x[i] += size * (direction[i] - lambda * x[i]);
}
