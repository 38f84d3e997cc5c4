/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_bins.h"

#include "apps/view_data.h"
#include "apps/view_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RULES = 8, RULE_TEXT = 128, BINS_CAPTION = 1200 };

static const int along_only[QV_ROLES] = {0, -1, -1, -1};

/* "p99: 2.1e-6 s" */
static void name_rule(const qv_array *set, double at, double value, char label[RULE_TEXT]) {
  const char *axis     = set->axes[0] ? set->axes[0] : "";
  const bool  has_unit = set->unit && *set->unit && strcmp(set->unit, "1");
  char        number[24], which[RULE_TEXT / 2], digits[64];
  snprintf(digits, sizeof digits, "%.2e", value); /* the rest would be false precision */
  qv_figure_tick_text(value < 1000 ? strtod(digits, NULL) : value, false, number);
  if (strcmp(axis, "quantile"))
    snprintf(which, sizeof which, "%.40s %g", axis, at);
  else
    snprintf(which, sizeof which, at < 1 ? "p%.4g" : "largest", 100 * at);
  snprintf(label, RULE_TEXT, "%s: %s%s%.20s", which, number, has_unit ? " " : "",
           has_unit ? set->unit : "");
}

static PetscErrorCode add_rule(const qv_array *set, double at, double value, qv_view_overlay *o) {
  char    label[RULE_TEXT];
  double *x;
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(1, &x));
  *x = value;
  name_rule(set, at, value, label);
  PetscCall(qv_view_overlay_add(o, label, 1, x, NULL));
  o->curve[o->n - 1].mark = QV_MARK_RULES;
  PetscFunctionReturn(0);
}

/* A line at each value of the set behind "at". */
static PetscErrorCode add_rules(qv_h5 *file, const qv_array *array, qv_view_overlay *o,
                                const char **reason) {
  static const int64_t limit[QV_ROLES] = {MOST_RULES, 1, 1, 1};
  const char          *name            = qv_view_set_after(array->view, "at");
  qv_array             set;
  qv_view_data        *data;
  PetscFunctionBegin;
  if (!name) PetscFunctionReturn(0);
  PetscCall(qv_view_set_named(file, array, name, &set, reason));
  if (*reason || set.rank != 1) *reason = "a data set that a view names is not there";
  if (!*reason) PetscCall(qv_view_data_read(file, &set, along_only, limit, &data, reason));
  if (*reason) PetscFunctionReturn(0);
  for (int64_t i = 0; i < data->n[QV_ALONG]; i++)
    PetscCall(add_rule(&set, data->along[i], data->value[i], o));
  PetscCall(qv_view_data_destroy(&data));
  PetscFunctionReturn(0);
}

/* Does a bin begin where a logarithmic axis has no place? */
static bool leaves_out(const qv_view_data *data, const qv_view_overlay *o) {
  return o->x_log && data->along[0] <= 0;
}

/* "1,234 in all; not shown: 56 below 1." */
static void describe_bins(const qv_view_data *data, bool is_cut, const qv_view_picture *picture,
                          char caption[BINS_CAPTION]) {
  const bool has_title = picture->title && *picture->title;
  char       number[24];
  double     all = 0;
  for (int64_t i = 0; i < data->n[QV_ALONG]; i++) all += data->value[i];
  qv_figure_tick_text(all, false, number);
  size_t at = (size_t)snprintf(caption, BINS_CAPTION, "%.400s%s%.400s. %s in all",
                               has_title ? picture->title : "", has_title ? ": " : "",
                               picture->source, number);
  if (is_cut) {
    qv_figure_tick_text(data->value[0], false, number);
    at += (size_t)snprintf(caption + at, BINS_CAPTION - at, "; not shown: %s below ", number);
    qv_figure_tick_text(data->along[1], false, number);
    at += (size_t)snprintf(caption + at, BINS_CAPTION - at, "%s", number);
  }
  snprintf(caption + at, BINS_CAPTION - at, ".");
}

/* The outline, from bin `first` on. An empty bin has no place on a logarithmic axis. */
static PetscErrorCode add_counts(const qv_view_data *data, const char *label, qv_view_overlay *o) {
  const int64_t first = leaves_out(data, o);
  const int64_t n     = data->n[QV_ALONG] - first;
  double       *edge, *count;
  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)n + 1, &edge));
  PetscCall(PetscCalloc1((size_t)n + 1, &count));
  memcpy(edge, data->along + first, (size_t)n * sizeof *edge);
  for (int64_t i = 0; i < n; i++) {
    const double value = data->value[first + i];
    count[i]           = o->y_log && value == 0 ? NAN : value;
  }
  const double before = n > 1 ? edge[n - 2] : NAN;
  edge[n]             = o->x_log ? edge[n - 1] * (edge[n - 1] / before) : 2 * edge[n - 1] - before;
  PetscCall(qv_view_overlay_add(o, label, n + 1, edge, count));
  o->curve[o->n - 1].mark = QV_MARK_STEPS;
  PetscFunctionReturn(0);
}

/* The one axis of counts, and their chart's axes. */
static PetscErrorCode read_counts(qv_h5 *file, const qv_array *array, qv_view_overlay *o,
                                  qv_view_data **data, const char **reason) {
  static const int64_t limit[QV_ROLES] = {INT64_MAX, 1, 1, 1};
  PetscFunctionBegin;
  *reason =
    array->rank != 1 || array->shape[0] < 2 ? "bins need one axis, and at least two of them" : NULL;
  if (!*reason) PetscCall(qv_view_data_read(file, array, along_only, limit, data, reason));
  if (*reason) PetscFunctionReturn(0);
  o->x_log = o->y_log = qv_view_set_is(array->view, "bins-log");
  if (!o->x_label) PetscCall(PetscStrallocpy((*data)->along_label, &o->x_label));
  if (!o->y_label) PetscCall(PetscStrallocpy("count", &o->y_label));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_bins_add(qv_view_overlay *o, qv_h5 *file, const qv_array *array,
                                const char *label, const char **reason) {
  qv_view_data *data;
  PetscFunctionBegin;
  PetscCall(read_counts(file, array, o, &data, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscCall(add_counts(data, label, o));
  PetscCall(qv_view_data_destroy(&data));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_bins(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                            const char **reason) {
  qv_view_overlay o = {0};
  char            caption[BINS_CAPTION];
  qv_view_data   *data;
  PetscErrorCode  code = 0;
  PetscFunctionBegin;
  PetscCall(read_counts(file, array, &o, &data, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscCall(add_counts(data, NULL, &o));
  describe_bins(data, leaves_out(data, &o) && data->value[0] > 0, picture, caption);
  PetscCall(qv_view_data_destroy(&data));
  PetscCall(add_rules(file, array, &o, reason));
  if (!*reason)
    code = qv_view_overlay_draw(&o, &(qv_view_frame){.title   = qv_view_overlay_title(array),
                                                     .caption = caption,
                                                     .svg     = picture->svg,
                                                     .png     = picture->png});
  PetscCall(qv_view_overlay_release(&o));
  PetscCall(code);
  PetscFunctionReturn(0);
}
