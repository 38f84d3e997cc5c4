/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view.h"

#include "apps/view_draw.h"
#include "apps/view_movie.h"

#include "apps/view_set.h"

#include <stdio.h>
#include <string.h>

/* What the caller asked for, read once. */
typedef struct {
  const qv_view_request *request;
  const qv_view_sets    *sets;
  bool                   svg, png;
  char                  *title;
} drawing;

/* Draw set i and note the names of its pictures. */
static PetscErrorCode draw_one(qv_h5 *file, const drawing *wanted, int i, qv_view_pictures *made,
                               const char **reason) {
  char            name[256], source[512];
  char           *svg = NULL, *png = NULL;
  const qv_array *array = &wanted->sets->set[i];
  const char     *path = wanted->request->file, *place[2] = {wanted->request->folder, path};
  PetscFunctionBegin;
  qv_view_set_name(wanted->sets, i, name);
  snprintf(source, sizeof source, "%s, %s", qv_view_set_base(path), array->path);
  const double fps = wanted->request->fps;
  if (wanted->svg && !fps) PetscCall(qv_view_set_picture(place, name, "svg", &svg));
  if (fps > 0)
    PetscCall(qv_view_set_picture(place, name, "apng", &png));
  else if (wanted->png)
    PetscCall(qv_view_set_picture(place, name, "png", &png));
  const qv_view_picture picture = {.title     = wanted->title,
                                   .source    = source,
                                   .svg       = svg,
                                   .png       = png,
                                   .each_seed = wanted->request->each_seed};
  const PetscErrorCode  code    = fps > 0 ? qv_view_movie(file, array, &picture, fps, reason)
                                          : qv_view_draw_set(file, array, &picture, reason);
  if (!code && !*reason && svg) made->path[made->n++] = svg, svg = NULL;
  if (!code && !*reason && png) made->path[made->n++] = png, png = NULL;
  PetscCall(PetscFree(svg));
  PetscCall(PetscFree(png));
  PetscCall(code);
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_all(qv_h5 *file, const drawing *wanted, qv_view_pictures *made,
                               const char **reason) {
  const qv_view_sets *sets  = wanted->sets;
  const char         *only  = wanted->request->only;
  bool                found = false;
  PetscFunctionBegin;
  PetscCall(PetscCalloc1(2 * (size_t)sets->n + 1, &made->path));
  for (int i = 0; i < sets->n && !*reason; i++) {
    if (!qv_view_set_wanted(sets->set[i].path, only)) continue;
    if (wanted->request->fps > 0 && !qv_view_movie_suits(&sets->set[i])) continue;
    found = true;
    PetscCall(draw_one(file, wanted, i, made, reason));
  }
  if (!found && !*reason && wanted->request->fps > 0)
    *reason = "no data set (of this name) is a sequence of images";
  else if (!found && !*reason)
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
  const char  *format = request->format ? request->format : "both";
  const bool   both   = !strcmp(format, "both");
  qv_view_sets sets   = {NULL, 0, 0};
  drawing      wanted = {.request = request, .sets = &sets};
  qv_h5       *h5;
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
  if (!code) code = qv_view_set_collect(h5, &sets);
  if (!code) code = draw_all(h5, &wanted, made, reason);
  PetscCall(PetscFree(sets.set));
  PetscCall(PetscFree(wanted.title));
  PetscCall(qv_h5_close(&h5));
  if (code || *reason) PetscCall(qv_view_release(made));
  PetscCall(code);
  PetscFunctionReturn(0);
}
