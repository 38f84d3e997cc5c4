/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/pen.h"

#include <math.h>

/* Begin a new leg at the last point seen. */
static PetscErrorCode keep_last(qv_pen *pen) {
  PetscFunctionBegin;
  PetscCall(qv_scene_point(pen->scene, pen->last[0], pen->last[1]));
  pen->anchor[0] = pen->last[0];
  pen->anchor[1] = pen->last[1];
  pen->has_last  = false;
  pen->reach     = 0;
  PetscFunctionReturn(0);
}

/* Narrow the wedge of directions by a point at (dx, dy) from the anchor. False: the point lies
 * outside, or the path turns back. */
static bool narrow(qv_pen *pen, double dx, double dy) {
  const double reach = hypot(dx, dy), tolerance = pen->tolerance;
  if (reach <= tolerance) {
    if (pen->reach > tolerance) return false;
    pen->reach = reach;
    return true;
  }
  const double half = asin(tolerance / reach);
  if (pen->reach <= tolerance) {
    pen->axis[0] = dx / reach;
    pen->axis[1] = dy / reach;
    pen->low     = -half;
    pen->high    = half;
  } else {
    const double angle =
      atan2(pen->axis[0] * dy - pen->axis[1] * dx, pen->axis[0] * dx + pen->axis[1] * dy);
    if (reach < pen->reach || angle < pen->low || angle > pen->high) return false;
    pen->low  = fmax(pen->low, angle - half);
    pen->high = fmin(pen->high, angle + half);
  }
  pen->reach = reach;
  return true;
}

PetscErrorCode qv_pen_to(qv_pen *pen, double x, double y) {
  PetscFunctionBegin;
  if (!pen->is_open) {
    pen->is_open = true;
    pen->first   = pen->scene->n_points;
    pen->last[0] = x;
    pen->last[1] = y;
    PetscCall(keep_last(pen));
    PetscFunctionReturn(0);
  }
  if (!narrow(pen, x - pen->anchor[0], y - pen->anchor[1])) {
    PetscCall(keep_last(pen));
    narrow(pen, x - pen->anchor[0], y - pen->anchor[1]);
  }
  pen->last[0]  = x;
  pen->last[1]  = y;
  pen->has_last = true;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_pen_lift(qv_pen *pen) {
  PetscFunctionBegin;
  if (!pen->is_open) PetscFunctionReturn(0);
  pen->is_open = false;
  if (pen->has_last) {
    PetscCall(keep_last(pen));
    PetscCall(qv_scene_point(pen->scene, NAN, NAN));
  } else { /* a lone point is no line */
    pen->scene->shape[pen->scene->n_shapes - 1].count -= pen->scene->n_points - pen->first;
    pen->scene->n_points = pen->first;
  }
  PetscFunctionReturn(0);
}
