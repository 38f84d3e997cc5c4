/* SPDX-License-Identifier: GPL-3.0-or-later
 * SVG 1.1 as text: numbers are written from integers (hundredths of a pixel), so that no locale and
 * no printf decides about a byte. */
#include "solvers/figure/scene.h"
#include "solvers/figure/text.h"

#include <math.h>
#include <string.h>

/* Images up to this many pixels are rectangles. */
enum { FEW_PIXELS = 256 };

static PetscErrorCode put(qv_buffer *out, const char *text) {
  PetscFunctionBegin;
  PetscCall(qv_buffer_add(out, text, strlen(text)));
  PetscFunctionReturn(0);
}

static int64_t hundredths(double value) {
  return (int64_t)llround(100 * value);
}

/* "-12.5", ".25", "7". */
static PetscErrorCode put_hundredths(qv_buffer *out, int64_t value) {
  char          text[32];
  int           at    = sizeof text;
  const int64_t size  = value < 0 ? -value : value;
  int64_t       whole = size / 100;
  const int     part  = (int)(size % 100);
  PetscFunctionBegin;
  if (part % 10) text[--at] = (char)('0' + part % 10);
  if (part) text[--at] = (char)('0' + part / 10);
  if (part) text[--at] = '.';
  if (whole == 0 && !part) text[--at] = '0';
  for (; whole > 0; whole /= 10) text[--at] = (char)('0' + whole % 10);
  if (value < 0) text[--at] = '-';
  PetscCall(qv_buffer_add(out, text + at, sizeof text - (size_t)at));
  PetscFunctionReturn(0);
}

