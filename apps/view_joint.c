/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_joint.h"

#include "apps/view_data.h"
#include "apps/view_overlay.h"
#include "apps/view_seeds.h"
#include "apps/view_set.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_KINDS = 8, JOINT_TEXT = 512 };

static void write_joint_caption(const qv_view_picture *picture, const char *more,
                                char caption[2 * JOINT_TEXT]) {
  const bool has_title = picture->title && *picture->title;
  snprintf(caption, 2 * JOINT_TEXT, "%.400s%s%.400s.%.160s", has_title ? picture->title : "",
           has_title ? ": " : "", picture->source, more);
}

static PetscErrorCode draw_joint(const qv_view_overlay *o, const char *title, const char *more,
                                 const qv_view_picture *picture) {
  char caption[2 * JOINT_TEXT];
  PetscFunctionBegin;
  write_joint_caption(picture, more, caption);
  PetscCall(qv_view_overlay_draw(
    o, &(qv_view_frame){
         .title = title, .caption = caption, .svg = picture->svg, .png = picture->png}));
  PetscFunctionReturn(0);
}

/* The sets of a chart: the one with the view, and those that it names. */
typedef struct {
  int         n;
  qv_array    set[MOST_KINDS];
  const char *name[MOST_KINDS];
  size_t      shared; /* letters that all names begin with, up to a '_' */
} family;

static void find_shared(family *all) {
  const char *first = all->name[0];
  all->shared       = strlen(first);
  for (int i = 1; i < all->n; i++) {
    size_t same = 0;
    while (same < all->shared && all->name[i][same] == first[same]) same++;
    all->shared = same;
  }
  while (all->shared && first[all->shared - 1] != '_') all->shared--;
}

/* The sets that are named behind "with". */
static PetscErrorCode find_family(qv_h5 *file, const qv_array *array, family *all,
                                  const char **reason) {
  const char *at = qv_view_set_after(array->view, "with");
  PetscFunctionBegin;
  all->n      = 1;
  all->set[0] = *array;
  while (*at && !*reason && all->n < MOST_KINDS) {
    const size_t length = strcspn(at, " ");
    PetscCall(qv_view_set_named(file, array, at, &all->set[all->n++], reason));
    if (*reason) *reason = "a data set that a view names is not there";
    at += length + strspn(at + length, " ");
  }
  if (*reason) PetscFunctionReturn(0);
  for (int i = 0; i < all->n; i++) all->name[i] = qv_view_set_base(all->set[i].path);
  find_shared(all);
  PetscFunctionReturn(0);
}

/* "update seconds: p50, p99", "value, upper bound" */
static void write_words(const family *all, char words[JOINT_TEXT]) {
  int used =
    all->shared ? snprintf(words, JOINT_TEXT, "%.*s: ", (int)all->shared - 1, *all->name) : 0;
  for (int i = 0; i < all->n && used < JOINT_TEXT; i++)
    used += snprintf(words + used, JOINT_TEXT - (size_t)used, "%s%s", i ? ", " : "",
                     all->name[i] + all->shared);
  for (char *c = words; *c; c++)
    if (*c == '_') *c = ' ';
}

