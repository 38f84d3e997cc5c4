/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bands between a lower and an upper edge: the spread about a mean. */
#include "solvers/figure/band.h"
#include "solvers/figure/style.h"

#include <math.h>

#define BAND_OPACITY 0.22
#define BAND_STEP    0.4 /* points closer than this in x are one: their outermost edges */

/* Pixels of a point; the top is the smaller number. */
typedef struct {
  double x, top, bottom;
} slice;

/* A lower edge that the axis does not reach lies on the edge of the plot area. */
static bool place_slice(const qv_panel *panel, const qv_curve *curve, int64_t i, slice *at) {
  const double low = curve->y[i], high = curve->upper[i];
  if (!qv_axis_takes(&panel->x, curve->x[i]) || !qv_axis_takes(&panel->y, high) || !isfinite(low))
    return false;
  at->x      = qv_axis_place(&panel->x, curve->x[i]);
  at->top    = fmin(qv_axis_place(&panel->y, high), panel->y.start);
  at->bottom = panel->y.start;
  if (qv_axis_takes(&panel->y, low)) at->bottom = fmin(at->bottom, qv_axis_place(&panel->y, low));
  return true;
}

/* The slices from *i on until one cannot be shown; *i becomes where that is. Returns how many. */
static int64_t collect_run(const qv_panel *panel, const qv_curve *curve, int64_t *i, slice *run) {
  int64_t n = 0;
  slice   at;
  for (; *i < curve->n && place_slice(panel, curve, *i, &at); ++*i) {
    if (n && fabs(at.x - run[n - 1].x) < BAND_STEP) {
      run[n - 1].top    = fmin(run[n - 1].top, at.top);
      run[n - 1].bottom = fmax(run[n - 1].bottom, at.bottom);
    } else {
      run[n++] = at;
    }
  }
  return n;
}

/* A lone slice is a bar. */
static PetscErrorCode draw_run(const slice *run, int64_t n, uint32_t colour, qv_scene *scene) {
  const qv_shape area = {.kind = QV_SHAPE_AREA, .colour = colour, .opacity = BAND_OPACITY};
  PetscFunctionBegin;
  PetscCall(qv_scene_add(scene, &area));
  for (int64_t i = 0; i < n; i++) PetscCall(qv_scene_point(scene, run[i].x - (n == 1), run[i].top));
  for (int64_t i = n - 1; i >= 0; i--)
    PetscCall(qv_scene_point(scene, run[i].x - (n == 1), run[i].bottom));
  if (n == 1) {
    PetscCall(qv_scene_point(scene, run->x + 1, run->bottom));
    PetscCall(qv_scene_point(scene, run->x + 1, run->top));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_band_draw(const qv_panel *panel, const qv_curve *curve, qv_scene *scene) {
  slice *run;
  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)curve->n + 1, &run));
  for (int64_t i = 0; i < curve->n; i++) {
    const int64_t n = collect_run(panel, curve, &i, run);
    if (n) PetscCall(draw_run(run, n, qv_style_colour(curve->colour), scene));
  }
  PetscCall(PetscFree(run));
  PetscFunctionReturn(0);
}

void qv_band_mark(const qv_panel *panel, const qv_curve *curve, qv_cover *cover) {
  slice before = {NAN, 0, 0}, at;
  for (int64_t i = 0; i < curve->n; i++) {
    if (!place_slice(panel, curve, i, &at)) {
      before.x = NAN;
      continue;
    }
    const double gap = isnan(before.x) ? 0 : at.x - before.x;
    const int    n   = (int)ceil(fabs(gap) / cover->cell);
    for (int k = n ? 1 : 0; k <= n; k++) {
      const double t      = n ? (double)k / n : 1;
      const double x      = n ? before.x + t * gap : at.x;
      const double top    = n ? before.top + t * (at.top - before.top) : at.top;
      const double bottom = n ? before.bottom + t * (at.bottom - before.bottom) : at.bottom;
      qv_cover_mark(cover, (qv_segment){x, top, x, bottom});
    }
    before = at;
  }
}

PetscErrorCode qv_band_swatch(const qv_curve *curve, const qv_segment *at, qv_scene *scene) {
  const uint32_t colour = qv_style_colour(curve->colour);
  const qv_shape box    = {.kind    = QV_SHAPE_BOX,
                           .colour  = colour,
                           .opacity = BAND_OPACITY,
                           .x       = at->x0,
                           .y       = at->y0 - 5,
                           .width   = at->x1 - at->x0,
                           .height  = 10};
  PetscFunctionBegin;
  PetscCall(qv_scene_add(scene, &box));
  PetscCall(qv_scene_segment(scene, *at, colour, 2));
  scene->shape[scene->n_shapes - 1].dashed = curve->dashed;
  PetscFunctionReturn(0);
}
