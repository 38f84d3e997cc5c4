/* SPDX-License-Identifier: GPL-3.0-or-later
 * A picture as a list of shapes in pixels, y downwards. Both back ends draw this list and nothing
 * else, so that SVG and PNG look the same. Private to this room. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

#include "solvers/parallel/buffer.h"

typedef enum {
  QV_SHAPE_LINE,  /* a path through points; NaN breaks it; size: stroke width */
  QV_SHAPE_AREA,  /* one filled polygon */
  QV_SHAPE_DOTS,  /* a disc at every point; size: radius */
  QV_SHAPE_BOX,   /* a filled rectangle */
  QV_SHAPE_TEXT,  /* at x, y (base line); size: font size */
  QV_SHAPE_IMAGE, /* columns x rows pixels, top row first, stretched over the rectangle */
  QV_SHAPE_GROUP, /* begins a group with a title for screen readers */
  QV_SHAPE_END    /* ends it */
} qv_shape_kind;

typedef enum { QV_ANCHOR_START, QV_ANCHOR_MIDDLE, QV_ANCHOR_END } qv_anchor;

typedef struct {
  qv_shape_kind kind;
  uint32_t      colour; /* 0xRRGGBB */
  double        opacity;
  double        x, y, width, height;
  double        size;
  qv_anchor     anchor;
  bool          bold, upright; /* upright: turned by a quarter, read from below */
  bool          dashed;        /* lines */
  int           columns, rows;
  int64_t       first, count; /* points; bytes of text (with its NUL); pixels */
} qv_shape;

typedef struct {
  double    width, height;
  int64_t   n_shapes, n_points, n_bytes, n_pixels;
  int64_t   room_shapes, room_points, room_bytes, room_pixels;
  qv_shape *shape;
  double   *point; /* pairs */
  char     *text;  /* valid UTF-8 without control characters */
  uint32_t *pixel; /* 0xAARRGGBB, A 0 or 255 */
  char     *title, *description;
} qv_scene;

PetscErrorCode qv_scene_create(double width, double height, qv_scene **scene);
PetscErrorCode qv_scene_destroy(qv_scene **scene);
/* Append a shape; opacity 0 stands for 1. */
PetscErrorCode qv_scene_add(qv_scene *scene, const qv_shape *shape);
/* Append a point to the last shape. */
PetscErrorCode qv_scene_point(qv_scene *scene, double x, double y);
/* Append text, cut to fit into like->width where that is positive. NULL or "": nothing. */
PetscErrorCode qv_scene_text(qv_scene *scene, const qv_shape *like, const char *text);
/* Append an image; its pixels are filled in by the caller (valid until the next call). */
PetscErrorCode qv_scene_image(qv_scene *scene, const qv_shape *like, uint32_t **pixel);
/* A straight line from (x0, y0) to (x1, y1). */
typedef struct {
  double x0, y0, x1, y1;
} qv_segment;
PetscErrorCode qv_scene_segment(qv_scene *scene, qv_segment at, uint32_t colour, double size);
/* The words for those who cannot see the picture. */
PetscErrorCode qv_scene_describe(qv_scene *scene, const char *title, const char *description);
PetscErrorCode qv_scene_group(qv_scene *scene, const char *title);
PetscErrorCode qv_scene_end(qv_scene *scene);

/* The back ends: the whole file in memory (PetscFree *bytes). */
PetscErrorCode qv_svg_encode(const qv_scene *scene, char **bytes, size_t *n);
/* `scale` pixels for one of the scene. */
PetscErrorCode qv_png_encode(const qv_scene *scene, double scale, char **bytes, size_t *n);
/* An image alone. */
PetscErrorCode qv_png_pixels(const uint32_t *pixel, int columns, int rows, char **bytes, size_t *n);

/* An animation out of PNGs of one size: set n_frames and fps (0.01 … 600), add each, take the whole
 * file after the last one, and free it. */
typedef struct {
  int       n_frames, n_added;
  double    fps;
  uint32_t  width, height, sequence;
  qv_buffer file;
} qv_apng;
PetscErrorCode qv_apng_add(qv_apng *apng, const char *png, size_t n);
