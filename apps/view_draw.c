/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_draw.h"

#include "apps/view_bins.h"
#include "apps/view_data.h"
#include "apps/view_image.h"
#include "apps/view_joint.h"
#include "apps/view_seeds.h"
#include "apps/view_set.h"
#include "solvers/figure/histogram.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CHARTS = 6, MOST_CURVES = 64, MOST_COLOURS = 8, FEW_POINTS = 30, TEXT = 512 };

/* A page being made from the curves of a data set. */
typedef struct {
  const qv_array     *array;
  const qv_view_data *data;
  char               *value_label;
  char                title[MOST_CHARTS][TEXT], caption[2 * TEXT];
  qv_chart            chart[MOST_CHARTS];
  qv_curve           *curve; /* two for each curve of the data */
} page;

static const char *name_of(const qv_array *array) {
  if (array->long_name && *array->long_name) return array->long_name;
  return strrchr(array->path, '/') + 1;
}

static bool is_axis(const qv_array *array, int axis, const char *name) {
  return array->axes[axis] && !strcmp(array->axes[axis], name);
}

static PetscErrorCode write_figure(qv_figure *figure, const qv_view_picture *picture) {
  PetscFunctionBegin;
  if (picture->svg) PetscCall(qv_figure_svg(figure, picture->svg));
  if (picture->png) PetscCall(qv_figure_png(figure, picture->png));
  PetscFunctionReturn(0);
}

/* " The first 6 of 10,000 systems." where not all are shown. */
static void add_share(char *caption, size_t room, const page *p, int role) {
  const qv_view_data *data = p->data;
  const size_t        used = strlen(caption);
  char                all[24];
  if (data->n[role] == data->all[role]) return;
  const char *what = p->array->axes[data->axis[role]];
  qv_figure_tick_text((double)data->all[role], false, all);
  snprintf(caption + used, room - used, " The first %d of %s %ss.", (int)data->n[role], all,
           what ? what : "column");
}

static void write_caption(page *p, const qv_view_picture *picture, const char *more) {
  const bool has_title = picture->title && *picture->title;
  snprintf(p->caption, TEXT, "%s%s%s.", has_title ? picture->title : "", has_title ? ": " : "",
           picture->source);
  add_share(p->caption, sizeof p->caption, p, QV_CHART);
  add_share(p->caption, sizeof p->caption, p, QV_CURVE);
  const size_t used = strlen(p->caption);
  snprintf(p->caption + used, sizeof p->caption - used, "%s", more);
}

/* The curves of chart c: paths with their ends, or lines over the scale (with dots when they are
 * short). */
static void add_curves(page *p, int64_t c, bool is_path) {
  const qv_view_data *data = p->data;
  const int64_t       n = data->n[QV_CURVE], length = data->n[QV_ALONG];
  qv_curve           *curve     = p->curve + 2 * c * n;
  const bool          is_marked = is_path || length <= FEW_POINTS;
  for (int64_t k = 0; k < n; k++) {
    const double *first = qv_view_data_curve(data, c, k, 0);
    qv_curve     *line = &curve[k], *mark = &curve[n + k];
    line->mark   = QV_MARK_LINE;
    line->n      = length;
    line->x      = is_path ? first : data->along;
    line->y      = is_path ? qv_view_data_curve(data, c, k, 1) : first;
    line->colour = n > MOST_COLOURS ? -1 : (int)k;
    *mark        = *line;
    mark->mark   = is_path ? QV_MARK_END : QV_MARK_POINTS;
    if (n > 1 && n <= MOST_COLOURS && data->name[QV_CURVE]) line->label = data->name[QV_CURVE][k];
  }
  p->chart[c].curve    = curve;
  p->chart[c].n_curves = (int)(is_marked ? 2 * n : n);
}

/* "system 17, time 0 to 30 yr": to the last time at which the system is known. */
static void write_span(page *p, int64_t c) {
  const qv_view_data *data = p->data;
  const char         *name = data->name[QV_CHART] ? data->name[QV_CHART][c] : name_of(p->array);
  const char         *unit = strchr(data->along_label, '[');
  char                from[24], to[24];
  int64_t             last = -1;
  for (int64_t k = 0; k < data->n[QV_CURVE]; k++) {
    const double *x = qv_view_data_curve(data, c, k, 0);
    for (int64_t i = data->n[QV_ALONG] - 1; i > last; i--)
      if (isfinite(x[i])) last = i;
  }
  snprintf(p->title[c], TEXT, "%s", name);
  if (last < 0) return;
  qv_figure_tick_text(data->along[0], false, from);
  qv_figure_tick_text(data->along[last], false, to);
  const int word = unit ? (int)(unit - data->along_label) - 1 : (int)strlen(data->along_label);
  snprintf(p->title[c], TEXT, "%.150s, %.*s %s to %s %.*s", name, word, data->along_label, from, to,
           unit ? (int)strlen(unit) - 2 : 0, unit ? unit + 1 : "");
}

