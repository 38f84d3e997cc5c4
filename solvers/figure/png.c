/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one file that knows cairo. */
#include "solvers/figure/scene.h"
#include "solvers/figure/style.h"
#include "solvers/figure/text.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

/* Points of one stroke: cairo's time grows faster than the length of a path. */
enum { CHUNK = 400 };

static void set_colour(cairo_t *cairo, uint32_t colour, double opacity) {
  cairo_set_source_rgba(cairo, ((colour >> 16) & 255) / 255.0, ((colour >> 8) & 255) / 255.0,
                        (colour & 255) / 255.0, opacity);
}

static void draw_line(cairo_t *cairo, const qv_shape *shape, const double *point) {
  static const double dash[2] = {QV_DASH, QV_DASH / 2};
  bool                is_open = false;
  int                 n       = 0;
  cairo_set_line_width(cairo, shape->size);
  cairo_set_dash(cairo, dash, shape->dashed ? 2 : 0, 0);
  for (int64_t i = 0; i < shape->count; i++) {
    const double x = point[2 * i], y = point[2 * i + 1];
    if (isnan(x)) {
      is_open = false;
      continue;
    }
    if (is_open)
      cairo_line_to(cairo, x, y);
    else
      cairo_move_to(cairo, x, y);
    is_open = true;
    if (++n < CHUNK) continue;
    cairo_stroke(cairo);
    cairo_move_to(cairo, x, y);
    n = 0;
  }
  cairo_stroke(cairo);
}

static void draw_area(cairo_t *cairo, const qv_shape *shape, const double *point) {
  for (int64_t i = 0; i < shape->count; i++) cairo_line_to(cairo, point[2 * i], point[2 * i + 1]);
  cairo_fill(cairo);
}

static void draw_dots(cairo_t *cairo, const qv_shape *shape, const double *point) {
  for (int64_t i = 0; i < shape->count; i++) {
    cairo_new_path(cairo);
    cairo_arc(cairo, point[2 * i], point[2 * i + 1], shape->size, 0, 2 * M_PI);
    cairo_fill(cairo);
  }
}

/* Show the pieces of a text from the current origin, or only add up their widths. */
static double walk_text(cairo_t *cairo, const qv_shape *shape, const char *text, bool shows) {
  char                 piece[512];
  double               x = 0;
  qv_text_run          run;
  cairo_text_extents_t extents;
  while (qv_text_split(&text, &run)) {
    while (run.bytes > 0) {
      size_t n = run.bytes < sizeof piece ? run.bytes : sizeof piece - 1;
      while (n < run.bytes && (run.from[n] & 0xC0) == 0x80) n--;
      memcpy(piece, run.from, n);
      piece[n] = 0;
      cairo_set_font_size(cairo, shape->size * (run.raised ? QV_RAISED_SIZE : 1));
      cairo_move_to(cairo, x, run.raised ? -QV_RAISED_LIFT * shape->size : 0);
      if (shows) cairo_show_text(cairo, piece);
      cairo_text_extents(cairo, piece, &extents);
      x += extents.x_advance;
      run.from += n;
      run.bytes -= n;
    }
  }
  return x;
}

static void draw_text(cairo_t *cairo, const qv_shape *shape, const char *text) {
  static const double share[] = {0, 0.5, 1};
  cairo_select_font_face(cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                         shape->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_save(cairo);
  cairo_translate(cairo, shape->x, shape->y);
  if (shape->upright) cairo_rotate(cairo, -M_PI / 2);
  cairo_translate(cairo, -share[shape->anchor] * walk_text(cairo, shape, text, false), 0);
  walk_text(cairo, shape, text, true);
  cairo_restore(cairo);
  cairo_new_path(cairo);
}

/* A surface with a copy of the pixels; clear ones are zero, so nothing is to be multiplied. */
static cairo_surface_t *surface_of(const uint32_t *pixel, int columns, int rows) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, columns, rows);
  unsigned char   *data    = cairo_image_surface_get_data(surface);
  const int        stride  = cairo_image_surface_get_stride(surface);
  for (int row = 0; data && row < rows; row++)
    memcpy(data + (size_t)row * (size_t)stride, pixel + (size_t)row * (size_t)columns,
           4 * (size_t)columns);
  cairo_surface_mark_dirty(surface);
  return surface;
}

