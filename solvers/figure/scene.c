/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/scene.h"

#include "solvers/figure/text.h"

#include <string.h>

static PetscErrorCode grow(void *array, int64_t need, int64_t *room, size_t size) {
  PetscFunctionBegin;
  if (need > *room) {
    *room = need + need / 2 + 64;
    PetscCall(PetscRealloc((size_t)*room * size, (void **)array));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_create(double width, double height, qv_scene **scene) {
  PetscFunctionBegin;
  PetscCall(PetscNew(scene));
  (*scene)->width  = width;
  (*scene)->height = height;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_destroy(qv_scene **scene) {
  PetscFunctionBegin;
  if (!*scene) PetscFunctionReturn(0);
  PetscCall(PetscFree((*scene)->shape));
  PetscCall(PetscFree((*scene)->point));
  PetscCall(PetscFree((*scene)->text));
  PetscCall(PetscFree((*scene)->pixel));
  PetscCall(PetscFree((*scene)->title));
  PetscCall(PetscFree((*scene)->description));
  PetscCall(PetscFree(*scene));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_add(qv_scene *scene, const qv_shape *shape) {
  PetscFunctionBegin;
  PetscCall(grow(&scene->shape, scene->n_shapes + 1, &scene->room_shapes, sizeof *scene->shape));
  qv_shape *added = &scene->shape[scene->n_shapes++];
  *added          = *shape;
  added->first    = scene->n_points;
  added->count    = 0;
  if (added->opacity == 0) added->opacity = 1;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_point(qv_scene *scene, double x, double y) {
  PetscFunctionBegin;
  PetscCall(grow(&scene->point, scene->n_points + 1, &scene->room_points, 2 * sizeof(double)));
  scene->point[2 * scene->n_points]     = x;
  scene->point[2 * scene->n_points + 1] = y;
  scene->n_points++;
  scene->shape[scene->n_shapes - 1].count++;
  PetscFunctionReturn(0);
}

/* A clean copy: no bytes that are not UTF-8, no control characters, a real minus in exponents. */
static int64_t clean(const char *text, size_t bytes, char *to) {
  const char *end = text + bytes, *from = text;
  char       *out = to;
  while (from < end) {
    const bool     raised = from > text && from[-1] == '^';
    const uint32_t code   = qv_text_next(&from);
    const bool     minus  = raised && code == '-' && *from >= '0' && *from <= '9';
    out += qv_text_encode(minus                                      ? 0x2212
                          : code < 32 || (code >= 127 && code < 160) ? ' '
                                                                     : code,
                          out);
  }
  *out = 0;
  return out - to + 1;
}

PetscErrorCode qv_scene_text(qv_scene *scene, const qv_shape *like, const char *text) {
  static const char dots[] = "\xE2\x80\xA6";
  PetscFunctionBegin;
  if (!text || !*text) PetscFunctionReturn(0);
  size_t     bytes = strlen(text);
  const bool cut   = like->width > 0 && qv_text_width(text, like->size, like->bold) > like->width;
  if (cut) bytes = qv_text_fit(text, like->size, like->bold, like->width - like->size);
  PetscCall(grow(&scene->text, scene->n_bytes + 3 * (int64_t)bytes + 8, &scene->room_bytes, 1));
  char   *to    = scene->text + scene->n_bytes;
  int64_t count = clean(text, bytes, to);
  if (cut) {
    memcpy(to + count - 1, dots, sizeof dots);
    count += 3;
  }
  PetscCall(qv_scene_add(scene, like));
  qv_shape *added = &scene->shape[scene->n_shapes - 1];
  if (added->kind != QV_SHAPE_GROUP) added->kind = QV_SHAPE_TEXT;
  added->first = scene->n_bytes;
  added->count = count;
  scene->n_bytes += count;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_image(qv_scene *scene, const qv_shape *like, uint32_t **pixel) {
  const int64_t n = (int64_t)like->columns * like->rows;
  PetscFunctionBegin;
  PetscCall(grow(&scene->pixel, scene->n_pixels + n, &scene->room_pixels, sizeof(uint32_t)));
  PetscCall(qv_scene_add(scene, like));
  qv_shape *added = &scene->shape[scene->n_shapes - 1];
  added->kind     = QV_SHAPE_IMAGE;
  added->first    = scene->n_pixels;
  added->count    = n;
  *pixel          = scene->pixel + scene->n_pixels;
  scene->n_pixels += n;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_segment(qv_scene *scene, qv_segment at, uint32_t colour, double size) {
  const qv_shape line = {.kind = QV_SHAPE_LINE, .colour = colour, .size = size};
  PetscFunctionBegin;
  PetscCall(qv_scene_add(scene, &line));
  PetscCall(qv_scene_point(scene, at.x0, at.y0));
  PetscCall(qv_scene_point(scene, at.x1, at.y1));
  PetscFunctionReturn(0);
}

static PetscErrorCode clean_copy(const char *text, char **copy) {
  PetscFunctionBegin;
  PetscCall(PetscFree(*copy));
  PetscCall(PetscMalloc1(3 * strlen(text) + 1, copy));
  clean(text, strlen(text), *copy);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_describe(qv_scene *scene, const char *title, const char *description) {
  PetscFunctionBegin;
  PetscCall(clean_copy(title, &scene->title));
  PetscCall(clean_copy(description, &scene->description));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_group(qv_scene *scene, const char *title) {
  const qv_shape group = {.kind = QV_SHAPE_GROUP};
  PetscFunctionBegin;
  PetscCall(qv_scene_text(scene, &group, title && *title ? title : "chart"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_scene_end(qv_scene *scene) {
  const qv_shape end = {.kind = QV_SHAPE_END};
  PetscFunctionBegin;
  PetscCall(qv_scene_add(scene, &end));
  PetscFunctionReturn(0);
}
