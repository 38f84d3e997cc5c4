/* SPDX-License-Identifier: GPL-3.0-or-later
 * The weight of a linear recurrence h_t = x h_{t-1} from h_0 = 1, of T steps, of which the last is
 * taken with a copy y of the weight that the lower level ties to it: g = (y - x)^2/2,
 * f = (x^{T-1} y - c)^2/2. Phi = (x^T - c)^2/2, whose gradient explodes; x* = c^{1/T}. */
#include <math.h>

#include "optim/bilevel/scalar.h"

static qv_scalar_point at(const qv_bilevel_params *params, double x, double y) {
  const double steps = (double)params->task.length, power = pow(x, steps - 1);
  const double gap = power * y - params->task.target;
  return (qv_scalar_point){.g    = 0.5 * (y - x) * (y - x),
                           .g_x  = x - y,
                           .g_y  = y - x,
                           .g_yy = 1,
                           .g_xy = -1,
                           .f    = 0.5 * gap * gap,
                           .f_x  = steps > 1 ? (steps - 1) * pow(x, steps - 2) * y * gap : 0,
                           .f_y  = power * gap};
}

static double lower(const qv_bilevel_params *params, double x) {
  (void)params;
  return x;
}

static double slope(const qv_bilevel_params *params, double x) {
  const double steps = (double)params->task.length;
  return steps * pow(x, steps - 1) * (pow(x, steps) - params->task.target);
}

QV_SCALAR_TASK(recurrence, at, lower, slope);
