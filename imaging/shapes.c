/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/shapes.h"

#include <math.h>
#include <string.h>

static const double pi = 3.141592653589793238;

void qv_shapes_add(qv_shapes *shapes, double weight, const double centre[2], const double axes[2],
                   double phi) {
  const double c = cos(phi), s = sin(phi);
  if (shapes->n == QV_SHAPES_PARTS) return;
  shapes->part[shapes->n++] =
    (qv_part){.weight = weight,
              .centre = {centre[0], centre[1]},
              .map    = {{c * axes[0], -s * axes[1]}, {s * axes[0], c * axes[1]}}};
}

void qv_shapes_move(qv_shapes *shapes, const double f[2][2]) {
  for (int p = 0; p < shapes->n; p++) {
    qv_part      *part = &shapes->part[p];
    const qv_part old  = *part;
    for (int i = 0; i < 2; i++) {
      part->centre[i] = f[i][0] * old.centre[0] + f[i][1] * old.centre[1];
      for (int j = 0; j < 2; j++)
        part->map[i][j] = f[i][0] * old.map[0][j] + f[i][1] * old.map[1][j];
    }
  }
}

static double determinant(const qv_part *p) {
  return p->map[0][0] * p->map[1][1] - p->map[0][1] * p->map[1][0];
}

static double cross(const double a[2], const double b[2]) {
  return a[0] * b[1] - a[1] * b[0];
}

/* Twice the area of the sector of the unit disc from the direction of a to that of b. */
static double sector(const double a[2], const double b[2]) {
  return atan2(cross(a, b), a[0] * b[0] + a[1] * b[1]);
}

/* Twice the signed area that the unit disc shares with the triangle (0, p, q). */
static double wedge(const double p[2], const double q[2]) {
  const double d[2] = {q[0] - p[0], q[1] - p[1]};
  const double a = d[0] * d[0] + d[1] * d[1], b = p[0] * d[0] + p[1] * d[1];
  const double c = p[0] * p[0] + p[1] * p[1] - 1, under = b * b - a * c;
  if (under <= 0) return sector(p, q);
  const double t1 = (-b - sqrt(under)) / a, t2 = (-b + sqrt(under)) / a;
  if (t1 >= 1 || t2 <= 0) return sector(p, q);
  const double from = t1 > 0 ? t1 : 0, to = t2 < 1 ? t2 : 1;
  const double in[2]  = {p[0] + from * d[0], p[1] + from * d[1]};
  const double out[2] = {p[0] + to * d[0], p[1] + to * d[1]};
  return (t1 > 0 ? sector(p, in) : 0) + cross(in, out) + (t2 < 1 ? sector(out, q) : 0);
}

/* Add an ellipse: a pixel is a parallelogram where the ellipse is the unit disc. */
static void add_ellipse(const qv_part *part, int n, double *image) {
  const double h = 2.0 / n, det = determinant(part);
  const double to[2][2] = {{part->map[1][1] / det, -part->map[0][1] / det},
                           {-part->map[1][0] / det, part->map[0][0] / det}};
  const double ex[2]    = {to[0][0] * h / 2, to[1][0] * h / 2};
  const double ey[2]    = {to[0][1] * h / 2, to[1][1] * h / 2};
  const double radius =
    fmax(hypot(ex[0] + ey[0], ex[1] + ey[1]), hypot(ex[0] - ey[0], ex[1] - ey[1]));
  const double area = fabs(4 * cross(ex, ey));
  for (int y = 0; y < n; y++)
    for (int x = 0; x < n; x++) {
      const double r[2] = {(x + 0.5) * h - 1 - part->centre[0],
                           (y + 0.5) * h - 1 - part->centre[1]};
      const double u[2] = {to[0][0] * r[0] + to[0][1] * r[1], to[1][0] * r[0] + to[1][1] * r[1]};
      const double distance = u[0] * u[0] + u[1] * u[1];
      if (distance >= (1 + radius) * (1 + radius)) continue;
      double share = 1;
      if (radius >= 1 || distance > (1 - radius) * (1 - radius)) {
        static const int corner[5][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}};
        double           twice        = 0, p[5][2];
        for (int k = 0; k < 5; k++)
          for (int i = 0; i < 2; i++) p[k][i] = u[i] + corner[k][0] * ex[i] + corner[k][1] * ey[i];
        for (int k = 0; k < 4; k++) twice += wedge(p[k], p[k + 1]);
        share = fmin(fmax(fabs(twice) / 2 / area, 0), 1);
      }
      image[(long)y * n + x] += part->weight * share;
    }
}

