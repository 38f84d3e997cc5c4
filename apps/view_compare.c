/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_compare.h"

#include "apps/view_bins.h"
#include "apps/view_column.h"
#include "apps/view_data.h"
#include "apps/view_overlay.h"
#include "apps/view_seeds.h"
#include "apps/view_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 64, CAPTION = 1024, NAME = 256 };

/* The open files. */
typedef struct {
  const qv_view_comparison *wanted;
  int                       n;
  qv_h5                    *file[MOST_FILES];
  qv_view_deck              deck[MOST_FILES];
  char                     *stem[MOST_FILES], *label[MOST_FILES];
} shelf;

static PetscErrorCode open_files(const qv_view_comparison *wanted, shelf *s, const char **where,
                                 const char **reason) {
  PetscFunctionBegin;
  memset(s, 0, sizeof *s);
  s->wanted = wanted;
  if (wanted->n_files > MOST_FILES) {
    *reason = "more than 64 files are too many for a picture";
    PetscFunctionReturn(0);
  }
  for (int f = 0; f < wanted->n_files && !*reason; f++) {
    *where = wanted->files[f];
    PetscCall(qv_h5_open(wanted->files[f], &s->file[f], reason));
    if (*reason) break;
    s->n++;
    PetscCall(PetscStrallocpy(qv_view_set_base(wanted->files[f]), &s->stem[f]));
    char *dot = strrchr(s->stem[f], '.');
    if (dot && dot > s->stem[f]) *dot = 0;
    PetscCall(qv_view_deck_read(s->file[f], &s->deck[f]));
  }
  if (!*reason) *where = NULL;
  PetscFunctionReturn(0);
}

