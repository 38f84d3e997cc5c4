/* SPDX-License-Identifier: GPL-3.0-or-later
 * What stands around the data: grid, axes, labels, titles. */
#include "solvers/figure/chart.h"
#include "solvers/figure/style.h"
#include "solvers/figure/text.h"

#include <math.h>

enum { TICK = 4, MINOR_TICK = 2 };

/* Middle of the small letters above the base line, in font sizes. */
static const double middle = 0.36;

static PetscErrorCode draw_grid(const qv_panel *panel, qv_scene *scene) {
  const double *b = panel->box;
  PetscFunctionBegin;
  for (int i = 0; i < panel->x.n_ticks; i++) {
    const double x = qv_axis_place(&panel->x, panel->x.tick[i]);
    PetscCall(qv_scene_segment(scene, (qv_segment){x, b[QV_TOP], x, b[QV_BOTTOM]}, QV_GRID_INK, 1));
  }
  for (int i = 0; i < panel->y.n_ticks; i++) {
    const double y = qv_axis_place(&panel->y, panel->y.tick[i]);
    PetscCall(qv_scene_segment(scene, (qv_segment){b[QV_LEFT], y, b[QV_RIGHT], y}, QV_GRID_INK, 1));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_x_axis(const qv_panel *panel, qv_scene *scene) {
  const qv_axis *axis = &panel->x;
  const double y = panel->box[QV_BOTTOM], left = panel->box[QV_LEFT], right = panel->box[QV_RIGHT];
  PetscFunctionBegin;
  PetscCall(qv_scene_segment(scene, (qv_segment){left, y, right, y}, QV_AXIS_INK, 1));
  for (int i = 0; i < axis->n_minor; i++) {
    const double x = qv_axis_place(axis, axis->minor[i]);
    PetscCall(qv_scene_segment(scene, (qv_segment){x, y, x, y + MINOR_TICK}, QV_AXIS_INK, 0.8));
  }
  for (int i = 0; i < axis->n_ticks; i++) {
    const double x = qv_axis_place(axis, axis->tick[i]);
    PetscCall(qv_scene_segment(scene, (qv_segment){x, y, x, y + TICK}, QV_AXIS_INK, 1));
    PetscCall(qv_scene_text(scene,
                            &(qv_shape){.colour = QV_INK,
                                        .size   = QV_SIZE_TICK,
                                        .x      = x,
                                        .y      = y + 6 + QV_SIZE_TICK,
                                        .anchor = QV_ANCHOR_MIDDLE},
                            axis->text[i]));
  }
  const double below = y + 10 + QV_SIZE_TICK + QV_SIZE_LABEL;
  const double used  = qv_text_width(axis->factor, QV_SIZE_TICK, false);
  PetscCall(qv_scene_text(scene,
                          &(qv_shape){.colour = QV_INK,
                                      .size   = QV_SIZE_LABEL,
                                      .x      = (left + right) / 2,
                                      .y      = below,
                                      .width  = fmax(1, right - left - 2 * used),
                                      .anchor = QV_ANCHOR_MIDDLE},
                          panel->chart->x_label));
  PetscCall(qv_scene_text(scene,
                          &(qv_shape){.colour = QV_PALE_INK,
                                      .size   = QV_SIZE_TICK,
                                      .x      = right,
                                      .y      = below,
                                      .width  = right - left,
                                      .anchor = QV_ANCHOR_END},
                          axis->factor));
  PetscFunctionReturn(0);
}

/* Ticks and labels of a vertical axis at x, to the left (side -1) or right (+1). */
static PetscErrorCode draw_upright_axis(const qv_axis *axis, double x, int side, qv_scene *scene) {
  const qv_anchor anchor = side < 0 ? QV_ANCHOR_END : QV_ANCHOR_START;
  PetscFunctionBegin;
  PetscCall(qv_scene_segment(scene, (qv_segment){x, axis->start, x, axis->end}, QV_AXIS_INK, 1));
  for (int i = 0; i < axis->n_minor; i++) {
    const double y = qv_axis_place(axis, axis->minor[i]);
    PetscCall(
      qv_scene_segment(scene, (qv_segment){x, y, x + side * MINOR_TICK, y}, QV_AXIS_INK, 0.8));
  }
  for (int i = 0; i < axis->n_ticks; i++) {
    const double y = qv_axis_place(axis, axis->tick[i]);
    PetscCall(qv_scene_segment(scene, (qv_segment){x, y, x + side * TICK, y}, QV_AXIS_INK, 1));
    PetscCall(qv_scene_text(scene,
                            &(qv_shape){.colour = QV_INK,
                                        .size   = QV_SIZE_TICK,
                                        .x      = x + side * (TICK + 4.0),
                                        .y      = y + middle * QV_SIZE_TICK,
                                        .anchor = anchor},
                            axis->text[i]));
  }
  PetscFunctionReturn(0);
}

/* Title above; under it the factor of the y axis on the left, the note on the right. */
static PetscErrorCode draw_heading(const qv_panel *panel, qv_scene *scene) {
  const double   left = panel->box[QV_LEFT], right = panel->box[QV_RIGHT], top = panel->box[QV_TOP];
  const double   middle_y = (panel->box[QV_BOTTOM] + top) / 2;
  const qv_shape small    = {
       .colour = QV_PALE_INK, .size = QV_SIZE_TICK, .y = top - 6, .width = right - left};
  qv_shape shape = small;
  PetscFunctionBegin;
  PetscCall(qv_scene_text(scene,
                          &(qv_shape){.colour = QV_INK,
                                      .size   = QV_SIZE_HEADING,
                                      .x      = left,
                                      .bold   = true,
                                      .y      = top - (panel->has_note_line ? 23 : 8),
                                      .width  = right - left},
                          panel->chart->title));
  shape.x = left;
  PetscCall(qv_scene_text(scene, &shape, panel->y.factor));
  shape.x      = panel->is_empty ? (left + right) / 2 : right;
  shape.y      = panel->is_empty ? middle_y : top - 6;
  shape.anchor = panel->is_empty ? QV_ANCHOR_MIDDLE : QV_ANCHOR_END;
  if (panel->is_empty) shape.size = QV_SIZE_LABEL;
  PetscCall(qv_scene_text(scene, &shape, panel->note));
  shape       = small;
  shape.x     = right + 14;
  shape.width = 0;
  PetscCall(qv_scene_text(scene, &shape, panel->bar.factor));
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_y_label(const qv_panel *panel, qv_scene *scene) {
  const double *b     = panel->box;
  const double  label = qv_axis_label_width(&panel->y, QV_SIZE_TICK);
  PetscFunctionBegin;
  PetscCall(qv_scene_text(scene,
                          &(qv_shape){.colour = QV_INK,
                                      .size   = QV_SIZE_LABEL,
                                      .x      = b[QV_LEFT] - label - 17,
                                      .y      = (b[QV_TOP] + b[QV_BOTTOM]) / 2,
                                      .width  = b[QV_BOTTOM] - b[QV_TOP] + panel->margin[QV_BOTTOM],
                                      .anchor = QV_ANCHOR_MIDDLE,
                                      .upright = true},
                          panel->chart->y_label));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_chart_draw(const qv_panel *panel, qv_scene *scene) {
  const qv_chart *chart = panel->chart;
  PetscFunctionBegin;
  PetscCall(qv_scene_group(scene, chart->title));
  if (!chart->raster) PetscCall(draw_grid(panel, scene));
  PetscCall(draw_x_axis(panel, scene));
  PetscCall(draw_upright_axis(&panel->y, panel->box[QV_LEFT], -1, scene));
  PetscCall(draw_y_label(panel, scene));
  if (chart->raster) {
    PetscCall(qv_raster_draw(panel, scene));
    PetscCall(draw_upright_axis(&panel->bar, panel->box[QV_RIGHT] + 26, 1, scene));
  }
  PetscCall(qv_curves_draw(panel, scene));
  PetscCall(draw_heading(panel, scene));
  if (panel->own_legend) {
    const double at[2] = {panel->legend_x, panel->legend_y};
    PetscCall(qv_legend_draw(chart, at, false, scene));
  }
  PetscCall(qv_scene_end(scene));
  PetscFunctionReturn(0);
}
