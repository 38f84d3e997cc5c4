/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60 */
#include "solvers/figure/cover.h"
#include "solvers/figure/pen.h"
#include "tests/support/qv_test.h"

#include <math.h>

static uint64_t state = 88172645463325252u;

static double uniform(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (double)(state >> 11) * 0x1p-53;
}

static PetscErrorCode draw(int n, const double *point, qv_scene **scene) {
  PetscFunctionBegin;
  PetscCall(qv_scene_create(1000, 1000, scene));
  PetscCall(qv_scene_add(*scene, &(qv_shape){.kind = QV_SHAPE_LINE, .size = 1}));
  qv_pen pen = {.scene = *scene, .tolerance = 0.1};
  for (int i = 0; i < n; i++) PetscCall(qv_pen_to(&pen, point[2 * i], point[2 * i + 1]));
  PetscCall(qv_pen_lift(&pen));
  PetscFunctionReturn(0);
}

static double distance(const double *p, const double *a, const double *b) {
  const double dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
  double       t = length > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length : 0;
  t              = fmin(fmax(t, 0), 1);
  return hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}

/* The farthest that an original point is from the kept path, walking both in order. */
static double worst(int n, const double *point, const qv_scene *scene) {
  double        far  = 0;
  int64_t       leg  = 0;
  const int64_t kept = scene->n_points - 1; /* the last is the break */
  for (int i = 0; i < n; i++) {
    double best = INFINITY;
    for (int64_t j = leg; j < kept - 1 && j < leg + 400; j++) {
      const double d = distance(point + 2 * i, scene->point + 2 * j, scene->point + 2 * j + 2);
      if (d < best) best = d;
    }
    while (leg < kept - 2 && scene->point[2 * leg + 2] == point[2 * i] &&
           scene->point[2 * leg + 3] == point[2 * i + 1])
      leg++;
    far = fmax(far, best);
  }
  return far;
}

static PetscErrorCode smooth_path(void) {
  enum { N = 20000 };
  static double point[2 * N];
  qv_scene     *scene;
  for (int i = 0; i < N; i++) {
    point[2 * i]     = 500 + 300 * cos(6e-4 * i) * cos(1e-4 * i);
    point[2 * i + 1] = 500 + 300 * sin(6e-4 * i);
  }
  PetscCall(draw(N, point, &scene));
  EXPECT(worst(N, point, scene) <= 0.1 + 1e-9);
  EXPECT(scene->n_points < N / 20);
  EXPECT_BITS(scene->point[0], point[0]);
  EXPECT_BITS(scene->point[2 * scene->n_points - 4], point[2 * N - 2]);
  EXPECT(isnan(scene->point[2 * scene->n_points - 2]));
  PetscCall(qv_scene_destroy(&scene));
  return 0;
}

static PetscErrorCode rough_path(void) {
  enum { N = 5000 };
  static double point[2 * N];
  qv_scene     *scene;
  double        x = 500, y = 500;
  for (int i = 0; i < N; i++) {
    const double step = i % 7 ? 0.3 : 3;
    x += step * (uniform() - 0.5);
    y += step * (uniform() - 0.5);
    point[2 * i]     = x;
    point[2 * i + 1] = y;
  }
  PetscCall(draw(N, point, &scene));
  EXPECT(worst(N, point, scene) <= 0.1 + 1e-9);
  EXPECT(scene->n_points <= N + 1);
  PetscCall(qv_scene_destroy(&scene));
  return 0;
}

/* A spike there and back on one line must not be lost, nor points that never move. */
static PetscErrorCode spikes(void) {
  static const double spike[] = {0, 0, 10, 0, 90, 0, 20, 0, 30, 0}, still[] = {5, 5, 5, 5, 5, 5};
  double              most = 0;
  qv_scene           *scene;
  PetscCall(draw(5, spike, &scene));
  for (int64_t i = 0; i < scene->n_points; i++) most = fmax(most, scene->point[2 * i]);
  EXPECT_REL(most, 90, 0);
  EXPECT_INT(scene->n_points, 5);
  PetscCall(qv_scene_destroy(&scene));
  PetscCall(draw(3, still, &scene));
  EXPECT_INT(scene->n_points, 3);
  PetscCall(qv_scene_destroy(&scene));
  return 0;
}

static PetscErrorCode covers(void) {
  static const double box[4] = {10, 20, 110, 70};
  qv_cover           *cover;
  PetscCall(qv_cover_create(box, 1, &cover));
  EXPECT(qv_cover_is_free(cover, box));
  EXPECT(qv_cover_mark(cover, (qv_segment){12, 22, 50, 22}));
  EXPECT(!qv_cover_mark(cover, (qv_segment){20, 22, 40, 22}));
  EXPECT(qv_cover_mark(cover, (qv_segment){20, 22, 60, 22}));
  EXPECT(!qv_cover_is_free(cover, box));
  EXPECT(!qv_cover_is_free(cover, (const double[]){30, 20, 35, 30}));
  EXPECT(qv_cover_is_free(cover, (const double[]){70, 20, 110, 70}));
  EXPECT(qv_cover_is_free(cover, (const double[]){10, 30, 110, 70}));
  EXPECT(qv_cover_mark(cover, (qv_segment){-1e3, 40, 110, 70}));
  PetscCall(qv_cover_destroy(&cover));
  return 0;
}

/* Every cell that the full path darkens is darkened by what is kept, which is shorter. */
static PetscErrorCode hidden(void) {
  enum { N = 60000 };
  static const double box[4] = {0, 0, 100, 100};
  qv_scene           *scene;
  qv_cover           *full, *thin;
  PetscCall(qv_scene_create(100, 100, &scene));
  PetscCall(qv_scene_add(scene, &(qv_shape){.kind = QV_SHAPE_LINE, .size = 1}));
  PetscCall(qv_cover_create(box, 0.5, &full));
  PetscCall(qv_cover_create(box, 0.5, &thin));
  double px = NAN, py = NAN;
  for (int i = 0; i < N; i++) {
    const bool   is_break = i % 97 == 96;
    const double x = is_break ? NAN : 20 + 60 * uniform(), y = is_break ? NAN : 10 + 80 * uniform();
    PetscCall(qv_scene_point(scene, x, y));
    if (!isnan(x) && !isnan(px)) qv_cover_mark(full, (qv_segment){px, py, x, y});
    px = x;
    py = y;
  }
  PetscCall(qv_cover_thin(scene, box, 1000));
  EXPECT(scene->n_points < N / 10 && scene->n_points == scene->shape[0].count);
  for (int64_t i = 1; i < scene->n_points; i++) {
    const double *p = scene->point + 2 * i;
    if (!isnan(p[0]) && !isnan(p[-2])) qv_cover_mark(thin, (qv_segment){p[-2], p[-1], p[0], p[1]});
  }
  int missing = 0, extra = 0;
  for (int i = 0; i < full->columns * full->rows; i++) {
    missing += full->marked[i] && !thin->marked[i];
    extra += !full->marked[i] && thin->marked[i];
  }
  EXPECT_INT(missing, 0);
  EXPECT_INT(extra, 0);
  PetscCall(qv_cover_destroy(&full));
  PetscCall(qv_cover_destroy(&thin));
  PetscCall(qv_scene_destroy(&scene));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"smooth path", smooth_path}, {"rough path", rough_path},
               {"spikes", spikes}, {"covers", covers}, {"hidden", hidden});
}