PetscErrorCode qv_view_joint_seeds(qv_h5 *file, const qv_array *array,
                                   const qv_view_picture *picture, const char **reason) {
  qv_view_overlay o = {.y_log = qv_view_set_is(array->view, "series-log")};
  char            note[QV_SEEDS_NOTE];
  PetscErrorCode  code = 0;
  PetscFunctionBegin;
  PetscCall(qv_view_overlay_series(&o, file, array, NULL, reason));
  qv_view_seeds_note(&o, note);
  if (!*reason) code = draw_joint(&o, qv_view_overlay_title(array), note, picture);
  PetscCall(qv_view_overlay_release(&o));
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_joint_series(qv_h5 *file, const qv_array *array,
                                    const qv_view_picture *picture, const char **reason) {
  qv_view_overlay o                 = {.y_log     = qv_view_set_is(array->view, "series-log"),
                                       .each_seed = picture->each_seed};
  family          all               = {0};
  char            words[JOINT_TEXT] = "", note[QV_SEEDS_NOTE];
  PetscErrorCode  code              = 0;
  PetscFunctionBegin;
  PetscCall(find_family(file, array, &all, reason));
  for (int i = 0; i < all.n && !*reason; i++)
    PetscCall(qv_view_overlay_series(
      &o, file, &all.set[i],
      all.shared ? all.name[i] + all.shared : qv_view_overlay_title(&all.set[i]), reason));
  if (!*reason) {
    write_words(&all, words);
    char *colon = strchr(words, ':');
    if (colon) *colon = 0;
    PetscCall(PetscFree(o.y_label));
    PetscCall(qv_view_data_label(words, array->unit, &o.y_label));
    if (colon) *colon = ':';
    qv_view_seeds_note(&o, note);
    code = draw_joint(&o, words, note, picture);
  }
  PetscCall(qv_view_overlay_release(&o));
  PetscCall(code);
  PetscFunctionReturn(0);
}

/* What tells the values apart: a number for each, and a word for each number. */
typedef struct {
  int    n;
  double kind[MOST_KINDS];
  char   label[MOST_KINDS][128];
} kinds;

/* The kinds among n values, in increasing order; false where there are too many. */
static bool find_kinds(int64_t n, const double *value, kinds *k) {
  for (int64_t i = 0; i < n; i++) {
    int at = 0;
    while (at < k->n && k->kind[at] < value[i]) at++;
    if (at < k->n && k->kind[at] == value[i]) continue;
    if (k->n == MOST_KINDS) return false;
    memmove(k->kind + at + 1, k->kind + at, (size_t)(k->n - at) * sizeof *k->kind);
    k->kind[at] = value[i];
    k->n++;
  }
  return true;
}

static void name_kinds(const qv_array *by, kinds *k) {
  for (int i = 0; i < k->n; i++) {
    int at = 0;
    while (by->type == QV_ENUM && by->words && by->words[at] && at < k->kind[i]) at++;
    const bool is_word = by->type == QV_ENUM && by->words && by->words[at] && at == k->kind[i];
    if (is_word)
      snprintf(k->label[i], sizeof k->label[i], "%s", by->words[at]);
    else
      snprintf(k->label[i], sizeof k->label[i], "%.80s %g", qv_view_overlay_title(by), k->kind[i]);
  }
}

/* Sort the values by kind into lists. */
static PetscErrorCode add_lists(int64_t n, const double *value, const double *by, const kinds *k,
                                qv_view_overlay *o) {
  int64_t       count[MOST_KINDS] = {0};
  const double *list[MOST_KINDS];
  const char   *label[MOST_KINDS];
  double       *sorted, *to;
  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)n + 1, &sorted));
  to = sorted;
  for (int i = 0; i < k->n; i++) {
    list[i]  = to;
    label[i] = k->label[i];
    for (int64_t j = 0; j < n; j++)
      if (by[j] == k->kind[i]) *to++ = value[j];
    count[i] = to - list[i];
  }
  PetscCall(qv_view_overlay_histogram(
    o, &(qv_view_lists){
         .n = k->n, .count = count, .value = list, .label = label, .is_log = o->x_log}));
  PetscCall(PetscFree(sorted));
  PetscFunctionReturn(0);
}

/* The set behind "by", of the same length. */
static PetscErrorCode find_by(qv_h5 *file, const qv_array *array, qv_array *by,
                              const char **reason) {
  PetscFunctionBegin;
  PetscCall(qv_view_set_named(file, array, qv_view_set_after(array->view, "by"), by, reason));
  if (*reason || qv_array_length(by) != qv_array_length(array))
    *reason = "a data set that a view names is not there, or of another length";
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_joint_histogram(qv_h5 *file, const qv_array *array,
                                       const qv_view_picture *picture, const char **reason) {
  qv_view_overlay o = {.x_log = qv_view_set_is(array->view, "histogram-log")};
  qv_array        by;
  void           *value = NULL, *kind = NULL;
  kinds           k    = {.n = 0};
  PetscErrorCode  code = 0;
  PetscFunctionBegin;
  PetscCall(find_by(file, array, &by, reason));
  if (!*reason) PetscCall(qv_h5_read(file, array->path, QV_F64, &value, reason));
  if (!*reason) PetscCall(qv_h5_read(file, by.path, QV_F64, &kind, reason));
  if (!*reason && !find_kinds(qv_array_length(array), kind, &k))
    *reason = "a histogram is drawn for at most eight kinds";
  if (!*reason) {
    name_kinds(&by, &k);
    PetscCall(add_lists(qv_array_length(array), value, kind, &k, &o));
    PetscCall(qv_view_data_label(qv_view_overlay_title(array), array->unit, &o.x_label));
    PetscCall(PetscStrallocpy("count", &o.y_label));
    code = draw_joint(&o, qv_view_overlay_title(array), "", picture);
  }
  PetscCall(PetscFree(value));
  PetscCall(PetscFree(kind));
  PetscCall(qv_view_overlay_release(&o));
  PetscCall(code);
  PetscFunctionReturn(0);
}
