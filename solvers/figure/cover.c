/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/cover.h"

#include <math.h>

PetscErrorCode qv_cover_create(const double box[4], double cell, qv_cover **cover) {
  PetscFunctionBegin;
  PetscCall(PetscNew(cover));
  qv_cover *c = *cover;
  c->left     = box[0];
  c->top      = box[1];
  c->cell     = cell;
  c->columns  = (int)ceil((box[2] - box[0]) / cell) + 1;
  c->rows     = (int)ceil((box[3] - box[1]) / cell) + 1;
  PetscCall(PetscCalloc1((size_t)c->columns * (size_t)c->rows, &c->marked));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_cover_destroy(qv_cover **cover) {
  PetscFunctionBegin;
  if (*cover) PetscCall(PetscFree((*cover)->marked));
  PetscCall(PetscFree(*cover));
  PetscFunctionReturn(0);
}

static int clamp(double value, int n) {
  return value < 0 ? 0 : value > n - 1 ? n - 1 : (int)value;
}

bool qv_cover_mark(qv_cover *cover, qv_segment at) {
  const double dx = at.x1 - at.x0, dy = at.y1 - at.y0;
  const int    n      = (int)ceil(fmax(fabs(dx), fabs(dy)) / cover->cell);
  bool         is_new = false;
  for (int i = 0; i <= n; i++) {
    const double   t      = n ? (double)i / n : 0;
    const int      column = clamp((at.x0 + t * dx - cover->left) / cover->cell, cover->columns);
    const int      row    = clamp((at.y0 + t * dy - cover->top) / cover->cell, cover->rows);
    unsigned char *cell   = &cover->marked[(size_t)row * (size_t)cover->columns + (size_t)column];
    is_new                = is_new || !*cell;
    *cell                 = 1;
  }
  return is_new;
}

bool qv_cover_is_free(const qv_cover *cover, const double box[4]) {
  const int left = clamp((box[0] - cover->left) / cover->cell, cover->columns);
  const int last = clamp((box[2] - cover->left) / cover->cell, cover->columns);
  const int top  = clamp((box[1] - cover->top) / cover->cell, cover->rows);
  const int low  = clamp((box[3] - cover->top) / cover->cell, cover->rows);
  for (int row = top; row <= low; row++)
    for (int column = left; column <= last; column++)
      if (cover->marked[(size_t)row * (size_t)cover->columns + (size_t)column]) return false;
  return true;
}

static int64_t put(double *point, int64_t kept, double x, double y) {
  point[2 * kept]     = x;
  point[2 * kept + 1] = y;
  return kept + 1;
}

/* Keep dots that darken a new cell. Returns how many. */
static int64_t thin_dots(qv_cover *cover, double *point, int64_t n) {
  int64_t kept = 0;
  for (int64_t i = 0; i < n; i++) {
    const double x = point[2 * i], y = point[2 * i + 1];
    if (!qv_cover_mark(cover, (qv_segment){x, y, x, y})) continue;
    kept = put(point, kept, x, y);
  }
  return kept;
}

/* Break the path where two or more segments in a row are hidden; a single one costs less than a
 * break. So what is written never overtakes what is read. */
static int64_t thin_line(qv_cover *cover, double *point, int64_t n) {
  int64_t kept = 0, hidden = 0;
  double  px = NAN, py = NAN;
  for (int64_t i = 0; i <= n; i++) {
    const double x = i < n ? point[2 * i] : NAN, y = i < n ? point[2 * i + 1] : NAN;
    const bool   joins = !isnan(x) && !isnan(px);
    if (joins && !qv_cover_mark(cover, (qv_segment){px, py, x, y})) {
      hidden++;
    } else {
      if (joins && hidden > 1) kept = put(point, kept, NAN, NAN);
      if ((joins && hidden > 0) || hidden == 1) kept = put(point, kept, px, py);
      if (i < n) kept = put(point, kept, x, y);
      hidden = 0;
    }
    px = x;
    py = y;
  }
  return kept;
}

PetscErrorCode qv_cover_thin(qv_scene *scene, const double box[4], int64_t most) {
  qv_shape *shape = &scene->shape[scene->n_shapes - 1];
  qv_cover *cover;
  PetscFunctionBegin;
  if (shape->count <= most) PetscFunctionReturn(0);
  PetscCall(qv_cover_create(box, shape->kind == QV_SHAPE_DOTS ? 1.4 * shape->size : 0.5, &cover));
  double       *point = scene->point + 2 * shape->first;
  const int64_t kept  = shape->kind == QV_SHAPE_DOTS ? thin_dots(cover, point, shape->count)
                                                     : thin_line(cover, point, shape->count);
  scene->n_points -= shape->count - kept;
  shape->count = kept;
  PetscCall(qv_cover_destroy(&cover));
  PetscFunctionReturn(0);
}