static PetscErrorCode draw_page(page *p, const qv_view_picture *picture) {
  static const int columns[MOST_CHARTS + 1] = {1, 1, 2, 3, 2, 3, 3};
  const int        n                        = (int)p->data->n[QV_CHART];
  char             title[TEXT];
  PetscFunctionBegin;
  snprintf(title, sizeof title, "%s", name_of(p->array));
  if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
  PetscCall(write_figure(&(qv_figure){.title    = title,
                                      .caption  = p->caption,
                                      .columns  = columns[n],
                                      .n_charts = n,
                                      .chart    = p->chart},
                         picture));
  PetscFunctionReturn(0);
}

static void fill_trajectory(page *p, const qv_view_picture *picture, char *x_label, char *y_label) {
  const bool is_space = p->data->all[QV_COORDINATE] > 2;
  for (int64_t c = 0; c < p->data->n[QV_CHART]; c++) {
    write_span(p, c);
    p->chart[c] = (qv_chart){
      .title = p->title[c], .x_label = x_label, .y_label = y_label, .equal_aspect = true};
    add_curves(p, c, true);
  }
  write_caption(
    p, picture,
    is_space ? " Projected on the first two axes. Dots mark the ends." : " Dots mark the ends.");
}

static void fill_series(page *p, const qv_view_picture *picture, bool is_log) {
  for (int64_t c = 0; c < p->data->n[QV_CHART]; c++) {
    p->chart[c] = (qv_chart){.title   = p->data->name[QV_CHART] ? p->data->name[QV_CHART][c] : NULL,
                             .x_label = p->data->along_label,
                             .y_label = p->value_label,
                             .y_log   = is_log};
    add_curves(p, c, false);
  }
  write_caption(p, picture, "");
}

