/* SPDX-License-Identifier: GPL-3.0-or-later
 * Paths with fewer points for the same picture. */
#pragma once
#include "solvers/figure/scene.h"

/* A path on its way into the last shape of a scene: a point is left out when the path stays within
 * `tolerance` pixels of all points. */
typedef struct {
  qv_scene *scene;
  double    tolerance;
  bool      is_open, has_last;
  int64_t   first;              /* where this part of the path begins in the scene */
  double    anchor[2], last[2]; /* the last point that was kept; the last one seen */
  double    reach;              /* distance between them */
  double    axis[2], low, high; /* allowed directions, as angles to `axis` */
} qv_pen;

PetscErrorCode qv_pen_to(qv_pen *pen, double x, double y);
/* End this part of the path; the next point begins another. */
PetscErrorCode qv_pen_lift(qv_pen *pen);