static void draw_image(cairo_t *cairo, const qv_shape *shape, const uint32_t *pixel) {
  cairo_surface_t *surface = surface_of(pixel, shape->columns, shape->rows);
  const bool       grows   = shape->width >= shape->columns;
  cairo_save(cairo);
  cairo_translate(cairo, shape->x, shape->y);
  cairo_scale(cairo, shape->width / shape->columns, shape->height / shape->rows);
  cairo_set_source_surface(cairo, surface, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cairo),
                           grows ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  cairo_rectangle(cairo, 0, 0, shape->columns, shape->rows);
  cairo_fill(cairo);
  cairo_restore(cairo);
  cairo_surface_destroy(surface);
}

static void draw_shape(cairo_t *cairo, const qv_scene *scene, const qv_shape *shape) {
  const double *point = scene->point + 2 * shape->first;
  set_colour(cairo, shape->colour, shape->opacity);
  switch (shape->kind) {
    case QV_SHAPE_LINE:
      draw_line(cairo, shape, point);
      break;
    case QV_SHAPE_AREA:
      draw_area(cairo, shape, point);
      break;
    case QV_SHAPE_DOTS:
      draw_dots(cairo, shape, point);
      break;
    case QV_SHAPE_BOX:
      cairo_rectangle(cairo, shape->x, shape->y, shape->width, shape->height);
      cairo_fill(cairo);
      break;
    case QV_SHAPE_TEXT:
      draw_text(cairo, shape, scene->text + shape->first);
      break;
    case QV_SHAPE_IMAGE:
      draw_image(cairo, shape, scene->pixel + shape->first);
      break;
    case QV_SHAPE_GROUP:
    case QV_SHAPE_END:
      break;
  }
}

static cairo_status_t receive(void *context, const unsigned char *data, unsigned int n) {
  return qv_buffer_add(context, data, n) ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* Encode and destroy a surface. */
static PetscErrorCode encode(cairo_surface_t *surface, char **bytes, size_t *n) {
  qv_buffer to = {0};
  PetscFunctionBegin;
  const cairo_status_t status = cairo_surface_write_to_png_stream(surface, receive, &to);
  cairo_surface_destroy(surface);
  if (status) PetscCall(qv_buffer_free(&to));
  PetscCheck(!status, PETSC_COMM_SELF, PETSC_ERR_LIB, "cairo: %s", cairo_status_to_string(status));
  *bytes = to.bytes;
  *n     = to.n;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_png_pixels(const uint32_t *pixel, int columns, int rows, char **bytes,
                             size_t *n) {
  PetscFunctionBegin;
  PetscCall(encode(surface_of(pixel, columns, rows), bytes, n));
  PetscFunctionReturn(0);
}

/* Layout must not depend on the pixel grid of the screen font. */
static void set_font_options(cairo_t *cairo) {
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_set_font_options(cairo, options);
  cairo_font_options_destroy(options);
}

PetscErrorCode qv_png_encode(const qv_scene *scene, double scale, char **bytes, size_t *n) {
  const int width = (int)lround(scale * scene->width), height = (int)lround(scale * scene->height);
  PetscFunctionBegin;
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  cairo_t         *cairo   = cairo_create(surface);
  set_colour(cairo, QV_PAPER, 1);
  cairo_paint(cairo);
  cairo_scale(cairo, scale, scale);
  cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
  set_font_options(cairo);
  for (int64_t i = 0; i < scene->n_shapes; i++) draw_shape(cairo, scene, &scene->shape[i]);
  const cairo_status_t status = cairo_status(cairo);
  cairo_destroy(cairo);
  if (status) cairo_surface_destroy(surface);
  PetscCheck(!status, PETSC_COMM_SELF, PETSC_ERR_LIB, "cairo: %s", cairo_status_to_string(status));
  PetscCall(encode(surface, bytes, n));
  PetscFunctionReturn(0);
}
