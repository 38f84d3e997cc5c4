/* SPDX-License-Identifier: GPL-3.0-or-later
 * The data of a chart as shapes. */
#include "solvers/figure/band.h"
#include "solvers/figure/chart.h"
#include "solvers/figure/cover.h"
#include "solvers/figure/pen.h"
#include "solvers/figure/style.h"

#include <math.h>

/* More points than this are looked through for hidden ones. */
enum { MANY = 12000, DENSE = 4000 };

static bool place(const qv_panel *panel, const qv_curve *curve, int64_t i, double at[2]) {
  if (i < 0 || i >= curve->n) return false;
  if (!qv_axis_takes(&panel->x, curve->x[i]) || !qv_axis_takes(&panel->y, curve->y[i]))
    return false;
  at[0] = qv_axis_place(&panel->x, curve->x[i]);
  at[1] = qv_axis_place(&panel->y, curve->y[i]);
  return true;
}

static PetscErrorCode draw_points(const qv_panel *panel, const qv_curve *curve, qv_scene *scene) {
  const double   radius = curve->n > MANY ? QV_DOT / 2 : QV_DOT;
  const qv_shape dots   = {
      .kind = QV_SHAPE_DOTS, .colour = qv_style_colour(curve->colour), .size = radius};
  double at[2];
  PetscFunctionBegin;
  PetscCall(qv_scene_add(scene, &dots));
  for (int64_t i = 0; i < curve->n; i++)
    if (place(panel, curve, i, at)) PetscCall(qv_scene_point(scene, at[0], at[1]));
  PetscCall(qv_cover_thin(scene, panel->box, MANY));
  PetscFunctionReturn(0);
}