/* The mean of exp(-v^2 / 2), v = (x - centre) / sigma, over [x - w / 2, x + w / 2]. */
static double gaussian_mean(double x, double w, double centre, double sigma) {
  const double scale = sigma * sqrt(2.0), a = (x - w / 2 - centre) / scale,
               b = (x + w / 2 - centre) / scale;
  /* far out erf is 1 on both sides; erfc keeps the digits */
  const double part = a > 0 ? erfc(a) - erfc(b) : b < 0 ? erfc(-b) - erfc(-a) : erf(b) - erf(a);
  return sigma * sqrt(pi / 2) * part / w;
}

static void add_gaussian(const qv_part *part, int n, double *image) {
  const double h = 2.0 / n;
  for (int y = 0; y < n; y++) {
    const double across =
      gaussian_mean((y + 0.5) * h - 1, h, part->centre[1], fabs(part->map[1][1]));
    for (int x = 0; x < n; x++)
      image[(long)y * n + x] +=
        part->weight * across *
        gaussian_mean((x + 0.5) * h - 1, h, part->centre[0], fabs(part->map[0][0]));
  }
}

void qv_shapes_image(const qv_shapes *shapes, int n, double *image) {
  memset(image, 0, sizeof *image * (size_t)n * (size_t)n);
  for (int p = 0; p < shapes->n; p++)
    if (shapes->profile == QV_PROFILE_DISC)
      add_ellipse(&shapes->part[p], n, image);
    else
      add_gaussian(&shapes->part[p], n, image);
}

/* Half the shadow's width (or its standard deviation), and its centre in *middle. */
static double shadow(const qv_part *part, double angle, double *middle) {
  const double n[2] = {cos(angle), sin(angle)};
  *middle           = n[0] * part->centre[0] + n[1] * part->centre[1];
  return hypot(part->map[0][0] * n[0] + part->map[1][0] * n[1],
               part->map[0][1] * n[0] + part->map[1][1] * n[1]);
}

double qv_shapes_line(const qv_shapes *shapes, double angle, double s) {
  double sum = 0;
  for (int p = 0; p < shapes->n; p++) {
    const qv_part *part = &shapes->part[p];
    double         middle;
    const double   q = shadow(part, angle, &middle), u = (s - middle) / q;
    const double   scale = part->weight * fabs(determinant(part)) / q;
    if (shapes->profile == QV_PROFILE_DISC)
      sum += fabs(u) < 1 ? 2 * scale * sqrt(1 - u * u) : 0;
    else
      sum += scale * sqrt(2 * pi) * exp(-u * u / 2);
  }
  return sum;
}

/* The integral of 2 sqrt(1 - u^2) from 0 to u. */
static double cap(double u) {
  u = fmin(fmax(u, -1), 1);
  return u * sqrt((1 - u) * (1 + u)) + asin(u);
}

void qv_shapes_project(const qv_shapes *shapes, double angle, int n, const double *centre,
                       double width, double *samples) {
  memset(samples, 0, sizeof *samples * (size_t)n);
  for (int p = 0; p < shapes->n; p++) {
    const qv_part *part = &shapes->part[p];
    double         middle;
    const double   q = shadow(part, angle, &middle), det = fabs(determinant(part));
    for (int j = 0; j < n; j++) {
      const double u = (centre[j] - middle) / q, half = width / 2 / q;
      if (shapes->profile == QV_PROFILE_DISC)
        samples[j] += part->weight * det / width * (cap(u + half) - cap(u - half));
      else
        samples[j] += part->weight * det / q * sqrt(2 * pi) * gaussian_mean(u, 2 * half, 0, 1);
    }
  }
}

double qv_shapes_mass(const qv_shapes *shapes) {
  double sum = 0;
  for (int p = 0; p < shapes->n; p++)
    sum += shapes->part[p].weight * fabs(determinant(&shapes->part[p])) *
           (shapes->profile == QV_PROFILE_DISC ? pi : 2 * pi);
  return sum;
}
