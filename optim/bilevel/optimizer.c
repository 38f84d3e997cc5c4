/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/optimizer.h"

#include <math.h>

#include "optim/bilevel/dense.h"

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

int64_t qv_optimizer_block(const qv_optimizer *o) {
  if (o->name != QV_OPTIMIZER_LION) return 1;
  if (o->k == QV_LION_NUCLEAR) return o->rows * o->columns;
  return o->k == QV_LION_GROUP ? o->group : 1;
}

static double slope_of(const qv_optimizer *o, double c) {
  if (o->k == QV_LION_HUBER) return fmax(-1, fmin(1, c / o->width));
  return (c > 0) - (c < 0);
}

PetscErrorCode qv_optimizer_slope(const qv_optimizer *o, int64_t n, double norm, double *c) {
  const int64_t block = o->k == QV_LION_BALL ? n : qv_optimizer_block(o);

  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i += block) {
    if (o->k == QV_LION_NUCLEAR) {
      PetscCall(qv_dense_polar(o->rows, o->columns, c + i));
    } else if (o->k == QV_LION_GROUP || o->k == QV_LION_BALL) {
      const double length = o->k == QV_LION_BALL ? norm : qv_dense_norm(block, c + i);
      for (int64_t j = i; j < i + block; j++) c[j] = length > 0 ? c[j] / length : 0;
    } else {
      c[i] = slope_of(o, c[i]);
    }
  }
  PetscFunctionReturn(0);
}

void qv_optimizer_move(const qv_optimizer *o, double size, int64_t n, const double *direction,
                       double *x) {
  const double lambda = o->name == QV_OPTIMIZER_LION ? 1 / o->bound : 0;
  for (int64_t i = 0; i < n; i++) x[i] += size * (direction[i] - lambda * x[i]);
}
