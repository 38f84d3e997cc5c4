/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast,quality timeout=120
 * Forward models against explicit matrices, exact integrals and symmetries. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imaging/forward.h"
#include "imaging/shapes.h"
#include "solvers/parallel/random.h"
#include "tests/support/qv_test.h"

enum { MOST_VIEWS = 16, MOST_BINS = 1024 };

typedef struct {
  double      angle[MOST_VIEWS], detector[MOST_BINS];
  qv_geometry geometry;
} setup;

/* `views` angles in one frame (or a frame each), n x n pixels, `bins` bins at `pitch` pixels. */
static void prepare(setup *s, int n, int views, int bins, double pitch, qv_field_of_view view) {
  for (int v = 0; v < views; v++) s->angle[v] = 0.3 + 6.5 * v / views;
  for (int j = 0; j < bins; j++) s->detector[j] = (j - (bins - 1) / 2.0) * pitch * 2 / n;
  s->geometry = (qv_geometry){.model         = qv_forward_model_named("radon2d"),
                              .n_frames      = 1,
                              .size          = n,
                              .n_views       = views,
                              .n_bins        = bins,
                              .angle         = s->angle,
                              .detector      = s->detector,
                              .field_of_view = view};
}

static double *fill(int64_t n, const char *name) {
  double         *x      = malloc(sizeof *x * (size_t)n);
  const qv_stream stream = qv_stream_named(7, name);
  for (int64_t i = 0; i < n; i++) x[i] = qv_random_uniform(stream, (uint64_t)i, 0) - 0.5;
  return x;
}

static double norm(int64_t n, const double *x) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += x[i] * x[i];
  return sqrt(sum);
}

static double dot(int64_t n, const double *x, const double *y) {
  long double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += (long double)x[i] * y[i];
  return (double)sum;
}

/* Joseph's weight of pixel (x, y) for a ray, straight from the definition. */
static double weight(const setup *s, int view, int bin, int x, int y) {
  const double h = 2.0 / s->geometry.size, c = cos(s->angle[view]), n = sin(s->angle[view]);
  const double px = (x + 0.5) * h - 1, py = (y + 0.5) * h - 1, d = s->detector[bin];
  const double away =
    fabs(n) >= fabs(c) ? ((d - px * c) / n - py) / h : ((d - py * n) / c - px) / h;
  const double w = fmax(0, 1 - fabs(away)) * h / fmax(fabs(c), fabs(n));
  if (s->geometry.field_of_view == QV_FIELD_OF_VIEW_ALL) return w;
  const double middle = (s->geometry.size - 1) / 2.0;
  const double r      = hypot(x - middle, y - middle);
  return r < s->geometry.size / 2.0 ? w : 0;
}

/* Largest error of apply and adjoint against the explicit matrix, over the largest entry. */
static void against_matrix(setup *s) {
  qv_forward   *f;
  const int     n = s->geometry.size, views = s->geometry.n_views, bins = s->geometry.n_bins;
  const int64_t pixels = (int64_t)n * n, rows = (int64_t)views * bins;
  double       *x = fill(pixels, "x"), *y = fill(rows, "y"), *ax = fill(rows, "a"),
         *ay = fill(pixels, "b"), error = 0, back = 0,
         *matrix = malloc(8 * (size_t)(rows * pixels));
  PetscCallAbort(PETSC_COMM_SELF, qv_forward_create(&s->geometry, &f));
  EXPECT_INT(qv_forward_image_length(f), pixels);
  EXPECT_INT(qv_forward_sample_length(f), rows);
  EXPECT_INT(qv_forward_count(f, 0), rows);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t k = 0; k < pixels; k++)
      matrix[i * pixels + k] =
        weight(s, (int)(i / bins), (int)(i % bins), (int)(k % n), (int)(k / n));
  qv_forward_apply(f, 0, 1, x, ax);
  qv_forward_adjoint(f, 0, 1, y, ay);
  for (int64_t i = 0; i < rows; i++)
    error = fmax(error, fabs(ax[i] - dot(pixels, matrix + i * pixels, x)));
  for (int64_t k = 0; k < pixels; k++) {
    long double sum = 0;
    for (int64_t i = 0; i < rows; i++) sum += (long double)matrix[i * pixels + k] * y[i];
    back = fmax(back, fabs(ay[k] - (double)sum));
  }
  EXPECT(error < 1e-14);
  EXPECT(back < 1e-14);
  const double scale = norm(rows, ax) * norm(rows, y);
  EXPECT(fabs(dot(rows, ax, y) - dot(pixels, x, ay)) <= 1e-15 * scale);
  /* the plan is clean after use: the same bits again */
  double *again = malloc(8 * (size_t)rows);
  qv_forward_apply_frame(f, 0, 1, x, again);
  EXPECT(!memcmp(ax, again, 8 * (size_t)rows));
  PetscCallAbort(PETSC_COMM_SELF, qv_forward_destroy(&f));
  free(x), free(y), free(ax), free(ay), free(matrix), free(again);
}

