/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/phantom.h"

#include <math.h>
#include <string.h>

static const double two_pi = 6.283185307179586477;

typedef struct {
  double weight, centre[2], axes[2], phi;
} ellipse;

static void add(qv_shapes *shapes, int n, const ellipse *list) {
  for (int i = 0; i < n; i++)
    qv_shapes_add(shapes, list[i].weight, list[i].centre, list[i].axes, list[i].phi);
}

#define COUNT(list) ((int)(sizeof list / sizeof *list))

// clang-format off
static void shapes_shepp_logan(const qv_phantom *phantom, double time, qv_shapes *shapes) {
  static const double  degree = 0.017453292519943295769;
  static const ellipse list[] = { /* modified: Toft's weights */
    { 1.0, { 0.00,  0.0000}, {0.6900, 0.920}, 0},
    {-0.8, { 0.00, -0.0184}, {0.6624, 0.874}, 0},
    {-0.2, { 0.22,  0.0000}, {0.1100, 0.310}, -18 * degree},
    {-0.2, {-0.22,  0.0000}, {0.1600, 0.410}, 18 * degree},
    { 0.1, { 0.00,  0.3500}, {0.2100, 0.250}, 0},
    { 0.1, { 0.00,  0.1000}, {0.0460, 0.046}, 0},
    { 0.1, { 0.00, -0.1000}, {0.0460, 0.046}, 0},
    { 0.1, {-0.08, -0.6050}, {0.0460, 0.023}, 0},
    { 0.1, { 0.00, -0.6060}, {0.0230, 0.023}, 0},
    { 0.1, { 0.06, -0.6050}, {0.0230, 0.046}, 0}};
  const double swing = sin(two_pi * time), angle = 10 * degree * swing;
  const double wide = 1 + 0.05 * swing, tall = 1 - 0.05 * swing;
  const double f[2][2] = {{cos(angle) * wide, -sin(angle) * tall}, {sin(angle) * wide, cos(angle) * tall}};
  (void)phantom;
  add(shapes, COUNT(list), list);
  qv_shapes_move(shapes, f);
}

static void shapes_compress(const qv_phantom *phantom, double time, qv_shapes *shapes) {
  const double  s = sin(two_pi * time), c = cos(two_pi * time), r = 1 + 0.22 * s;
  const ellipse list[] = {
    { 0.80, { 0.00,  0.00}, {0.72, 0.80}, 0},
    {-0.35, { 0.00,  0.02}, {0.62, 0.70}, 0},
    { 0.45, {-0.25,  0.20}, {0.16, 0.26}, 0.4},
    { 0.35, { 0.28,  0.18}, {0.14, 0.22}, -0.5},
    { 0.25, { 0.00, -0.35}, {0.30, 0.12}, 0.1},
    { 0.40, { 0.10, -0.05}, {0.17 * r, 0.15 * r}, 0.3},
    {-0.30, { 0.10, -0.05}, {0.10 * r * r, 0.09 * r * r}, 0.3},
    { 0.30, { 0.38 + 0.08 * s, -0.28}, {0.05, 0.05}, 0},
    { 0.30, {-0.38, -0.22 + 0.10 * c}, {0.06, 0.04}, 0.7},
    {-0.20, {-0.25, 0.22 + 0.05 * sin(2 * two_pi * time)}, {0.05, 0.06}, 0},
    {0.25 * (0.5 + 0.5 * s), {0.05, 0.48}, {0.08, 0.05}, 0.2}};
  const double f[2][2] = {{1 + 0.10 * time, 0.06 * s}, {0, 1 - 0.18 * time}};
  (void)phantom;
  add(shapes, COUNT(list), list);
  qv_shapes_move(shapes, f);
}

static void shapes_cardiac(const qv_phantom *phantom, double time, qv_shapes *shapes) {
  static const double systole = 0.35; /* of a beat */
  const double  phase = fmod((double)phantom->beats * time, 1);
  const double  s = phase < systole ? 0.5 - 0.5 * cos(two_pi * phase / systole) : 0;
  const double  outer = 0.28 * (1 - 0.08 * s), inner = 0.18 * (1 - 0.35 * s), d = 0.6 * inner * sqrt(0.5);
  const ellipse list[] = {
    { 0.50, { 0.00,  0.00}, {0.90, 0.65}, 0},
    {-0.35, {-0.48,  0.05}, {0.26, 0.40}, 0},
    {-0.35, { 0.48,  0.05}, {0.26, 0.40}, 0},
    { 0.40, { 0.00, -0.05}, {outer, outer}, 0}, /* the annulus: a disc, and one less */
    {-0.40, { 0.00, -0.05}, {inner, inner}, 0},
    { 0.30, { 0.00, -0.05}, {inner, inner}, 0},
    {-0.20, { d, -0.05 + d}, {0.02, 0.02}, 0},
    {-0.20, {-d, -0.05 + d}, {0.02, 0.02}, 0},
    {-0.20, {-d, -0.05 - d}, {0.02, 0.02}, 0},
    {-0.20, { d, -0.05 - d}, {0.02, 0.02}, 0}};
  const double f[2][2] = {{1, 0}, {0, 1 + 0.04 * sin(two_pi * time)}};
  add(shapes, COUNT(list), list);
  qv_shapes_move(shapes, f);
}
// clang-format on

static double wave(double time) {
  return 0.6 + 0.4 * cos(two_pi * time);
}

/* Time functions 1, t and a Hermite spline; small blobs, so that the field of view cuts off nothing
 * that shows in double precision. */
static void shapes_in_model(const qv_phantom *phantom, double time, qv_shapes *shapes) {
  const double  brightness = qv_phantom_hermite(phantom->latent, wave, time);
  const ellipse list[]     = {{0.8, {-0.30, -0.10}, {0.07, 0.07}, 0},
                              {0.3 + 0.7 * time, {0.25, -0.20}, {0.08, 0.08}, 0},
                              {brightness, {0.05, 0.30}, {0.08, 0.08}, 0}};
  shapes->profile          = QV_PROFILE_GAUSSIAN;
  add(shapes, COUNT(list), list);
}

double qv_phantom_hermite(int64_t n, double (*y)(double), double time) {
  const double last = (double)(n - 1), at = fmin(fmax(time, 0), 1) * last;
  const double j = fmin(floor(at), last - 1), q = at - j, rest = 1 - q;
  const double y0 = y(j / last), y1 = y((j + 1) / last), secant = y1 - y0;
  const double before = j > 0 ? y0 - y((j - 1) / last) : secant;
  const double after  = j < last - 1 ? y((j + 2) / last) - y1 : secant;
  return rest * rest * (1 + 2 * q) * y0 + q * rest * rest * (before + secant) / 2 +
         q * q * (3 - 2 * q) * y1 - q * q * rest * (secant + after) / 2;
}

const qv_choice qv_phantom_words[] = {
#define QV_PHANTOM(name, word, doc) {word, doc},
#include "imaging/phantoms.def"
#undef QV_PHANTOM
  {NULL, NULL}};

void qv_phantom_shapes(const qv_phantom *phantom, double time, qv_shapes *shapes) {
  static void (*const make[])(const qv_phantom *, double, qv_shapes *) = {
#define QV_PHANTOM(name, word, doc) shapes_##name,
#include "imaging/phantoms.def"
#undef QV_PHANTOM
  };
  memset(shapes, 0, sizeof *shapes);
  make[phantom->name](phantom, time, shapes);
}