/* Points between two breaks, which a line would not show. */
static PetscErrorCode draw_lone_points(const qv_panel *panel, const qv_curve *curve,
                                       qv_scene *scene) {
  const qv_shape dots = {
    .kind = QV_SHAPE_DOTS, .colour = qv_style_colour(curve->colour), .size = QV_DOT};
  bool   before = false, here, after, begun = false;
  double at[2] = {0}, next[2] = {0};
  PetscFunctionBegin;
  here = place(panel, curve, 0, at);
  for (int64_t i = 0; i < curve->n; i++) {
    after = place(panel, curve, i + 1, next);
    if (here && !before && !after) {
      if (!begun) PetscCall(qv_scene_add(scene, &dots));
      begun = true;
      PetscCall(qv_scene_point(scene, at[0], at[1]));
    }
    before = here;
    here   = after;
    at[0]  = next[0];
    at[1]  = next[1];
  }
  if (begun) PetscCall(qv_cover_thin(scene, panel->box, MANY));
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_line(const qv_panel *panel, const qv_curve *curve, qv_scene *scene) {
  const qv_shape line = {.kind   = QV_SHAPE_LINE,
                         .colour = qv_style_colour(curve->colour),
                         .size   = QV_LINE,
                         .dashed = curve->dashed};
  qv_pen         pen  = {.scene = scene, .tolerance = 0.1};
  double         at[2];
  PetscFunctionBegin;
  PetscCall(qv_scene_add(scene, &line));
  for (int64_t i = 0; i < curve->n; i++) {
    if (place(panel, curve, i, at))
      PetscCall(qv_pen_to(&pen, at[0], at[1]));
    else
      PetscCall(qv_pen_lift(&pen));
  }
  PetscCall(qv_pen_lift(&pen));
  PetscCall(qv_cover_thin(scene, panel->box, MANY));
  qv_shape *drawn = &scene->shape[scene->n_shapes - 1];
  if (drawn->count > DENSE) drawn->size = QV_LINE_DENSE;
  PetscCall(draw_lone_points(panel, curve, scene));
  PetscFunctionReturn(0);
}

/* The outline of the bins from i on until one cannot be shown; returns where that is. */
static PetscErrorCode outline(const qv_panel *panel, const qv_curve *curve, int64_t *i,
                              qv_scene *scene) {
  const double zero =
    panel->y.is_log || panel->y.low > 0 ? panel->y.start : qv_axis_place(&panel->y, 0);
  double at[2] = {0, 0}, right = 0;
  bool   begun = false;
  PetscFunctionBegin;
  for (; *i < curve->n - 1; ++*i) {
    if (!qv_axis_takes(&panel->x, curve->x[*i + 1]) || !qv_axis_takes(&panel->x, curve->x[*i]))
      break;
    const bool shown = place(panel, curve, *i, at);
    if (!shown && !isfinite(curve->y[*i])) break;
    if (!shown) at[0] = qv_axis_place(&panel->x, curve->x[*i]), at[1] = zero;
    right = qv_axis_place(&panel->x, curve->x[*i + 1]);
    if (!begun) PetscCall(qv_scene_point(scene, at[0], zero));
    begun = true;
    PetscCall(qv_scene_point(scene, at[0], at[1]));
    PetscCall(qv_scene_point(scene, right, at[1]));
  }
  if (begun) PetscCall(qv_scene_point(scene, right, zero));
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_steps(const qv_panel *panel, const qv_curve *curve, qv_scene *scene) {
  const uint32_t colour = qv_style_colour(curve->colour);
  const qv_shape area   = {.kind = QV_SHAPE_AREA, .colour = colour, .opacity = 0.25};
  const qv_shape line   = {.kind = QV_SHAPE_LINE, .colour = colour, .size = QV_LINE};
  PetscFunctionBegin;
  for (int64_t i = 0; i < curve->n - 1; i++) {
    int64_t end = i;
    PetscCall(qv_scene_add(scene, &area));
    PetscCall(outline(panel, curve, &end, scene));
    PetscCall(qv_scene_add(scene, &line));
    PetscCall(outline(panel, curve, &i, scene));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_rules(const qv_panel *panel, const qv_curve *curve, qv_scene *scene) {
  const qv_shape line = {.kind   = QV_SHAPE_LINE,
                         .colour = qv_style_colour(curve->colour),
                         .size   = QV_LINE,
                         .dashed = curve->dashed};
  PetscFunctionBegin;
  for (int64_t i = 0; i < curve->n; i++) {
    if (!qv_axis_takes(&panel->x, curve->x[i])) continue;
    const double at = qv_axis_place(&panel->x, curve->x[i]);
    PetscCall(qv_scene_add(scene, &line));
    PetscCall(qv_scene_point(scene, at, panel->y.start));
    PetscCall(qv_scene_point(scene, at, panel->y.end));
  }
  PetscFunctionReturn(0);
}

/* The last point that can be shown, with a white rim. */
static PetscErrorCode draw_end(const qv_panel *panel, const qv_curve *curve, qv_scene *scene) {
  qv_shape dot = {.kind = QV_SHAPE_DOTS, .colour = QV_PAPER, .size = QV_END_DOT + 1.2};
  double   at[2];
  int64_t  i = curve->n - 1;
  PetscFunctionBegin;
  while (i >= 0 && !place(panel, curve, i, at)) i--;
  if (i < 0) PetscFunctionReturn(0);
  PetscCall(qv_scene_add(scene, &dot));
  PetscCall(qv_scene_point(scene, at[0], at[1]));
  dot.colour = qv_style_colour(curve->colour);
  dot.size   = QV_END_DOT;
  PetscCall(qv_scene_add(scene, &dot));
  PetscCall(qv_scene_point(scene, at[0], at[1]));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_curves_draw(const qv_panel *panel, qv_scene *scene) {
  PetscFunctionBegin;
  for (int i = 0; i < panel->chart->n_curves; i++)
    if (panel->chart->curve[i].mark == QV_MARK_BAND)
      PetscCall(qv_band_draw(panel, &panel->chart->curve[i], scene));
  for (int i = 0; i < panel->chart->n_curves; i++) {
    const qv_curve *curve = &panel->chart->curve[i];
    switch (curve->mark) {
      case QV_MARK_LINE:
        PetscCall(draw_line(panel, curve, scene));
        break;
      case QV_MARK_POINTS:
        PetscCall(draw_points(panel, curve, scene));
        break;
      case QV_MARK_STEPS:
        PetscCall(draw_steps(panel, curve, scene));
        break;
      case QV_MARK_RULES:
        PetscCall(draw_rules(panel, curve, scene));
        break;
      case QV_MARK_END:
      case QV_MARK_BAND:
        break;
    }
  }
  for (int i = 0; i < panel->chart->n_curves; i++)
    if (panel->chart->curve[i].mark == QV_MARK_END)
      PetscCall(draw_end(panel, &panel->chart->curve[i], scene));
  PetscFunctionReturn(0);
}