/* Read the data, fill a page, draw it. */
static PetscErrorCode draw_curves(qv_h5 *file, const qv_array *array, const int axis[QV_ROLES],
                                  const qv_view_picture *picture, const char **reason) {
  const bool    is_path         = axis[QV_COORDINATE] >= 0;
  const int64_t limit[QV_ROLES] = {INT64_MAX, MOST_CHARTS, MOST_CURVES, 2};
  char         *x_label = NULL, *y_label = NULL;
  qv_view_data *data;
  page         *p;
  PetscFunctionBegin;
  PetscCall(qv_view_data_read(file, array, axis, limit, &data, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscCall(PetscNew(&p));
  p->array = array;
  p->data  = data;
  PetscCall(PetscCalloc1((size_t)(2 * data->n[QV_CHART] * data->n[QV_CURVE]) + 1, &p->curve));
  PetscCall(qv_view_data_label(name_of(array), array->unit, &p->value_label));
  if (is_path) {
    PetscCall(qv_view_data_label(data->name[QV_COORDINATE][0], array->unit, &x_label));
    PetscCall(qv_view_data_label(data->name[QV_COORDINATE][1], array->unit, &y_label));
    fill_trajectory(p, picture, x_label, y_label);
  } else {
    fill_series(p, picture, qv_view_set_is(array->view, "series-log"));
  }
  const PetscErrorCode code = draw_page(p, picture);
  PetscCall(PetscFree(x_label));
  PetscCall(PetscFree(y_label));
  PetscCall(PetscFree(p->value_label));
  PetscCall(PetscFree(p->curve));
  PetscCall(PetscFree(p));
  PetscCall(qv_view_data_destroy(&data));
  PetscCall(code);
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_trajectory(qv_h5 *file, const qv_array *array,
                                      const qv_view_picture *picture, const char **reason) {
  static const int axis[QV_ROLES] = {0, 1, 2, 3};
  PetscFunctionBegin;
  if (array->rank != 4 || array->shape[3] < 2)
    *reason = "a trajectory needs the axes time, system, body and at least two coordinates";
  else
    PetscCall(draw_curves(file, array, axis, picture, reason));
  PetscFunctionReturn(0);
}

/* [index], [index, curve], [index, chart, curve]; a first axis `seed` is a curve or chart each, or
 * a band. */
static PetscErrorCode draw_series(qv_h5 *file, const qv_array *array,
                                  const qv_view_picture *picture, const char **reason) {
  const int rank = array->rank;
  PetscFunctionBegin;
  if (qv_view_set_after(array->view, "with")) {
    PetscCall(qv_view_joint_series(file, array, picture, reason));
    PetscFunctionReturn(0);
  }
  if (rank < 1 || rank > 3) {
    *reason = "a series needs one to three axes";
    PetscFunctionReturn(0);
  }
  if (!picture->each_seed && qv_view_seeds_are_many(array)) {
    PetscCall(qv_view_joint_seeds(file, array, picture, reason));
    PetscFunctionReturn(0);
  }
  const bool is_seeded      = rank > 1 && is_axis(array, 0, "seed");
  const int  along          = is_seeded ? 1 : 0;
  const int  axis[QV_ROLES] = {along, rank == 3 ? 1 - along : -1,
                              rank == 3   ? 2
                               : rank == 2 ? 1 - along
                                           : -1,
                               -1};
  PetscCall(draw_curves(file, array, axis, picture, reason));
  PetscFunctionReturn(0);
}

/* Three digits are enough for a caption. */
static void write_rounded(double value, char text[24]) {
  char digits[64];
  snprintf(digits, sizeof digits, "%.2e", value);
  qv_figure_tick_text(strtod(digits, NULL), false, text);
}

/* "10,000 values, median 3.1×10^-13; 12 not positive or not finite." */
static void describe_histogram(const qv_histogram *h, bool is_log, const qv_view_picture *picture,
                               char caption[2 * TEXT]) {
  const bool   has_title = picture->title && *picture->title;
  const size_t room      = 2 * TEXT;
  char         used[24], left[24], median[24];
  qv_figure_tick_text((double)h->n_used, false, used);
  qv_figure_tick_text((double)h->n_left, false, left);
  write_rounded(h->median, median);
  size_t at =
    (size_t)snprintf(caption, room, "%.400s%s%.400s. %s value%s", has_title ? picture->title : "",
                     has_title ? ": " : "", picture->source, used, h->n_used == 1 ? "" : "s");
  if (h->n_used) at += (size_t)snprintf(caption + at, room - at, ", median %s", median);
  if (h->n_left)
    at += (size_t)snprintf(caption + at, room - at, "; not shown: %s %snot finite", left,
                           is_log ? "not positive or " : "");
  snprintf(caption + at, room - at, ".");
}

static PetscErrorCode draw_bins(const qv_array *array, const qv_histogram *h, bool is_log,
                                const qv_view_picture *picture) {
  char     caption[2 * TEXT], title[TEXT], y_label[TEXT] = "count", *x_label;
  qv_curve curve = {.mark = QV_MARK_STEPS, .n = h->n_bins + 1, .x = h->edge, .y = h->count};
  PetscFunctionBegin;
  if (!h->n_bins) curve.n = 0;
  PetscCall(qv_view_data_label(name_of(array), array->unit, &x_label));
  if (array->rank == 1 && array->axes[0])
    snprintf(y_label, sizeof y_label, "number of %.200ss", array->axes[0]);
  snprintf(title, sizeof title, "%s", name_of(array));
  if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
  describe_histogram(h, is_log, picture, caption);
  qv_chart chart = {
    .x_label = x_label, .y_label = y_label, .x_log = is_log, .n_curves = 1, .curve = &curve};
  const PetscErrorCode code = write_figure(
    &(qv_figure){.title = title, .caption = caption, .columns = 1, .n_charts = 1, .chart = &chart},
    picture);
  PetscCall(PetscFree(x_label));
  PetscCall(code);
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_histogram(qv_h5 *file, const qv_array *array,
                                     const qv_view_picture *picture, const char **reason) {
  const bool    is_log = qv_view_set_is(array->view, "histogram-log");
  qv_histogram *h;
  void         *value;
  PetscFunctionBegin;
  if (qv_view_set_after(array->view, "by")) {
    PetscCall(qv_view_joint_histogram(file, array, picture, reason));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_h5_read(file, array->path, QV_F64, &value, reason));
  if (*reason) {
    *reason = "a data set with a view cannot be read";
    PetscFunctionReturn(0);
  }
  PetscCall(qv_histogram_create(qv_array_length(array), value, is_log, &h));
  PetscCall(PetscFree(value));
  const PetscErrorCode code = draw_bins(array, h, is_log, picture);
  PetscCall(qv_histogram_destroy(&h));
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_draw_set(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                                const char **reason) {
  static const struct {
    const char *view;
    PetscErrorCode (*draw)(qv_h5 *, const qv_array *, const qv_view_picture *, const char **);
  } kinds[] = {
    {"trajectory", draw_trajectory}, {"series", draw_series},           {"series-log", draw_series},
    {"histogram", draw_histogram},   {"histogram-log", draw_histogram}, {"bins", qv_view_bins},
    {"bins-log", qv_view_bins},      {"image", qv_view_image},          {"tiles", qv_view_image},
    {"sinogram", qv_view_sinogram},  {"profile", qv_view_profile}};
  PetscFunctionBegin;
  *reason = "a data set has a view that is not known here";
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (!qv_view_set_is(array->view, kinds[i].view)) continue;
    *reason = NULL;
    PetscCall(kinds[i].draw(file, array, picture, reason));
    break;
  }
  PetscFunctionReturn(0);
}
