/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/band.h"
#include "solvers/figure/chart.h"
#include "solvers/figure/cover.h"
#include "solvers/figure/style.h"
#include "solvers/figure/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_ENTRIES = 12, SWATCH = 18, ROW = 17, GAP = 7, WIDEST = 260 };

static bool is_entry(const qv_curve *curve) {
  return curve->label && *curve->label;
}

int qv_legend_count(const qv_chart *chart) {
  int n = 0;
  for (int i = 0; i < chart->n_curves; i++) n += is_entry(&chart->curve[i]);
  return n;
}

static int rows_of(const qv_chart *chart) {
  const int n = qv_legend_count(chart);
  return n > MOST_ENTRIES ? MOST_ENTRIES + 1 : n;
}

double qv_legend_height(const qv_chart *chart) {
  return ROW * rows_of(chart) + GAP;
}

double qv_legend_width(const qv_chart *chart) {
  double widest = 0;
  int    n      = 0;
  for (int i = 0; i < chart->n_curves && n < MOST_ENTRIES; i++) {
    if (!is_entry(&chart->curve[i])) continue;
    widest = fmax(widest, qv_text_width(chart->curve[i].label, QV_SIZE_LEGEND, false));
    n++;
  }
  return fmin(widest, WIDEST) + SWATCH + 2 * GAP;
}

static const qv_curve *next_entry(const qv_chart *chart, int *i) {
  while (*i < chart->n_curves && !is_entry(&chart->curve[*i])) ++*i;
  return *i < chart->n_curves ? &chart->curve[(*i)++] : NULL;
}

bool qv_legend_equal(const qv_chart *a, const qv_chart *b) {
  int i = 0, j = 0;
  for (;;) {
    const qv_curve *p = next_entry(a, &i), *q = next_entry(b, &j);
    if (!p || !q) return p == q;
    if (p->colour != q->colour || p->mark != q->mark || p->dashed != q->dashed ||
        strcmp(p->label, q->label))
      return false;
  }
}

/* A bar covers all that is below its top. */
static void mark_bars(const qv_panel *panel, const qv_curve *curve, qv_cover *cover) {
  for (int64_t i = 0; i + 1 < curve->n; i++) {
    if (!qv_axis_takes(&panel->x, curve->x[i]) || !qv_axis_takes(&panel->y, curve->y[i])) continue;
    const double right = qv_axis_place(&panel->x, curve->x[i + 1]);
    const double top   = qv_axis_place(&panel->y, curve->y[i]);
    for (double x = qv_axis_place(&panel->x, curve->x[i]); x <= right; x += cover->cell)
      qv_cover_mark(cover, (qv_segment){x, panel->y.start, x, top});
  }
}

static void mark_curve(const qv_panel *panel, const qv_curve *curve, qv_cover *cover) {
  double px = NAN, py = NAN;
  for (int64_t i = 0; i < curve->n; i++) {
    double x = NAN, y = NAN;
    if (qv_axis_takes(&panel->x, curve->x[i]) && qv_axis_takes(&panel->y, curve->y[i])) {
      x                = qv_axis_place(&panel->x, curve->x[i]);
      y                = qv_axis_place(&panel->y, curve->y[i]);
      const bool joins = curve->mark != QV_MARK_POINTS && !isnan(px);
      qv_cover_mark(cover, joins ? (qv_segment){px, py, x, y} : (qv_segment){x, y, x, y});
    }
    px = x;
    py = y;
  }
}

static void mark_rules(const qv_panel *panel, const qv_curve *curve, qv_cover *cover) {
  for (int64_t i = 0; i < curve->n; i++) {
    if (!qv_axis_takes(&panel->x, curve->x[i])) continue;
    const double x = qv_axis_place(&panel->x, curve->x[i]);
    qv_cover_mark(cover, (qv_segment){x, panel->y.start, x, panel->y.end});
  }
}