static PetscErrorCode close_files(shelf *s) {
  PetscFunctionBegin;
  for (int f = 0; f < s->n; f++) {
    PetscCall(qv_view_deck_release(&s->deck[f]));
    PetscCall(PetscFree(s->stem[f]));
    PetscCall(PetscFree(s->label[f]));
    PetscCall(qv_h5_close(&s->file[f]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode name_files(shelf *s, const char *left_out, bool groups) {
  const char          *stem[MOST_FILES];
  const qv_view_naming naming = {.n        = s->n,
                                 .deck     = s->deck,
                                 .stem     = stem,
                                 .key      = s->wanted->label,
                                 .left_out = left_out,
                                 .groups   = groups};
  PetscFunctionBegin;
  for (int f = 0; f < s->n; f++) stem[f] = s->stem[f];
  PetscCall(qv_view_deck_labels(&naming, s->label));
  PetscFunctionReturn(0);
}

/* "a.h5, b.h5 and 3 more, /series/value." */
static void write_sources(const shelf *s, const char *what, char caption[CAPTION]) {
  size_t used = 0;
  caption[0]  = 0;
  for (int f = 0; f < s->n && f < 6; f++)
    used += (size_t)snprintf(caption + used, CAPTION - used, "%s%.80s", f ? ", " : "",
                             qv_view_set_base(s->wanted->files[f]));
  if (s->n > 6) used += (size_t)snprintf(caption + used, CAPTION - used, " and %d more", s->n - 6);
  snprintf(caption + used, CAPTION - used, "; %.300s", what);
}

static void set_logs(const shelf *s, qv_view_overlay *o) {
  if (!s->wanted->log) return;
  o->x_log = strchr(s->wanted->log, 'x') != NULL;
  o->y_log = strchr(s->wanted->log, 'y') != NULL;
}

/* Draw into files that are named after the set. */
static PetscErrorCode write_overlay(const shelf *s, const qv_view_overlay *o,
                                    const char *const text[3], qv_view_pictures *made) {
  char        caption[CAPTION + QV_SEEDS_NOTE], note[QV_SEEDS_NOTE];
  const char *format   = s->wanted->format ? s->wanted->format : "both";
  const char *place[2] = {s->wanted->folder, s->n > 1 ? "compare" : s->wanted->files[0]};
  char       *svg = NULL, *png = NULL;
  PetscFunctionBegin;
  qv_view_seeds_note(o, note);
  snprintf(caption, sizeof caption, "%s%s%s", text[2],
           *note && !strchr(";.", text[2][strlen(text[2]) - 1]) ? "." : "", note);
  if (strcmp(format, "png")) PetscCall(qv_view_set_picture(place, text[0], "svg", &svg));
  if (strcmp(format, "svg")) PetscCall(qv_view_set_picture(place, text[0], "png", &png));
  const PetscErrorCode code = qv_view_overlay_draw(
    o, &(qv_view_frame){.title = text[1], .caption = caption, .svg = svg, .png = png});
  PetscCall(PetscRealloc((size_t)(made->n + 2) * sizeof *made->path, &made->path));
  if (!code && svg) made->path[made->n++] = svg, svg = NULL;
  if (!code && png) made->path[made->n++] = png, png = NULL;
  PetscCall(PetscFree(svg));
  PetscCall(PetscFree(png));
  PetscCall(code);
  PetscFunctionReturn(0);
}

/* The distributions of one set in all files that have it. */
static PetscErrorCode add_distributions(const shelf *s, const qv_array *like, qv_view_overlay *o,
                                        const char **reason) {
  int64_t       count[MOST_FILES];
  const double *value[MOST_FILES];
  const char   *label[MOST_FILES];
  int           n = 0;
  PetscFunctionBegin;
  for (int f = 0; f < s->n && !*reason; f++) {
    qv_array    array;
    const char *none;
    void       *read;
    PetscCall(qv_h5_find(s->file[f], like->path, &array, &none));
    if (none) continue;
    PetscCall(qv_h5_read(s->file[f], like->path, QV_F64, &read, reason));
    if (*reason) break;
    value[n]   = read;
    count[n]   = qv_array_length(&array);
    label[n++] = s->label[f];
  }
  if (!*reason)
    PetscCall(qv_view_overlay_histogram(
      o, &(qv_view_lists){n, count, value, label, qv_view_set_is(like->view, "histogram-log")}));
  for (int k = 0; k < n; k++) PetscCall(PetscFree(value[k]));
  if (*reason) *reason = "a data set with a view cannot be read";
  PetscCall(qv_view_data_label(qv_view_overlay_title(like), like->unit, &o->x_label));
  PetscCall(PetscStrallocpy("count", &o->y_label));
  PetscFunctionReturn(0);
}

static bool is_bins(const qv_array *array) {
  return qv_view_set_is(array->view, "bins") || qv_view_set_is(array->view, "bins-log");
}

/* The curves of one set, a series or bins, in all files that have it. */
static PetscErrorCode add_shared(const shelf *s, const qv_array *like, qv_view_overlay *o,
                                 const char **reason) {
  PetscFunctionBegin;
  for (int f = 0; f < s->n && !*reason; f++) {
    qv_array    array;
    const char *none, *label = s->n > 1 ? s->label[f] : NULL;
    PetscCall(qv_h5_find(s->file[f], like->path, &array, &none));
    if (none) continue;
    if (is_bins(like))
      PetscCall(qv_view_bins_add(o, s->file[f], &array, label, reason));
    else
      PetscCall(qv_view_overlay_series(o, s->file[f], &array, label, reason));
  }
  if (qv_view_set_is(like->view, "series-log")) o->y_log = true;
  PetscFunctionReturn(0);
}

static bool is_comparable(const shelf *s, const qv_array *array) {
  const char *view   = array->view;
  const bool  series = qv_view_set_is(view, "series") || qv_view_set_is(view, "series-log");
  return (series && array->rank > 0 && array->rank < 3) || (is_bins(array) && s->n > 1) ||
         ((qv_view_set_is(view, "histogram") || qv_view_set_is(view, "histogram-log")) && s->n > 1);
}

/* In how many files is there a set of this path? */
static PetscErrorCode count_files(const shelf *s, const char *path, int *n) {
  PetscFunctionBegin;
  *n = 0;
  for (int f = 0; f < s->n; f++) {
    qv_array    array;
    const char *none;
    PetscCall(qv_h5_find(s->file[f], path, &array, &none));
    *n += !none;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_shared_set(const shelf *s, const qv_view_sets *sets, int i,
                                      qv_view_pictures *made, const char **reason) {
  const qv_array *like = &sets->set[i];
  qv_view_overlay o    = {.each_seed = s->wanted->each_seed};
  char            name[NAME], caption[CAPTION];
  PetscFunctionBegin;
  qv_view_set_name(sets, i, name);
  write_sources(s, like->path, caption);
  if (qv_view_set_is(like->view, "histogram") || qv_view_set_is(like->view, "histogram-log"))
    PetscCall(add_distributions(s, like, &o, reason));
  else
    PetscCall(add_shared(s, like, &o, reason));
  set_logs(s, &o);
  PetscErrorCode code = 0;
  if (!*reason)
    code = write_overlay(s, &o, (const char *[]){name, qv_view_overlay_title(like), caption}, made);
  PetscCall(qv_view_overlay_release(&o));
  PetscCall(code);
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_shared(shelf *s, qv_view_pictures *made, const char **reason) {
  qv_view_sets sets = {NULL, 0, 0};
  int          n;
  PetscFunctionBegin;
  PetscCall(name_files(s, NULL, false));
  for (int f = 0; f < s->n; f++) PetscCall(qv_view_set_collect(s->file[f], &sets));
  for (int i = 0; i < sets.n && !*reason; i++) {
    if (!qv_view_set_wanted(sets.set[i].path, s->wanted->only)) continue;
    PetscCall(count_files(s, sets.set[i].path, &n));
    if (n >= (s->n > 1 ? 2 : 1) && is_comparable(s, &sets.set[i]))
      PetscCall(draw_shared_set(s, &sets, i, made, reason));
  }
  if (!made->n && !*reason)
    *reason = "the files share no series or histogram (of this name) to compare";
  PetscCall(PetscFree(sets.set));
  PetscFunctionReturn(0);
}

/* Curves of a file: a row of y against the row of x. */
static PetscErrorCode add_rows(const qv_view_column *x, const qv_view_column *y, const char *label,
                               qv_view_overlay *o, const char **reason) {
  const int64_t rows = x->rows > y->rows ? x->rows : y->rows;
  PetscFunctionBegin;
  if (x->n != y->n || (x->rows != rows && x->rows > 1) || (y->rows != rows && y->rows > 1)) {
    *reason = "x and y have different numbers of rows";
    PetscFunctionReturn(0);
  }
  if (!o->each_seed && rows >= QV_SEEDS_LEAST) {
    const qv_view_seeds seeds = {.seeds  = rows,
                                 .n      = x->n,
                                 .x_step = x->rows > 1 ? x->n : 0,
                                 .y_step = y->rows > 1 ? y->n : 0,
                                 .x      = x->value,
                                 .y      = y->value};
    PetscCall(qv_view_seeds_add(o, label, &seeds));
    PetscFunctionReturn(0);
  }
  for (int64_t r = 0; r < rows; r++) {
    const qv_view_column *from[2] = {x, y};
    double               *copy[2];
    for (int k = 0; k < 2; k++) {
      PetscCall(PetscMalloc1((size_t)x->n, &copy[k]));
      memcpy(copy[k], from[k]->value + (from[k]->rows > 1 ? r * x->n : 0),
             (size_t)x->n * sizeof **copy);
    }
    PetscCall(qv_view_overlay_add(o, r ? NULL : label, x->n, copy[0], copy[1]));
  }
  PetscFunctionReturn(0);
}

static int by_x(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Points of the files with one label, from left to right, as one curve each. */
static PetscErrorCode add_points(const shelf *s, double (*point)[2], qv_view_overlay *o) {
  bool done[MOST_FILES] = {false};
  PetscFunctionBegin;
  for (int f = 0; f < s->n; f++) {
    double  pair[MOST_FILES][2], *x, *y;
    int64_t n = 0;
    if (done[f]) continue;
    for (int g = f; g < s->n; g++) {
      if (strcmp(s->label[f], s->label[g])) continue;
      done[g] = true;
      memcpy(pair[n++], point[g], sizeof *pair);
    }
    qsort(pair, (size_t)n, sizeof *pair, by_x);
    PetscCall(PetscMalloc1((size_t)n, &x));
    PetscCall(PetscMalloc1((size_t)n, &y));
    for (int64_t i = 0; i < n; i++) x[i] = pair[i][0], y[i] = pair[i][1];
    PetscCall(qv_view_overlay_add(o, s->label[f][0] ? s->label[f] : NULL, n, x, y));
  }
  PetscFunctionReturn(0);
}

/* Read x and y of a file; `first` takes the words for the axes. */
static PetscErrorCode read_pair(const shelf *s, int f, qv_view_column pair[2], qv_view_overlay *o,
                                const char **reason) {
  const char *expression[2] = {s->wanted->x, s->wanted->y};
  PetscFunctionBegin;
  memset(pair, 0, 2 * sizeof *pair);
  for (int k = 0; k < 2 && !*reason; k++)
    PetscCall(qv_view_column_read(s->file[f], &s->deck[f], expression[k], &pair[k], reason));
  if (*reason || o->x_label) PetscFunctionReturn(0);
  PetscCall(PetscStrallocpy(pair[0].label, &o->x_label));
  PetscCall(PetscStrallocpy(pair[1].label, &o->y_label));
  PetscFunctionReturn(0);
}

/* "oracle_calls-per-update" */
static void file_word(const char *expression, char *to, size_t room) {
  size_t n = 0;
  for (const char *c = *expression == '/' ? expression + 1 : expression; *c && n < room - 6; c++) {
    if (*c == ':')
      n += (size_t)snprintf(to + n, room - n, "-per-");
    else
      to[n++] = *c == '/' || *c == '+' ? '-' : *c;
  }
  to[n] = 0;
}

static PetscErrorCode write_pair(const shelf *s, qv_view_overlay *o, bool is_points,
                                 qv_view_pictures *made) {
  char name[2][NAME], both[2 * NAME + 16], title[2 * NAME], caption[CAPTION];
  PetscFunctionBegin;
  file_word(s->wanted->x, name[0], NAME);
  file_word(s->wanted->y, name[1], NAME);
  snprintf(both, sizeof both, "%s-against-%s", name[1], name[0]);
  snprintf(title, sizeof title, "%.250s against %.250s", o->y_label, o->x_label);
  write_sources(s, is_points ? "last rows." : "all rows.", caption);
  set_logs(s, o);
  PetscCall(write_overlay(s, o, (const char *[]){both, title, caption}, made));
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_pair(shelf *s, qv_view_pictures *made, const char **where,
                                const char **reason) {
  qv_view_overlay o = {.each_seed = s->wanted->each_seed};
  qv_view_column  pair[MOST_FILES][2];
  double          point[MOST_FILES][2];
  bool            is_points = false;
  int             n         = 0;
  PetscFunctionBegin;
  while (n < s->n && !*reason) {
    *where = s->wanted->files[n];
    PetscCall(read_pair(s, n, pair[n], &o, reason));
    is_points   = is_points || pair[n][0].n == 1 || pair[n][1].n == 1;
    point[n][0] = qv_view_column_last(&pair[n][0]);
    point[n][1] = qv_view_column_last(&pair[n][1]);
    n++;
  }
  if (!*reason) {
    PetscCall(name_files(s, s->wanted->x, is_points));
    if (is_points) PetscCall(add_points(s, point, &o));
  }
  for (int f = 0; f < s->n && !is_points && !*reason; f++) {
    *where = s->wanted->files[f];
    PetscCall(add_rows(&pair[f][0], &pair[f][1], s->n > 1 ? s->label[f] : NULL, &o, reason));
  }
  for (int f = 0; f < n; f++)
    for (int k = 0; k < 2; k++) PetscCall(qv_view_column_release(&pair[f][k]));
  PetscErrorCode code = 0;
  if (!*reason) code = write_pair(s, &o, is_points, made);
  PetscCall(qv_view_overlay_release(&o));
  PetscCall(code);
  PetscFunctionReturn(0);
}

/* NULL, or what is wrong with the request. */
static const char *judge(const qv_view_comparison *w) {
  const char *format = w->format ? w->format : "both";
  if (strcmp(format, "svg") && strcmp(format, "png") && strcmp(format, "both"))
    return "the format of pictures is svg, png or both";
  if (!w->x != !w->y) return "--x and --y go together";
  if (w->log && strcmp(w->log, "x") && strcmp(w->log, "y") && strcmp(w->log, "xy"))
    return "--log is x, y or xy";
  return NULL;
}

PetscErrorCode qv_view_compare(const qv_view_comparison *wanted, qv_view_pictures *made,
                               const char **where, const char **reason) {
  shelf *s;
  PetscFunctionBegin;
  *made   = (qv_view_pictures){0, NULL};
  *where  = NULL;
  *reason = judge(wanted);
  if (*reason) PetscFunctionReturn(0);
  PetscCall(PetscNew(&s));
  PetscErrorCode code = open_files(wanted, s, where, reason);
  if (!code && !*reason)
    code = wanted->x ? draw_pair(s, made, where, reason) : draw_shared(s, made, reason);
  PetscCall(close_files(s));
  PetscCall(PetscFree(s));
  if (code || *reason) PetscCall(qv_view_release(made));
  PetscCall(code);
  PetscFunctionReturn(0);
}
