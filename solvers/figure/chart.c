/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/chart.h"

#include "solvers/figure/style.h"
#include "solvers/figure/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What the curves of a chart cover, and what of them no axis can take. */
typedef struct {
  double  low[2], high[2];
  int64_t n_values, n_shown, n_finite;
} extent;

static void include(extent *e, int axis, double value) {
  e->low[axis]  = fmin(e->low[axis], value);
  e->high[axis] = fmax(e->high[axis], value);
}

/* Both edges: bins whose height cannot be shown are drawn as empty ones. */
static void include_bin(const qv_panel *panel, const qv_curve *curve, int64_t i, extent *e) {
  for (int64_t k = i; k <= i + 1; k++)
    if (qv_axis_takes(&panel->wanted_x, curve->x[k])) include(e, 0, curve->x[k]);
}

/* Only the point that is drawn. */
static void scan_end(const qv_panel *panel, const qv_curve *curve, extent *e) {
  for (int64_t i = curve->n - 1; i >= 0; i--) {
    if (!qv_axis_takes(&panel->wanted_x, curve->x[i]) ||
        !qv_axis_takes(&panel->wanted_y, curve->y[i]))
      continue;
    include(e, 0, curve->x[i]);
    include(e, 1, curve->y[i]);
    return;
  }
}

static void scan_rules(const qv_panel *panel, const qv_curve *curve, extent *e) {
  for (int64_t i = 0; i < curve->n; i++)
    if (qv_axis_takes(&panel->wanted_x, curve->x[i])) include(e, 0, curve->x[i]);
}

/* On a log axis the lower edge takes a decade at most: where it comes close to zero it would take
 * the whole chart. What is hidden is counted with the line. */
static void scan_band(const qv_panel *panel, const qv_curve *curve, extent *e) {
  const bool is_log = panel->wanted_y.is_log;
  double     least  = INFINITY;
  for (int pass = 0; pass < 2; pass++)
    for (int64_t i = 0; i < curve->n; i++) {
      const double low = curve->y[i], high = curve->upper[i];
      if (!qv_axis_takes(&panel->wanted_x, curve->x[i]) || !qv_axis_takes(&panel->wanted_y, high) ||
          !isfinite(low))
        continue;
      least = fmin(least, high);
      if (!pass) continue;
      e->n_values++, e->n_shown++, e->n_finite++;
      include(e, 0, curve->x[i]);
      include(e, 1, high);
      if (qv_axis_takes(&panel->wanted_y, low)) include(e, 1, is_log ? fmax(low, least / 10) : low);
    }
}

static void scan_curve(const qv_panel *panel, const qv_curve *curve, extent *e) {
  const bool    is_steps = curve->mark == QV_MARK_STEPS;
  const int64_t n        = is_steps ? curve->n - 1 : curve->n;
  if (curve->mark == QV_MARK_END) {
    scan_end(panel, curve, e);
    return;
  }
  if (curve->mark == QV_MARK_RULES) {
    scan_rules(panel, curve, e);
    return;
  }
  if (curve->mark == QV_MARK_BAND) {
    scan_band(panel, curve, e);
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    const double x = curve->x[i], y = curve->y[i];
    const bool   shown = qv_axis_takes(&panel->wanted_x, x) && qv_axis_takes(&panel->wanted_y, y);
    e->n_values++;
    e->n_shown += shown;
    e->n_finite += isfinite(x) && isfinite(y);
    if (is_steps && isfinite(y)) include_bin(panel, curve, i, e);
    if (!shown) continue;
    include(e, 0, x);
    include(e, 1, y);
    if (is_steps && !panel->chart->y_log) include(e, 1, 0);
  }
}

static void write_note(qv_panel *panel, const extent *e) {
  const int64_t hidden = e->n_finite - e->n_shown;
  const char   *what   = panel->chart->y_log || panel->chart->x_log ? "not positive" : "too large";
  panel->is_empty      = e->n_shown == 0 && !panel->chart->raster;
  if (panel->chart->raster && !e->n_values) return;
  if (!e->n_values)
    snprintf(panel->note, sizeof panel->note, "no data");
  else if (!e->n_shown && !e->n_finite)
    snprintf(panel->note, sizeof panel->note, "no finite values");
  else if (!e->n_shown)
    snprintf(panel->note, sizeof panel->note, "no values to show: %s", what);
  else if (hidden > 0) {
    char number[64];
    qv_ticks_plain((double)hidden, 0, number);
    snprintf(panel->note, sizeof panel->note, "%s value%s not shown: %s", number,
             hidden > 1 ? "s" : "", what);
  }
}

