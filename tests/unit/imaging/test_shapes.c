/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Closed forms of shapes against sums over fine grids, phantoms against numbers by hand, orders. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imaging/order.h"
#include "imaging/phantom.h"
#include "imaging/shapes.h"
#include "tests/support/qv_test.h"

static const double pi = 3.141592653589793238;

/* The value of shapes at a point, from its definition. */
static double value(const qv_shapes *shapes, double x, double y) {
  double sum = 0;
  for (int p = 0; p < shapes->n; p++) {
    const qv_part *q   = &shapes->part[p];
    const double   det = q->map[0][0] * q->map[1][1] - q->map[0][1] * q->map[1][0];
    const double   a = x - q->centre[0], b = y - q->centre[1];
    const double   u = (q->map[1][1] * a - q->map[0][1] * b) / det;
    const double   v = (q->map[0][0] * b - q->map[1][0] * a) / det;
    const double   r = u * u + v * v;
    sum += q->weight * (shapes->profile == QV_PROFILE_DISC ? r < 1 : exp(-r / 2));
  }
  return sum;
}

static void shapes_of(int name, double time, qv_shapes *shapes) {
  const qv_phantom phantom = {.name = name, .beats = 2, .latent = 9};
  qv_phantom_shapes(&phantom, time, shapes);
}

enum { N_PHANTOMS = 4 };

static PetscErrorCode images(void) {
  enum { N = 24, FINE = 64 };
  double image[N * N];
  for (int name = 0; name < N_PHANTOMS; name++) {
    qv_shapes shapes;
    double    worst = 0, sum = 0;
    shapes_of(name, 0.3, &shapes);
    qv_shapes_image(&shapes, N, image);
    for (int y = 0; y < N; y++)
      for (int x = 0; x < N; x++) {
        double mean = 0;
        for (int i = 0; i < FINE * FINE; i++)
          mean += value(&shapes, (x + (i % FINE + 0.5) / FINE) * 2 / N - 1,
                        (y + (i / FINE + 0.5) / FINE) * 2 / N - 1);
        mean /= FINE * FINE;
        worst = fmax(worst, fabs(mean - image[y * N + x]));
        sum += image[y * N + x] * 4 / (N * N);
      }
    printf("# phantom %d: within %.1e of means over 64 x 64 points\n", name, worst);
    EXPECT(worst < (shapes.profile == QV_PROFILE_DISC ? 4e-3 : 3e-5)); /* as the fine grid allows */
    EXPECT_REL(sum, qv_shapes_mass(&shapes), 1e-13);
  }
  return 0;
}

/* Ellipses that lie inside one pixel, cover all, touch corners, and reach over the edge. */
static PetscErrorCode pixels_of_any_ellipse(void) {
  enum { N = 4 };
  double    image[N * N];
  qv_shapes shapes = {0};
  qv_shapes_add(&shapes, 2, (double[]){0.26, 0.2}, (double[]){0.1, 0.05}, 1);
  qv_shapes_image(&shapes, N, image);
  EXPECT_REL(image[2 * N + 2], 2 * pi * 0.1 * 0.05 * 4, 1e-13);
  for (int i = 0; i < N * N; i++)
    if (i != 2 * N + 2) EXPECT(fabs(image[i]) < 1e-15);
  shapes.n = 0;
  qv_shapes_add(&shapes, 3, (double[]){0, 0}, (double[]){1.5, 1.6}, 0.4);
  qv_shapes_image(&shapes, N, image);
  for (int i = 0; i < N * N; i++) EXPECT_BITS(image[i], 3);
  shapes.n = 0;
  qv_shapes_add(&shapes, 1, (double[]){-1, -1}, (double[]){0.5, 0.5}, 0); /* a quarter in pixel 0 */
  qv_shapes_image(&shapes, N, image);
  EXPECT_REL(image[0], pi / 4, 1e-14);
  shapes.n = 0;
  qv_shapes_add(&shapes, 1, (double[]){0, 0}, (double[]){0.5, 0.5}, 0);
  qv_shapes_image(&shapes, N, image);
  EXPECT_REL(image[N + 1], pi / 4, 1e-14);
  EXPECT_REL(image[2 * N + 2], pi / 4, 1e-14);
  qv_shapes_image(&shapes, 1, image);
  EXPECT_REL(image[0], pi / 16, 1e-14);
  return 0;
}

static PetscErrorCode projections(void) {
  enum { BINS = 64, FINE = 4000 };
  double centre[BINS], g[BINS];
  for (int j = 0; j < BINS; j++) centre[j] = (j + 0.5) * 3 / BINS - 1.5;
  for (int name = 0; name < N_PHANTOMS; name++) {
    qv_shapes shapes;
    shapes_of(name, 0.7, &shapes);
    for (int k = 0; k < 5; k++) {
      const double angle = 0.9 * k - 1, c = cos(angle), s = sin(angle);
      double       mass = 0;
      qv_shapes_project(&shapes, angle, BINS, centre, 3.0 / BINS, g);
      for (int j = 0; j < BINS; j++) {
        double line = 0, bin = 0; /* midpoint rules */
        for (int i = 0; i < FINE; i++) {
          const double t = (i + 0.5) * 4 / FINE - 2;
          line += value(&shapes, centre[j] * c - t * s, centre[j] * s + t * c) * 4 / FINE;
        }
        for (int i = 0; i < 200; i++)
          bin +=
            qv_shapes_line(&shapes, angle, centre[j] + ((i + 0.5) / 200 - 0.5) * 3 / BINS) / 200;
        EXPECT(fabs(qv_shapes_line(&shapes, angle, centre[j]) - line) < 3e-3); /* jumps */
        EXPECT(fabs(g[j] - bin) < 2e-4);
        mass += g[j] * 3 / BINS;
      }
      EXPECT_REL(mass, qv_shapes_mass(&shapes), 1e-12);
    }
  }
  return 0;
}

