/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view.h"

#include "apps/view_draw.h"

#include <stdio.h>
#include <string.h>

/* All data sets with a view, by path. */
typedef struct {
  qv_array *set;
  int       n, room;
} list;

static PetscErrorCode collect(qv_h5 *file, const char *path, bool is_group, void *context) {
  list       *sets = context;
  qv_array    array;
  const char *reason;
  PetscFunctionBegin;
  if (is_group) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(file, path, &array, &reason));
  if (reason || !array.view || !*array.view) PetscFunctionReturn(0);
  if (sets->n == sets->room) {
    sets->room = 2 * sets->room + 16;
    PetscCall(PetscRealloc((size_t)sets->room * sizeof *sets->set, &sets->set));
  }
  sets->set[sets->n++] = array;
  PetscFunctionReturn(0);
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* The name of a set, with its groups where another one has the same: "energy", "series-energy". */
static void set_name(const list *sets, int i, char name[256]) {
  const char *path = sets->set[i].path;
  int         same = 0;
  for (int j = 0; j < sets->n; j++) same += !strcmp(last_part(sets->set[j].path), last_part(path));
  snprintf(name, 256, "%s", same > 1 ? path + 1 : last_part(path));
  for (char *c = name; *c; c++)
    if (*c == '/') *c = '-';
}

/* "<folder>/<stem>-<set>.<ending>", without the folder where it is the working directory. */
static PetscErrorCode picture_path(const char *folder, const char *file, const char *set,
                                   const char *ending, char **path) {
  const bool   is_here = !folder || !*folder || !strcmp(folder, ".");
  const char  *base = last_part(file), *dot = strrchr(base, '.');
  const size_t stem = dot && dot > base ? (size_t)(dot - base) : strlen(base);
  const size_t room = (is_here ? 0 : strlen(folder) + 1) + stem + strlen(set) + strlen(ending) + 3;
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(room, path));
  snprintf(*path, room, "%s%s%.*s-%s.%s", is_here ? "" : folder, is_here ? "" : "/", (int)stem,
           base, set, ending);
  PetscFunctionReturn(0);
}

/* What the caller asked for, read once. */
typedef struct {
  const qv_view_request *request;
  const list            *sets;
  bool                   svg, png;
  char                  *title;
} drawing;

/* Draw set i and note the names of its pictures. */
static PetscErrorCode draw_one(qv_h5 *file, const drawing *wanted, int i, qv_view_pictures *made,
                               const char **reason) {
  char            name[256], source[512];
  char           *svg = NULL, *png = NULL;
  const qv_array *array  = &wanted->sets->set[i];
  const char     *folder = wanted->request->folder, *path = wanted->request->file;
  PetscFunctionBegin;
  set_name(wanted->sets, i, name);
  snprintf(source, sizeof source, "%s, %s", last_part(path), array->path);
  if (wanted->svg) PetscCall(picture_path(folder, path, name, "svg", &svg));
  if (wanted->png) PetscCall(picture_path(folder, path, name, "png", &png));
  const qv_view_picture picture = {
    .title = wanted->title, .source = source, .svg = svg, .png = png};
  const PetscErrorCode code = qv_view_draw_set(file, array, &picture, reason);
  if (!code && !*reason && svg) made->path[made->n++] = svg, svg = NULL;
  if (!code && !*reason && png) made->path[made->n++] = png, png = NULL;
  PetscCall(PetscFree(svg));
  PetscCall(PetscFree(png));
  PetscCall(code);
  PetscFunctionReturn(0);
}

static bool is_wanted(const char *path, const char *only) {
  return !only || !strcmp(path + (*only == '/' ? 0 : 1), only);
}

static PetscErrorCode draw_all(qv_h5 *file, const drawing *wanted, qv_view_pictures *made,
                               const char **reason) {
  const list *sets  = wanted->sets;
  const char *only  = wanted->request->only;
  bool        found = false;
  PetscFunctionBegin;
  PetscCall(PetscCalloc1(2 * (size_t)sets->n + 1, &made->path));
  for (int i = 0; i < sets->n && !*reason; i++) {
    if (!is_wanted(sets->set[i].path, only)) continue;
    found = true;
    PetscCall(draw_one(file, wanted, i, made, reason));
  }
  if (!found && !*reason)
    *reason =
      only ? "no data set of this name has a view" : "no data set has a view: nothing to draw";
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_release(qv_view_pictures *made) {
  PetscFunctionBegin;
  for (int i = 0; i < made->n; i++) PetscCall(PetscFree(made->path[i]));
  PetscCall(PetscFree(made->path));
  made->n = 0;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_draw(const qv_view_request *request, qv_view_pictures *made,
                            const char **reason) {
  const char *format = request->format ? request->format : "both";
  const bool  both   = !strcmp(format, "both");
  list        sets   = {NULL, 0, 0};
  drawing     wanted = {.request = request, .sets = &sets};
  qv_h5      *h5;
  PetscFunctionBegin;
  *made      = (qv_view_pictures){0, NULL};
  *reason    = NULL;
  wanted.svg = both || !strcmp(format, "svg");
  wanted.png = both || !strcmp(format, "png");
  if (!wanted.svg && !wanted.png) {
    *reason = "the format of pictures is svg, png or both";
    PetscFunctionReturn(0);
  }
  PetscCall(qv_h5_open(request->file, &h5, reason));
  if (*reason) PetscFunctionReturn(0);
  PetscErrorCode code = qv_h5_get_text(h5, "/", "title", &wanted.title);
  if (!code) code = qv_h5_visit(h5, "/", collect, &sets);
  if (!code) code = draw_all(h5, &wanted, made, reason);
  PetscCall(PetscFree(sets.set));
  PetscCall(PetscFree(wanted.title));
  PetscCall(qv_h5_close(&h5));
  if (code || *reason) PetscCall(qv_view_release(made));
  PetscCall(code);
  PetscFunctionReturn(0);
}