static void show_curves(const qv_chart *chart, const extent *e, qv_panel *panel) {
  /* A histogram stands on its axis. */
  const bool stands =
    e->low[1] == 0 && chart->n_curves > 0 && chart->curve[0].mark == QV_MARK_STEPS;
  qv_axis_show(&panel->wanted_x, e->low[0], e->high[0], chart->equal_aspect ? 0.06 : 0.025);
  qv_axis_show(&panel->wanted_y, e->low[1], e->high[1], 0.06);
  if (stands && panel->wanted_y.high > 0) panel->wanted_y.low = 0;
}

void qv_chart_scan(const qv_chart *chart, qv_panel *panel) {
  extent e = {.low = {INFINITY, INFINITY}, .high = {-INFINITY, -INFINITY}};
  memset(panel, 0, sizeof *panel);
  panel->chart           = chart;
  panel->wanted_x.is_log = chart->x_log && !chart->raster;
  panel->wanted_y.is_log = chart->y_log && !chart->raster;
  for (int i = 0; i < chart->n_curves; i++) scan_curve(panel, &chart->curve[i], &e);
  write_note(panel, &e);
  if (chart->raster) {
    double range[2];
    qv_raster_range(chart->raster, range);
    qv_axis_show(&panel->wanted_x, -0.5, chart->raster->width - 0.5, 0);
    qv_axis_show(&panel->wanted_y, -0.5, chart->raster->height - 0.5, 0);
    qv_axis_show(&panel->bar, range[0], range[1], 0);
    return;
  }
  show_curves(chart, &e, panel);
}

static bool has(const char *text) {
  return text && *text;
}

/* Ticks for a plot area of this size. */
static void fit(const qv_chart *chart, qv_axis *x, double width, qv_axis *y, double height) {
  const bool is_equal = chart->equal_aspect && !chart->raster;
  if (is_equal) qv_axis_match(x, width, y, height);
  qv_axis_fit(x, width, true, QV_SIZE_TICK);
  qv_axis_fit(y, height, false, QV_SIZE_TICK);
  if (is_equal) qv_axis_agree(x, width, y, height, QV_SIZE_TICK);
}

void qv_chart_measure(qv_panel *panel, double width, double height) {
  const qv_chart *chart = panel->chart;
  qv_axis         x = panel->wanted_x, y = panel->wanted_y;
  fit(chart, &x, width, &y, height);
  const double label = qv_axis_label_width(&y, QV_SIZE_TICK);
  const double over = x.n_ticks ? qv_text_width(x.text[x.n_ticks - 1], QV_SIZE_TICK, false) / 2 : 0;
  if (chart->raster) qv_axis_fit(&panel->bar, height, false, QV_SIZE_TICK);
  panel->has_note_line =
    y.factor[0] || panel->bar.factor[0] || (panel->note[0] && !panel->is_empty);
  panel->margin[QV_LEFT]   = label + 12 + (has(chart->y_label) ? 20 : 0);
  panel->margin[QV_BOTTOM] = 22 + (has(chart->x_label) || x.factor[0] ? 19 : 0);
  panel->margin[QV_RIGHT]  = fmax(14, over);
  panel->margin[QV_TOP]    = (has(chart->title) ? 23 : 8) + (panel->has_note_line ? 15 : 0);
  if (chart->raster) panel->margin[QV_RIGHT] = qv_raster_bar_width(panel);
  if (panel->legend_outside) panel->margin[QV_RIGHT] += qv_legend_width(chart) + 6;
}

/* A raster fills its plot area: make that as narrow as the raster. */
static void shrink(qv_panel *panel) {
  const qv_raster *raster = panel->chart->raster;
  const double    *b      = panel->box;
  const double     scale  = fmin((b[2] - b[0]) / raster->width, (b[3] - b[1]) / raster->height);
  panel->box[QV_RIGHT]    = b[0] + scale * raster->width;
  panel->box[QV_BOTTOM]   = b[1] + scale * raster->height;
}

void qv_chart_place(qv_panel *panel) {
  const qv_chart *chart = panel->chart;
  const double   *b     = panel->box;
  if (chart->raster && chart->equal_aspect) shrink(panel);
  panel->x = panel->wanted_x;
  panel->y = panel->wanted_y;
  fit(chart, &panel->x, b[2] - b[0], &panel->y, b[3] - b[1]);
  if (chart->raster) qv_axis_fit(&panel->bar, b[3] - b[1], false, QV_SIZE_TICK);
  panel->x.start = b[QV_LEFT];
  panel->x.end   = b[QV_RIGHT];
  panel->y.start = panel->bar.start = b[QV_BOTTOM];
  panel->y.end = panel->bar.end = b[QV_TOP];
}