static PetscErrorCode phantoms(void) {
  qv_shapes shapes;
  shapes_of(0, 0, &shapes); /* compress at rest: skull, skull and ring at their places */
  EXPECT_INT(shapes.n, 11);
  EXPECT_REL(value(&shapes, 0, 0.76), 0.8, 1e-15);
  EXPECT_REL(value(&shapes, -0.308, 0.338), 0.8 - 0.35 + 0.45, 1e-15);
  EXPECT_REL(value(&shapes, 0.1, -0.05), 0.8 - 0.35 + 0.4 - 0.3, 1e-15);
  EXPECT_REL(value(&shapes, -0.38, -0.12), 0.8 - 0.35 + 0.3, 1e-15); /* -.22 + .10 cos 0 */
  const double mass = qv_shapes_mass(&shapes);
  shapes_of(0, 1, &shapes);
  EXPECT_REL(qv_shapes_mass(&shapes), mass * 1.10 * 0.82, 1e-13); /* det F */
  shapes_of(1, 0, &shapes);
  EXPECT_INT(shapes.n, 10);
  EXPECT_REL(value(&shapes, 0, 0.9), 1, 1e-15);
  EXPECT_REL(value(&shapes, 0, 0.35), 1 - 0.8 + 0.1, 1e-14);
  EXPECT(fabs(value(&shapes, 0.22, 0)) < 1e-15); /* 1 - .8 - .2 */
  shapes_of(2, 0, &shapes);
  EXPECT_INT(shapes.n, 10);
  EXPECT_REL(value(&shapes, 0, -0.05), 0.8, 1e-15);               /* chest and blood */
  EXPECT_REL(value(&shapes, 0, 0.18), 0.9, 1e-15);                /* chest and muscle */
  EXPECT_REL(value(&shapes, 0.0764, -0.05 + 0.0764), 0.6, 1e-14); /* a papillary dot */
  EXPECT_REL(value(&shapes, -0.48, 0.05), 0.15, 1e-14);           /* a lung */
  shapes_of(2, 0.175 / 2, &shapes); /* end of systole in the first of two beats */
  const double high = 1 + 0.04 * sin(pi * 0.175);
  EXPECT_REL(value(&shapes, 0.18 * 0.65 + 0.001, -0.05 * high), 0.9, 1e-14);
  EXPECT_REL(value(&shapes, 0.28 * 0.92 + 0.001, -0.05 * high), 0.15,
             1e-14); /* out of the muscle, into a lung */
  return 0;
}

static double line(double t) {
  return 3 - 2 * t;
}

static double bump(double t) {
  return t * t;
}

static PetscErrorCode hermite(void) {
  for (int i = 0; i <= 20; i++) {
    EXPECT_REL(qv_phantom_hermite(5, line, i / 20.0), 3 - i / 10.0, 1e-15);
    EXPECT_REL(qv_phantom_hermite(2, line, i / 20.0), 3 - i / 10.0, 1e-15);
    /* averaged secants are the slopes of a parabola inside: exact there */
    if (i >= 5 && i <= 15) EXPECT_REL(qv_phantom_hermite(5, bump, i / 20.0), i * i / 400.0, 1e-14);
  }
  EXPECT_REL(qv_phantom_hermite(5, bump, 0.125),
             0.0234375 - 0.125 * 0.0625 / 2 + 0.0078125 - 0.0078125, 1);
  return 0;
}

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static PetscErrorCode orders(void) {
  static const int reversed[8] = {0, 4, 2, 6, 1, 5, 3, 7};
  double           angle[64], other[64];
  PetscCall(qv_order_angles(0, 0, 10, 10, angle));
  for (int i = 0; i < 10; i++) EXPECT_REL(angle[i], pi * i / 10, 1e-15);
  PetscCall(qv_order_angles(1, 0, 8, 8, angle));
  for (int i = 0; i < 8; i++) EXPECT_REL(angle[i], pi * reversed[i] / 8, 1e-15);
  PetscCall(qv_order_angles(1, 0, 24, 8, angle));
  for (int i = 0; i < 24; i++) EXPECT_REL(angle[i], pi * reversed[i % 8] / 8, 1e-15);
  PetscCall(qv_order_angles(2, 0, 64, 64, angle));
  EXPECT_REL(angle[1], 111.24611797498108 * pi / 180, 1e-14);
  for (int i = 0; i < 64; i++) {
    EXPECT(angle[i] >= 0 && angle[i] < pi);
    EXPECT(fabs(sin(angle[i] - i * angle[1])) < 1e-13);
  }
  PetscCall(qv_order_angles(3, 5, 64, 64, angle));
  PetscCall(qv_order_angles(3, 6, 64, 64, other));
  EXPECT(memcmp(angle, other, sizeof angle));
  PetscCall(qv_order_angles(3, 5, 64, 64, other));
  EXPECT(!memcmp(angle, other, sizeof angle));
  qsort(angle, 64, sizeof *angle, by_value);
  EXPECT_REL(angle[63], pi * 63 / 64, 1e-15);
  for (int i = 0; i < 64; i++) EXPECT_REL(angle[i], pi * i / 64, 1e-15);
  EXPECT(qv_order_allows(1, 64) && !qv_order_allows(1, 48) && qv_order_allows(2, 48));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"pixel means", images},
               {"pixels of any ellipse", pixels_of_any_ellipse},
               {"line integrals and bin means", projections}, {"phantoms", phantoms},
               {"Hermite interpolation", hermite}, {"orders of angles", orders});
}