static PetscErrorCode joseph_is_its_matrix(void) {
  static const struct {
    int    n, views, bins;
    double pitch;
  } shape[] = {{16, 7, 16, 1}, {33, 5, 33, 1}, {12, 4, 40, 0.4}, {20, 5, 9, 2.3},
               {8, 3, 20, 1},  {5, 2, 1, 1},   {1, 3, 3, 1}};
  for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
    for (int view = 0; view < 2; view++) {
      setup s;
      prepare(&s, shape[i].n, shape[i].views, shape[i].bins, shape[i].pitch,
              (qv_field_of_view)view);
      against_matrix(&s);
      /* angles on the axes and diagonals */
      for (int v = 0; v < shape[i].views; v++) s.angle[v] = v * 0.78539816339744830962;
      against_matrix(&s);
      for (int j = 0; j < shape[i].bins; j++)
        s.detector[j] += 0.11 * j * j / (shape[i].bins * shape[i].n);
      against_matrix(&s);
    }
  return 0;
}

static PetscErrorCode adjoint_at_large(void) {
  for (int n = 32; n <= 512; n *= 4) {
    setup         s;
    qv_forward   *f;
    const int64_t pixels = (int64_t)n * n, rows = 7 * (int64_t)n;
    double       *x = fill(pixels, "x"), *y = fill(rows, "y"), *ax = fill(rows, "a"),
           *ay = fill(pixels, "b");
    prepare(&s, n, 7, n, 1, QV_FIELD_OF_VIEW_DISC);
    PetscCall(qv_forward_create(&s.geometry, &f));
    qv_forward_apply(f, 0, 1, x, ax);
    qv_forward_adjoint(f, 0, 1, y, ay);
    const double gap =
      fabs(dot(rows, ax, y) - dot(pixels, x, ay)) / (norm(rows, ax) * norm(rows, y));
    printf("# adjoint, N = %d: %.1e\n", n, gap);
    EXPECT(gap <= 1e-14);
    PetscCall(qv_forward_destroy(&f));
    free(x), free(y), free(ax), free(ay);
  }
  return 0;
}

/* Errors of Joseph on the pixels of shapes: largest over largest, and relative in L2. */
static void errors(const qv_shapes *shapes, int n, bool centres, double *largest,
                   double *relative) {
  setup       s;
  qv_forward *f;
  double     *image = malloc(8 * (size_t)n * n), *g = malloc(8 * 7 * (size_t)n);
  double      top = 0, worst = 0, sum = 0, all = 0;
  prepare(&s, n, 7, n, 1, QV_FIELD_OF_VIEW_ALL);
  qv_shapes_image(shapes, n, image);
  if (centres) /* a smooth function at the centres of pixels */
    for (int y = 0; y < n; y++)
      for (int x = 0; x < n; x++) {
        const qv_part *p = &shapes->part[0];
        const double   u = ((x + 0.5) * 2 / n - 1 - p->centre[0]) / p->map[0][0];
        const double   v = ((y + 0.5) * 2 / n - 1 - p->centre[1]) / p->map[1][1];
        image[y * n + x] = p->weight * exp(-(u * u + v * v) / 2);
      }
  PetscCallAbort(PETSC_COMM_SELF, qv_forward_create(&s.geometry, &f));
  qv_forward_apply(f, 0, 1, image, g);
  for (int v = 0; v < 7; v++)
    for (int j = 0; j < n; j++) {
      const double exact = qv_shapes_line(shapes, s.angle[v], s.detector[j]);
      const double error = fabs(g[v * n + j] - exact);
      top                = fmax(top, exact);
      worst              = fmax(worst, error);
      sum += error * error;
      all += exact * exact;
    }
  *largest  = worst / top;
  *relative = sqrt(sum / all);
  PetscCallAbort(PETSC_COMM_SELF, qv_forward_destroy(&f));
  free(image), free(g);
}

