/* SPDX-License-Identifier: GPL-3.0-or-later
 * A lower level that is not quadratic: g = y^2/2 + y^4/12 - x y, so y* + y*^3/3 = x, and
 * f = x^4/4 + atan y. grad Phi = x^3 + 1/(1 + y*^2)^2. */
#include <math.h>

#include "optim/bilevel/scalar.h"

static qv_scalar_point at(const qv_bilevel_params *params, double x, double y) {
  (void)params;
  return (qv_scalar_point){.g    = 0.5 * y * y + y * y * y * y / 12 - x * y,
                           .g_x  = -y,
                           .g_y  = y + y * y * y / 3 - x,
                           .g_yy = 1 + y * y,
                           .g_xy = -1,
                           .f    = 0.25 * x * x * x * x + atan(y),
                           .f_x  = x * x * x,
                           .f_y  = 1 / (1 + y * y)};
}

/* the only real root of y^3 + 3 y - 3 x */
static double lower(const qv_bilevel_params *params, double x) {
  (void)params;
  return 2 * sinh(asinh(1.5 * x) / 3);
}

static double slope(const qv_bilevel_params *params, double x) {
  const double y = lower(params, x), curvature = 1 + y * y;
  return x * x * x + 1 / (curvature * curvature);
}

QV_SCALAR_TASK(quartic, at, lower, slope);
