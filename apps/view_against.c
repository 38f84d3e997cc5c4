/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_against.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "apps/view_data.h"
#include "apps/view_image.h"
#include "apps/view_overlay.h"
#include "apps/view_set.h"

enum { MOST_SHOWN = 6, SIDES = 3, AGAINST = 512, MOST_TIMES = 4096 };

static const char not_there[] =
  "a view names a data set that is not there, or that does not fit in shape";

/* The other set, of the same pixels. */
static PetscErrorCode find_other(qv_h5 *file, const qv_array *array, qv_array *other,
                                 const char **reason) {
  PetscFunctionBegin;
  PetscCall(
    qv_view_set_named(file, array, qv_view_set_after(array->view, "against"), other, reason));
  if (*reason || other->rank != 3 || other->shape[2] != array->shape[array->rank - 1])
    *reason = not_there;
  PetscFunctionReturn(0);
}

/* Truth, image and difference of each frame: [3][n][pixels]. */
typedef struct {
  int       n;
  int64_t   width, height, pixels;
  double   *frame; /* numbers of the frames */
  double   *value;
  qv_raster raster[SIDES * MOST_SHOWN];
  qv_chart  chart[SIDES * MOST_SHOWN];
  char      title[SIDES * MOST_SHOWN][96];
} gallery;

static PetscErrorCode read_gallery(qv_h5 *file, const qv_array *array, const qv_array *other,
                                   gallery *g, const char **reason) {
  const int64_t count[3] = {1, g->height, g->width};
  PetscFunctionBegin;
  for (int k = 0; k < g->n && !*reason; k++) {
    const int64_t at[3] = {k, 0, 0}, from[3] = {(int64_t)g->frame[k], 0, 0};
    double       *truth = g->value + k * g->pixels, *image = truth + g->n * g->pixels;
    double       *error = image + g->n * g->pixels;
    if (!(g->frame[k] >= 0 && g->frame[k] < (double)other->shape[0])) *reason = not_there;
    if (!*reason)
      PetscCall(qv_view_image_read(file, array, (qv_h5_part){at, count}, truth, reason));
    if (!*reason)
      PetscCall(qv_view_image_read(file, other, (qv_h5_part){from, count}, image, reason));
    for (int64_t i = 0; i < g->pixels && !*reason; i++) error[i] = fabs(image[i] - truth[i]);
  }
  PetscFunctionReturn(0);
}

static void fill_gallery(const qv_array *array, const qv_array *other, gallery *g) {
  const char *name[SIDES] = {qv_view_overlay_title(array), qv_view_overlay_title(other),
                             "|difference|"};
  for (int i = 0; i < SIDES * g->n; i++) {
    const int row = i / g->n;
    g->raster[i]  = (qv_raster){
       .width = (int)g->width, .height = (int)g->height, .value = g->value + i * g->pixels};
    snprintf(g->title[i], sizeof g->title[i], "%.60s, frame %.0f", name[row], g->frame[i % g->n]);
    g->chart[i] = (qv_chart){.title        = g->title[i],
                             .x_label      = row == SIDES - 1 ? "x [pixel]" : NULL,
                             .y_label      = i % g->n ? NULL : "y [pixel]",
                             .equal_aspect = true,
                             .raster       = &g->raster[i]};
  }
  const int64_t one = g->n * g->pixels;
  qv_view_image_range(2 * one, g->value, 2 * g->n, g->raster);
  qv_view_image_range(one, g->value + 2 * one, g->n, g->raster + 2 * g->n);
}

