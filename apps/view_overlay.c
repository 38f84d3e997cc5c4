/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_overlay.h"

#include "apps/view_data.h"
#include "apps/view_seeds.h"
#include "apps/view_set.h"
#include "solvers/figure/histogram.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHORT = 30, OVERLAY_COLOURS = 8, OVERLAY_CURVES = 64 };

const char *qv_view_overlay_title(const qv_array *array) {
  return array->long_name && *array->long_name ? array->long_name : qv_view_set_base(array->path);
}

PetscErrorCode qv_view_overlay_add(qv_view_overlay *o, const char *label, int64_t n, double *x,
                                   double *y) {
  PetscFunctionBegin;
  if (o->n == o->room) {
    o->room = 2 * o->room + 8;
    PetscCall(PetscRealloc((size_t)o->room * sizeof *o->curve, &o->curve));
  }
  if (label || !o->n_labels) o->n_labels++;
  o->curve[o->n] = (qv_curve){.mark   = QV_MARK_LINE,
                              .n      = n,
                              .x      = x,
                              .y      = y,
                              .colour = (o->n_labels - 1) % OVERLAY_COLOURS,
                              .dashed = (o->n_labels - 1) / OVERLAY_COLOURS % 2 == 1};
  if (label) {
    char *copy;
    PetscCall(PetscStrallocpy(label, &copy));
    o->curve[o->n].label = copy;
  }
  o->n++;
  PetscFunctionReturn(0);
}

static PetscErrorCode copy_values(int64_t n, const double *from, double **to) {
  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)n + 1, to));
  if (n) memcpy(*to, from, (size_t)n * sizeof **to);
  PetscFunctionReturn(0);
}

static PetscErrorCode name_axes(qv_view_overlay *o, const qv_array *array,
                                const qv_view_data *data) {
  PetscFunctionBegin;
  if (!o->x_label) PetscCall(PetscStrallocpy(data->along_label, &o->x_label));
  if (!o->y_label)
    PetscCall(qv_view_data_label(qv_view_overlay_title(array), array->unit, &o->y_label));
  PetscFunctionReturn(0);
}

