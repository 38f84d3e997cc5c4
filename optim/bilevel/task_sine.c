/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sines at both levels: g = y^2/2 - y sin x, f = sin y, held at -1 and 1 beyond a quarter of a
 * turn. y* = sin x, Phi = sin(sin x), least at x = -pi/2 + 2 pi k. */
#include <math.h>

#include "optim/bilevel/scalar.h"

static qv_scalar_point at(const qv_bilevel_params *params, double x, double y) {
  const double quarter = acos(0.0);
  const bool   inside  = fabs(y) < quarter;
  (void)params;
  return (qv_scalar_point){.g    = 0.5 * y * y - y * sin(x),
                           .g_x  = -y * cos(x),
                           .g_y  = y - sin(x),
                           .g_yy = 1,
                           .g_xy = -cos(x),
                           .f    = inside ? sin(y) : copysign(1, y),
                           .f_y  = inside ? cos(y) : 0};
}

static double lower(const qv_bilevel_params *params, double x) {
  (void)params;
  return sin(x);
}

static double slope(const qv_bilevel_params *params, double x) {
  (void)params;
  return cos(x) * cos(sin(x));
}

QV_SCALAR_TASK(sine, at, lower, slope);