static PetscErrorCode draw_gallery(qv_h5 *file, const qv_array *array, const qv_array *other,
                                   const qv_view_picture *picture, const char **reason) {
  char     title[AGAINST], caption[AGAINST];
  gallery *g;
  PetscFunctionBegin;
  PetscCall(PetscNew(&g));
  g->n      = (int)(array->shape[0] < MOST_SHOWN ? array->shape[0] : MOST_SHOWN);
  g->height = array->shape[1];
  g->width  = array->shape[2];
  g->pixels = g->width * g->height;
  PetscCall(PetscMalloc1((size_t)(SIDES * g->n * g->pixels) + 1, &g->value));
  PetscCall(qv_view_data_scale(file, array, 0, &g->frame, reason));
  if (!*reason) PetscCall(read_gallery(file, array, other, g, reason));
  PetscErrorCode code = 0;
  if (!*reason) {
    fill_gallery(array, other, g);
    qv_view_image_describe(array, picture, title, caption);
    snprintf(title, sizeof title, "%.200s beside the %.200s", qv_view_overlay_title(other),
             qv_view_overlay_title(array));
    if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
    code = qv_view_image_save(&(qv_figure){.title    = title,
                                           .caption  = caption,
                                           .columns  = g->n,
                                           .n_charts = SIDES * g->n,
                                           .chart    = g->chart},
                              picture);
  }
  PetscCall(PetscFree(g->frame));
  PetscCall(PetscFree(g->value));
  PetscCall(PetscFree(g));
  PetscCall(code);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_against_images(qv_h5 *file, const qv_array *array,
                                      const qv_view_picture *picture, const char **reason) {
  qv_array other;
  PetscFunctionBegin;
  PetscCall(find_other(file, array, &other, reason));
  if (!*reason && (array->rank != 3 || array->shape[1] != other.shape[1] ||
                   qv_array_length(array) < 1 || qv_array_row_length(array) > INT32_MAX / 64))
    *reason = not_there;
  if (!*reason) PetscCall(draw_gallery(file, array, &other, picture, reason));
  PetscFunctionReturn(0);
}

/* Every so many rows of [frame, x], or of the middle of [frame, y, x]. */
static PetscErrorCode read_lines(qv_h5 *file, const qv_array *array, int64_t every, double *value,
                                 const char **reason) {
  const int64_t width = array->shape[array->rank - 1];
  PetscFunctionBegin;
  for (int64_t t = 0; t < array->shape[0] && !*reason; t += every, value += width) {
    const int64_t start[3] = {t, array->rank == 3 ? array->shape[1] / 2 : 0, 0};
    const int64_t count[3] = {1, array->rank == 3 ? 1 : width, width};
    PetscCall(qv_view_image_read(file, array, (qv_h5_part){start, count}, value, reason));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_against_profile(qv_h5 *file, const qv_array *array,
                                       const qv_view_picture *picture, const char **reason) {
  char           title[AGAINST], caption[AGAINST];
  qv_array       other;
  qv_raster      raster[2];
  qv_chart       chart[2];
  double        *value;
  PetscErrorCode code = 0;
  PetscFunctionBegin;
  PetscCall(find_other(file, array, &other, reason));
  if (!*reason && (array->rank != 2 || array->shape[0] != other.shape[0])) *reason = not_there;
  if (*reason) PetscFunctionReturn(0);
  const int64_t every = (array->shape[0] + MOST_TIMES - 1) / MOST_TIMES;
  const int64_t rows = (array->shape[0] + every - 1) / every, width = array->shape[1];
  PetscCall(PetscMalloc1((size_t)(2 * rows * width) + 1, &value));
  PetscCall(read_lines(file, array, every, value, reason));
  if (!*reason) PetscCall(read_lines(file, &other, every, value + rows * width, reason));
  if (!*reason) {
    for (int k = 0; k < 2; k++) {
      raster[k] =
        (qv_raster){.width = (int)width, .height = (int)rows, .value = value + k * rows * width};
      chart[k] = (qv_chart){.title   = qv_view_overlay_title(k ? &other : array),
                            .x_label = "x [pixel]",
                            .y_label = "frame",
                            .raster  = &raster[k]};
    }
    qv_view_image_range(2 * rows * width, value, 2, raster);
    qv_view_image_describe(array, picture, title, caption);
    snprintf(title, sizeof title, "Middle row over time");
    code = qv_view_image_save(
      &(qv_figure){.title = title, .caption = caption, .columns = 2, .n_charts = 2, .chart = chart},
      picture);
  }
  PetscCall(PetscFree(value));
  PetscCall(code);
  PetscFunctionReturn(0);
}