/* ` name="value"` */
static PetscErrorCode put_number(qv_buffer *out, const char *name, double value) {
  PetscFunctionBegin;
  PetscCall(put(out, " "));
  PetscCall(put(out, name));
  PetscCall(put(out, "=\""));
  PetscCall(put_hundredths(out, hundredths(value)));
  PetscCall(put(out, "\""));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_colour(qv_buffer *out, const char *name, uint32_t colour,
                                 double opacity) {
  static const char digit[] = "0123456789abcdef";
  char              text[8] = "#000000";
  PetscFunctionBegin;
  for (int i = 0; i < 6; i++) text[1 + i] = digit[(colour >> (20 - 4 * i)) & 15];
  PetscCall(put(out, " "));
  PetscCall(put(out, name));
  PetscCall(put(out, "=\""));
  PetscCall(put(out, text));
  PetscCall(put(out, "\""));
  if (opacity < 1) {
    PetscCall(put(out, " "));
    PetscCall(put(out, name));
    PetscCall(put(out, "-opacity=\""));
    PetscCall(put_hundredths(out, hundredths(opacity)));
    PetscCall(put(out, "\""));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode put_escaped(qv_buffer *out, const char *text, size_t n) {
  PetscFunctionBegin;
  for (size_t i = 0; i < n; i++) {
    switch (text[i]) {
      case '&':
        PetscCall(put(out, "&amp;"));
        break;
      case '<':
        PetscCall(put(out, "&lt;"));
        break;
      case '>':
        PetscCall(put(out, "&gt;"));
        break;
      case '"':
        PetscCall(put(out, "&quot;"));
        break;
      default:
        PetscCall(qv_buffer_add(out, text + i, 1));
    }
  }
  PetscFunctionReturn(0);
}

/* Path data with relative steps; differences are taken between rounded points, so that errors do
 * not add up. `then` follows every point. */
static PetscErrorCode put_path(qv_buffer *out, const double *point, int64_t n, const char *then) {
  int64_t x = 0, y = 0;
  bool    is_open = false;
  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i++) {
    if (isnan(point[2 * i])) {
      is_open = false;
      continue;
    }
    const int64_t nx = hundredths(point[2 * i]), ny = hundredths(point[2 * i + 1]);
    PetscCall(put(out, is_open && !*then ? "l" : "m"));
    PetscCall(put_hundredths(out, nx - x));
    if (ny >= y) PetscCall(put(out, " "));
    PetscCall(put_hundredths(out, ny - y));
    PetscCall(put(out, then));
    is_open = true;
    x       = nx;
    y       = ny;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode put_line(qv_buffer *out, const qv_shape *shape, const double *point) {
  PetscFunctionBegin;
  PetscCall(put(out, "<path fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\""));
  PetscCall(put_colour(out, "stroke", shape->colour, shape->opacity));
  PetscCall(put_number(out, "stroke-width", shape->size));
  if (shape->dashed) PetscCall(put(out, " stroke-dasharray=\"6 3\""));
  PetscCall(put(out, " d=\""));
  PetscCall(put_path(out, point, shape->count, ""));
  PetscCall(put(out, "\"/>\n"));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_area(qv_buffer *out, const qv_shape *shape, const double *point) {
  PetscFunctionBegin;
  PetscCall(put(out, "<path"));
  PetscCall(put_colour(out, "fill", shape->colour, shape->opacity));
  PetscCall(put(out, " d=\""));
  PetscCall(put_path(out, point, shape->count, ""));
  PetscCall(put(out, "z\"/>\n"));
  PetscFunctionReturn(0);
}

/* Discs are the round ends of lines without length: one element for all of them. */
static PetscErrorCode put_dots(qv_buffer *out, const qv_shape *shape, const double *point) {
  PetscFunctionBegin;
  PetscCall(put(out, "<path fill=\"none\" stroke-linecap=\"round\""));
  PetscCall(put_colour(out, "stroke", shape->colour, shape->opacity));
  PetscCall(put_number(out, "stroke-width", 2 * shape->size));
  PetscCall(put(out, " d=\""));
  PetscCall(put_path(out, point, shape->count, "h0"));
  PetscCall(put(out, "\"/>\n"));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_frame(qv_buffer *out, double x, double y, double width, double height) {
  PetscFunctionBegin;
  PetscCall(put_number(out, "x", x));
  PetscCall(put_number(out, "y", y));
  PetscCall(put_number(out, "width", width));
  PetscCall(put_number(out, "height", height));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_box(qv_buffer *out, const qv_shape *shape) {
  PetscFunctionBegin;
  PetscCall(put(out, "<rect"));
  PetscCall(put_frame(out, shape->x, shape->y, shape->width, shape->height));
  PetscCall(put_colour(out, "fill", shape->colour, shape->opacity));
  PetscCall(put(out, "/>\n"));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_text(qv_buffer *out, const qv_shape *shape, const char *text) {
  static const char *const anchor[] = {NULL, "middle", "end"};
  qv_text_run              run;
  double                   lift = 0;
  PetscFunctionBegin;
  PetscCall(put(out, "<text"));
  PetscCall(put_number(out, "x", shape->x));
  PetscCall(put_number(out, "y", shape->y));
  PetscCall(put_number(out, "font-size", shape->size));
  PetscCall(put_colour(out, "fill", shape->colour, shape->opacity));
  if (shape->bold) PetscCall(put(out, " font-weight=\"bold\""));
  if (anchor[shape->anchor]) {
    PetscCall(put(out, " text-anchor=\""));
    PetscCall(put(out, anchor[shape->anchor]));
    PetscCall(put(out, "\""));
  }
  if (shape->upright) {
    PetscCall(put(out, " transform=\"rotate(-90 "));
    PetscCall(put_hundredths(out, hundredths(shape->x)));
    PetscCall(put(out, " "));
    PetscCall(put_hundredths(out, hundredths(shape->y)));
    PetscCall(put(out, ")\""));
  }
  PetscCall(put(out, ">"));
  while (qv_text_split(&text, &run)) {
    const double up = run.raised ? QV_RAISED_LIFT * shape->size : 0;
    if (run.raised || lift > 0) {
      PetscCall(put(out, "<tspan"));
      PetscCall(put_number(out, "dy", lift - up));
      if (run.raised) PetscCall(put_number(out, "font-size", QV_RAISED_SIZE * shape->size));
      PetscCall(put(out, ">"));
    }
    PetscCall(put_escaped(out, run.from, run.bytes));
    if (run.raised || lift > 0) PetscCall(put(out, "</tspan>"));
    lift = up;
  }
  PetscCall(put(out, "</text>\n"));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_base64(qv_buffer *out, const unsigned char *data, size_t n) {
  static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  PetscFunctionBegin;
  for (size_t i = 0; i < n; i += 3) {
    const uint32_t second = i + 1 < n ? data[i + 1] : 0, third = i + 2 < n ? data[i + 2] : 0;
    const uint32_t bits = (uint32_t)data[i] << 16 | second << 8 | third;
    char           four[4];
    for (int j = 0; j < 4; j++) four[j] = digit[(bits >> (18 - 6 * j)) & 63];
    if (i + 1 >= n) four[2] = '=';
    if (i + 2 >= n) four[3] = '=';
    PetscCall(qv_buffer_add(out, four, 4));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode put_small_image(qv_buffer *out, const qv_shape *shape,
                                      const uint32_t *pixel) {
  const double width = shape->width / shape->columns, height = shape->height / shape->rows;
  PetscFunctionBegin;
  PetscCall(put(out, "<g shape-rendering=\"crispEdges\">\n"));
  for (int i = 0; i < shape->columns * shape->rows; i++) {
    const qv_shape box = {.x       = shape->x + i % shape->columns * width,
                          .width   = width,
                          .y       = shape->y + i / shape->columns * height,
                          .height  = height,
                          .colour  = pixel[i] & 0xFFFFFF,
                          .opacity = 1};
    if (pixel[i]) PetscCall(put_box(out, &box));
  }
  PetscCall(put(out, "</g>\n"));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_image(qv_buffer *out, const qv_shape *shape, const uint32_t *pixel) {
  char  *bytes;
  size_t n;
  PetscFunctionBegin;
  if (shape->count <= FEW_PIXELS) {
    PetscCall(put_small_image(out, shape, pixel));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_png_pixels(pixel, shape->columns, shape->rows, &bytes, &n));
  PetscCall(put(out, "<image"));
  PetscCall(put_frame(out, shape->x, shape->y, shape->width, shape->height));
  PetscCall(put(out, " preserveAspectRatio=\"none\""));
  if (shape->width >= shape->columns) PetscCall(put(out, " style=\"image-rendering:pixelated\""));
  PetscCall(put(out, " xlink:href=\"data:image/png;base64,"));
  PetscCall(put_base64(out, (const unsigned char *)bytes, n));
  PetscCall(put(out, "\"/>\n"));
  PetscCall(PetscFree(bytes));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_group(qv_buffer *out, const char *title) {
  PetscFunctionBegin;
  PetscCall(put(out, "<g role=\"group\" aria-label=\""));
  PetscCall(put_escaped(out, title, strlen(title)));
  PetscCall(put(out, "\">\n"));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_shape(qv_buffer *out, const qv_scene *scene, const qv_shape *shape) {
  const double *point = scene->point + 2 * shape->first;
  const char   *text  = scene->text + shape->first;
  PetscFunctionBegin;
  switch (shape->kind) {
    case QV_SHAPE_LINE:
      if (shape->count) PetscCall(put_line(out, shape, point));
      break;
    case QV_SHAPE_AREA:
      if (shape->count) PetscCall(put_area(out, shape, point));
      break;
    case QV_SHAPE_DOTS:
      if (shape->count) PetscCall(put_dots(out, shape, point));
      break;
    case QV_SHAPE_BOX:
      PetscCall(put_box(out, shape));
      break;
    case QV_SHAPE_TEXT:
      PetscCall(put_text(out, shape, text));
      break;
    case QV_SHAPE_IMAGE:
      PetscCall(put_image(out, shape, scene->pixel + shape->first));
      break;
    case QV_SHAPE_GROUP:
      PetscCall(put_group(out, text));
      break;
    case QV_SHAPE_END:
      PetscCall(put(out, "</g>\n"));
      break;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode put_head(qv_buffer *out, const qv_scene *scene) {
  PetscFunctionBegin;
  PetscCall(
    put(out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\""
        " xmlns:xlink=\"http://www.w3.org/1999/xlink\""));
  PetscCall(put_number(out, "width", scene->width));
  PetscCall(put_number(out, "height", scene->height));
  PetscCall(put(out, " viewBox=\"0 0 "));
  PetscCall(put_hundredths(out, hundredths(scene->width)));
  PetscCall(put(out, " "));
  PetscCall(put_hundredths(out, hundredths(scene->height)));
  PetscCall(put(out,
                "\" xml:space=\"preserve\" role=\"img\" aria-labelledby=\"title desc\""
                " font-family=\"'DejaVu Sans', sans-serif\">\n<title id=\"title\">"));
  PetscCall(put_escaped(out, scene->title, strlen(scene->title)));
  PetscCall(put(out, "</title>\n<desc id=\"desc\">"));
  PetscCall(put_escaped(out, scene->description, strlen(scene->description)));
  PetscCall(put(out, "</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_svg_encode(const qv_scene *scene, char **bytes, size_t *n) {
  qv_buffer out = {0};
  PetscFunctionBegin;
  PetscCall(put_head(&out, scene));
  for (int64_t i = 0; i < scene->n_shapes; i++) PetscCall(put_shape(&out, scene, &scene->shape[i]));
  PetscCall(put(&out, "</svg>\n"));
  *bytes = out.bytes;
  *n     = out.n;
  PetscFunctionReturn(0);
}