static PetscErrorCode order_of_joseph(void) {
  qv_shapes smooth = {.profile = QV_PROFILE_GAUSSIAN}, jumps = {0};
  double    first[2] = {0, 0}, last[2] = {0, 0}, other;
  qv_shapes_add(&smooth, 1, (double[]){0.1, -0.05}, (double[]){0.15, 0.15}, 0);
  qv_shapes_add(&jumps, 0.8, (double[]){0, 0}, (double[]){0.72, 0.8}, 0);
  qv_shapes_add(&jumps, -0.35, (double[]){0, 0.02}, (double[]){0.62, 0.7}, 0);
  qv_shapes_add(&jumps, 0.45, (double[]){-0.25, 0.2}, (double[]){0.16, 0.26}, 0.4);
  qv_shapes_add(&jumps, 0.35, (double[]){0.28, 0.18}, (double[]){0.14, 0.22}, -0.5);
  for (int n = 32; n <= 512; n *= 2) {
    double worst, relative;
    errors(&smooth, n, true, &worst, &other);
    errors(&jumps, n, false, &other, &relative);
    printf("# Joseph, N = %d: smooth %.2e of the largest, jumps %.2e in L2\n", n, worst, relative);
    if (n == 32) first[0] = worst, first[1] = relative;
    last[0] = worst, last[1] = relative;
  }
  const double order[2] = {log2(first[0] / last[0]) / 4, log2(first[1] / last[1]) / 4};
  printf("# orders %.3f and %.3f\n", order[0], order[1]);
  EXPECT(fabs(order[0] - 2) <= 0.1);
  EXPECT(fabs(order[1] - 1) <= 0.2);
  return 0;
}

/* Turning the image and the angle by 90 degrees changes nothing. */
static PetscErrorCode quarter_turn(void) {
  enum { N = 24 };
  setup       s;
  qv_forward *a, *b;
  double     *x = fill(N * N, "x"), turned[N * N], g[5 * N], t[5 * N], worst = 0;
  prepare(&s, N, 5, N, 1, QV_FIELD_OF_VIEW_ALL);
  PetscCall(qv_forward_create(&s.geometry, &a));
  for (int v = 0; v < 5; v++) s.angle[v] += 1.5707963267948966192;
  PetscCall(qv_forward_create(&s.geometry, &b));
  for (int y = 0; y < N; y++) /* (x, y) -> (-y, x) */
    for (int i = 0; i < N; i++) turned[i * N + N - 1 - y] = x[y * N + i];
  qv_forward_apply(a, 0, 1, x, g);
  qv_forward_apply(b, 0, 1, turned, t);
  for (int k = 0; k < 5 * N; k++) worst = fmax(worst, fabs(g[k] - t[k]));
  EXPECT(worst < 1e-14);
  PetscCall(qv_forward_destroy(&a));
  PetscCall(qv_forward_destroy(&b));
  free(x);
  return 0;
}

/* With a detector that reaches beyond the corners each view sees the whole mass. */
static PetscErrorCode mass_is_kept(void) {
  enum { N = 40, BINS = 64 };
  setup       s;
  qv_forward *f;
  double      image[N * N] = {0}, g[7 * BINS], mass = 0;
  prepare(&s, N, 7, BINS, 1, QV_FIELD_OF_VIEW_ALL);
  for (int v = 0; v < 4; v++) s.angle[v] = v * 1.5707963267948966192; /* exact on the axes */
  for (int k = 0; k < N * N; k++) image[k] = 1 + k % 5, mass += image[k] * 4 / (N * N);
  PetscCall(qv_forward_create(&s.geometry, &f));
  qv_forward_apply(f, 0, 1, image, g);
  for (int v = 0; v < 7; v++) {
    double sum = 0;
    for (int j = 0; j < BINS; j++) sum += g[v * BINS + j] * 2 / N;
    EXPECT_REL(sum, mass, v < 4 ? 1e-12 : 3e-3);
  }
  PetscCall(qv_forward_destroy(&f));
  return 0;
}