PetscErrorCode qv_legend_place(qv_panel *panel) {
  const double *b = panel->box, width = qv_legend_width(panel->chart);
  const double  height = qv_legend_height(panel->chart);
  qv_cover     *cover;
  PetscFunctionBegin;
  PetscCall(qv_cover_create(b, 4, &cover));
  for (int i = 0; i < panel->chart->n_curves; i++)
    if (panel->chart->curve[i].mark == QV_MARK_STEPS)
      mark_bars(panel, &panel->chart->curve[i], cover);
    else if (panel->chart->curve[i].mark == QV_MARK_RULES)
      mark_rules(panel, &panel->chart->curve[i], cover);
    else if (panel->chart->curve[i].mark == QV_MARK_BAND)
      qv_band_mark(panel, &panel->chart->curve[i], cover);
    else
      mark_curve(panel, &panel->chart->curve[i], cover);
  panel->legend_outside = true;
  for (int corner = 0; corner < 6 && panel->legend_outside && !panel->chart->raster; corner++) {
    const int    column  = (int[]){2, 0, 2, 0, 1, 1}[corner]; /* right, left, then the middle */
    const double x       = b[0] + 6 + column * (b[2] - b[0] - width - 12) / 2;
    const double y       = (int[]){0, 0, 1, 1, 0, 1}[corner] ? b[3] - height - 6 : b[1] + 6;
    const double room[4] = {x - 4, y - 4, x + width + 4, y + height + 4};
    panel->legend_outside =
      width + 20 > b[2] - b[0] || height + 20 > b[3] - b[1] || !qv_cover_is_free(cover, room);
    panel->legend_x = x + GAP;
    panel->legend_y = y + GAP / 2.0;
  }
  PetscCall(qv_cover_destroy(&cover));
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_swatch(const qv_curve *curve, double x, double y, qv_scene *scene) {
  qv_shape shape = {.colour = qv_style_colour(curve->colour)};
  PetscFunctionBegin;
  if (curve->mark == QV_MARK_LINE || curve->mark == QV_MARK_RULES) {
    PetscCall(qv_scene_segment(scene, (qv_segment){x, y, x + SWATCH, y}, shape.colour, 2));
    scene->shape[scene->n_shapes - 1].dashed = curve->dashed;
    PetscFunctionReturn(0);
  }
  if (curve->mark == QV_MARK_BAND) {
    PetscCall(qv_band_swatch(curve, &(qv_segment){x, y, x + SWATCH, y}, scene));
    PetscFunctionReturn(0);
  }
  if (curve->mark == QV_MARK_STEPS) {
    shape = (qv_shape){.kind    = QV_SHAPE_BOX,
                       .colour  = shape.colour,
                       .opacity = 0.5,
                       .x       = x + 3,
                       .y       = y - 5,
                       .width   = SWATCH - 6,
                       .height  = 10};
    PetscCall(qv_scene_add(scene, &shape));
    PetscFunctionReturn(0);
  }
  shape.kind = QV_SHAPE_DOTS;
  shape.size = curve->mark == QV_MARK_END ? QV_END_DOT : QV_DOT + 0.6;
  PetscCall(qv_scene_add(scene, &shape));
  PetscCall(qv_scene_point(scene, x + SWATCH / 2.0, y));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_legend_draw(const qv_chart *chart, const double at[2], bool is_row,
                              qv_scene *scene) {
  double          x = at[0], y = at[1] + ROW / 2.0;
  int             i = 0, n = 0;
  const int       all  = qv_legend_count(chart);
  qv_shape        text = {.colour = QV_INK, .size = QV_SIZE_LEGEND};
  const qv_curve *curve;
  PetscFunctionBegin;
  while (n++ < MOST_ENTRIES && (curve = next_entry(chart, &i))) {
    PetscCall(draw_swatch(curve, x, y, scene));
    text.x     = x + SWATCH + GAP;
    text.y     = y + 0.36 * QV_SIZE_LEGEND;
    text.width = WIDEST;
    PetscCall(qv_scene_text(scene, &text, curve->label));
    if (is_row)
      x = text.x + fmin(WIDEST, qv_text_width(curve->label, QV_SIZE_LEGEND, false)) + 18;
    else
      y += ROW;
  }
  if (all > MOST_ENTRIES) {
    char more[48];
    snprintf(more, sizeof more, "and %d more", all - MOST_ENTRIES);
    text.x = x;
    text.y = y + 0.36 * QV_SIZE_LEGEND;
    PetscCall(qv_scene_text(scene, &text, more));
  }
  PetscFunctionReturn(0);
}
