/* SPDX-License-Identifier: GPL-3.0-or-later
 * A few parts whose images and projections are known in closed form. A part is a profile
 * p of |u| at the points centre + map u: 1 for |u| < 1 (an ellipse), or exp(-|u|^2 / 2). Pure. */
#pragma once

enum { QV_SHAPES_PARTS = 16 };

typedef struct {
  double weight, centre[2]; /* x, y */
  double map[2][2];         /* x = centre[0] + map[0][0] u[0] + map[0][1] u[1] */
} qv_part;

typedef enum {
  QV_PROFILE_DISC,
  QV_PROFILE_GAUSSIAN /* diagonal maps only */
} qv_profile;

typedef struct {
  qv_profile profile;
  int        n;
  qv_part    part[QV_SHAPES_PARTS];
} qv_shapes;

/* Append an ellipse of semi-axes a, b, the first at the angle phi, counter-clockwise from +x. */
void qv_shapes_add(qv_shapes *shapes, double weight, const double centre[2], const double axes[2],
                   double phi);
/* Map all parts: centre -> F centre, map -> F map. */
void qv_shapes_move(qv_shapes *shapes, const double f[2][2]);

/* The mean over each of the n x n pixels of [-1, 1]^2: image [y, x]. */
void qv_shapes_image(const qv_shapes *shapes, int n, double *image);

/* The integral along x cos a + y sin a = s. */
double qv_shapes_line(const qv_shapes *shapes, double angle, double s);
/* Means of that over the bins, bin j being centre[j] -+ width / 2. */
void qv_shapes_project(const qv_shapes *shapes, double angle, int n, const double *centre,
                       double width, double *samples);
/* The integral over the plane. */
double qv_shapes_mass(const qv_shapes *shapes);