static PetscErrorCode frames_by_range(void) {
  enum { N = 10, T = 6 };
  setup       s;
  qv_forward *f;
  double *x = fill(T * N * N, "x"), g[2 * T * N], part[2 * T * N], back[T * N * N], again[N * N];
  prepare(&s, N, 2 * T, N, 1, QV_FIELD_OF_VIEW_DISC);
  s.geometry.n_frames = T, s.geometry.n_views = 2;
  PetscCall(qv_forward_create(&s.geometry, &f));
  qv_forward_apply(f, 0, T, x, g);
  qv_forward_apply(f, 2, 3, x + 2 * N * N, part);
  EXPECT(!memcmp(g + 4 * N, part, sizeof *g * 6 * N));
  qv_forward_apply_frame(f, 3, 2, x, part); /* the operator of frame 3 on frames 0 and 1 */
  qv_forward_apply(f, 3, 1, x + N * N, again);
  EXPECT(!memcmp(part + 2 * N, again, sizeof *g * 2 * N));
  qv_forward_adjoint(f, 0, T, g, back);
  qv_forward_adjoint_frame(f, 5, 1, g + 10 * N, again);
  EXPECT(!memcmp(back + 5 * N * N, again, sizeof again));
  EXPECT_BITS(back[0], 0); /* outside of the field of view */
  PetscCall(qv_forward_destroy(&f));
  free(x);
  return 0;
}

static PetscErrorCode pixels(void) {
  enum { N = 9, T = 3 };
  unsigned char measured[T * N * N];
  double       *x             = fill(T * N * N, "x"), g[T * N * N], back[T * N * N];
  int           n_measured[T] = {0};
  for (int k = 0; k < T * N * N; k++) n_measured[k / (N * N)] += measured[k] = (k * 7 % 11) < 4;
  for (int masked = 0; masked < 2; masked++) {
    const qv_geometry geometry = {.model    = qv_forward_model_named(masked ? "mask" : "identity"),
                                  .n_frames = T,
                                  .size     = N,
                                  .n_views  = N,
                                  .n_bins   = N,
                                  .measured = measured,
                                  .field_of_view = QV_FIELD_OF_VIEW_DISC};
    qv_forward       *f;
    PetscCall(qv_forward_create(&geometry, &f));
    qv_forward_apply(f, 0, T, x, g);
    qv_forward_adjoint(f, 0, T, x, back);
    EXPECT(!memcmp(g, back, sizeof g));
    for (int k = 0; k < T * N * N; k++) {
      const int  y = k % (N * N) / N, i = k % N;
      const bool seen = hypot(i - 4, y - 4) < 4.5 && (!masked || measured[k]);
      EXPECT_BITS(g[k], seen ? x[k] : 0);
    }
    for (int t = 0; t < T; t++) EXPECT_INT(qv_forward_count(f, t), masked ? n_measured[t] : N * N);
    PetscCall(qv_forward_destroy(&f));
  }
  EXPECT(qv_forward_has_mask(qv_forward_model_named("mask")));
  EXPECT(qv_forward_has_angles(qv_forward_model_named("radon2d")));
  EXPECT_INT(qv_forward_model_named("radon3d"), -1);
  free(x);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(
    argc, argv,
    {"Joseph's operator and its transpose are the explicit matrix", joseph_is_its_matrix},
    {"apply and adjoint of large images", adjoint_at_large},
    {"Joseph against exact integrals has order 2 (smooth) and 1 (jumps)", order_of_joseph},
    {"a quarter turn", quarter_turn}, {"mass", mass_is_kept},
    {"frames by ranges and one by one", frames_by_range}, {"identity and mask", pixels});
}