/* A mean with a band for each column of [seed, index, column], or one of [seed, index]. */
static PetscErrorCode add_bands(qv_view_overlay *o, qv_h5 *file, const qv_array *array,
                                const char *label, const char **reason) {
  static const int64_t limit[QV_ROLES] = {INT64_MAX, INT64_MAX, OVERLAY_CURVES, 1};
  const int            axis[QV_ROLES]  = {1, 0, array->rank == 3 ? 2 : -1, -1};
  qv_view_data        *data;
  PetscFunctionBegin;
  PetscCall(qv_view_data_read(file, array, axis, limit, &data, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscCall(name_axes(o, array, data));
  for (int64_t k = 0; k < data->n[QV_CURVE]; k++) {
    const char         *name = data->name[QV_CURVE] ? data->name[QV_CURVE][k] : NULL;
    const qv_view_seeds rows = {.seeds  = data->n[QV_CHART],
                                .n      = data->n[QV_ALONG],
                                .x      = data->along,
                                .y      = qv_view_data_curve(data, 0, k, 0),
                                .y_step = data->n[QV_CURVE] * data->n[QV_ALONG]};
    PetscCall(qv_view_seeds_add(o, label ? label : name, &rows));
  }
  PetscCall(qv_view_data_destroy(&data));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_overlay_series(qv_view_overlay *o, qv_h5 *file, const qv_array *array,
                                      const char *label, const char **reason) {
  const int64_t limit[QV_ROLES] = {INT64_MAX, 1, OVERLAY_CURVES, 1};
  const bool    is_seeded = array->rank == 2 && array->axes[0] && !strcmp(array->axes[0], "seed");
  const int     axis[QV_ROLES] = {is_seeded, -1, array->rank == 2 ? !is_seeded : -1, -1};
  qv_view_data *data;
  PetscFunctionBegin;
  *reason = NULL;
  if (!o->each_seed && array->rank < 4 && qv_view_seeds_are_many(array)) {
    PetscCall(add_bands(o, file, array, label, reason));
    PetscFunctionReturn(0);
  }
  if (array->rank < 1 || array->rank > 2) {
    *reason = "a chart of several curves takes series with one or two axes";
    PetscFunctionReturn(0);
  }
  PetscCall(qv_view_data_read(file, array, axis, limit, &data, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscCall(name_axes(o, array, data));
  for (int64_t k = 0; k < data->n[QV_CURVE]; k++) {
    double *x, *y;
    PetscCall(copy_values(data->n[QV_ALONG], data->along, &x));
    PetscCall(copy_values(data->n[QV_ALONG], qv_view_data_curve(data, 0, k, 0), &y));
    PetscCall(qv_view_overlay_add(o, k ? NULL : label, data->n[QV_ALONG], x, y));
  }
  PetscCall(qv_view_data_destroy(&data));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_overlay_histogram(qv_view_overlay *o, const qv_view_lists *lists) {
  int64_t       all = 0, at = 0;
  double       *joint;
  qv_histogram *bins, *h;
  PetscFunctionBegin;
  for (int k = 0; k < lists->n; k++) all += lists->count[k];
  PetscCall(PetscMalloc1((size_t)all + 1, &joint));
  for (int k = 0; k < lists->n; at += lists->count[k++])
    if (lists->count[k])
      memcpy(joint + at, lists->value[k], (size_t)lists->count[k] * sizeof *joint);
  PetscCall(qv_histogram_create(all, joint, lists->is_log, &bins));
  PetscCall(PetscFree(joint));
  for (int k = 0; k < lists->n && bins->n_bins; k++) {
    PetscCall(qv_histogram_count(bins, lists->count[k], lists->value[k], &h));
    PetscCall(qv_view_overlay_add(o, lists->label[k], h->n_bins + 1, h->edge, h->count));
    o->curve[o->n - 1].mark = QV_MARK_STEPS;
    h->edge = h->count = NULL;
    PetscCall(qv_histogram_destroy(&h));
  }
  o->x_log = lists->is_log;
  PetscCall(qv_histogram_destroy(&bins));
  PetscFunctionReturn(0);
}

/* Short curves get dots: a copy of each, without a label. */
static int with_dots(const qv_view_overlay *o, qv_curve *curve) {
  int n = o->n;
  memcpy(curve, o->curve, (size_t)o->n * sizeof *curve);
  for (int k = 0; k < o->n; k++) {
    if (curve[k].mark != QV_MARK_LINE || curve[k].n > SHORT) continue;
    curve[n]       = curve[k];
    curve[n].mark  = QV_MARK_POINTS;
    curve[n].label = NULL;
    n++;
  }
  return n;
}

PetscErrorCode qv_view_overlay_draw(const qv_view_overlay *o, const qv_view_frame *frame) {
  qv_curve *curve;
  char      title[512];
  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)(2 * o->n) + 1, &curve));
  snprintf(title, sizeof title, "%s", frame->title);
  if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
  if (o->n) memset(curve, 0, (size_t)(2 * o->n) * sizeof *curve);
  qv_chart        chart  = {.x_label  = o->x_label,
                            .y_label  = o->y_label,
                            .x_log    = o->x_log,
                            .y_log    = o->y_log,
                            .n_curves = o->n ? with_dots(o, curve) : 0,
                            .curve    = curve};
  const qv_figure figure = {
    .title = title, .caption = frame->caption, .columns = 1, .n_charts = 1, .chart = &chart};
  PetscErrorCode code = frame->svg ? qv_figure_svg(&figure, frame->svg) : 0;
  if (!code && frame->png) code = qv_figure_png(&figure, frame->png);
  PetscCall(PetscFree(curve));
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_overlay_release(qv_view_overlay *o) {
  PetscFunctionBegin;
  for (int k = 0; k < o->n; k++) {
    double *x = (double *)o->curve[k].x, *y = (double *)o->curve[k].y;
    double *upper = (double *)o->curve[k].upper;
    char   *label = (char *)o->curve[k].label;
    PetscCall(PetscFree(x));
    PetscCall(PetscFree(y));
    PetscCall(PetscFree(upper));
    PetscCall(PetscFree(label));
  }
  PetscCall(PetscFree(o->curve));
  PetscCall(PetscFree(o->x_label));
  PetscCall(PetscFree(o->y_label));
  memset(o, 0, sizeof *o);
  PetscFunctionReturn(0);
}
