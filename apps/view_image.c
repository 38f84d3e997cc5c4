/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_image.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "apps/view_against.h"
#include "apps/view_set.h"
#include "solvers/figure/figure.h"

enum { MOST_IMAGES = 8, IMAGE_COLUMNS = 4, MOST_ROWS = 2048, LINE = 512 };

static const char not_readable[] = "a data set with a view cannot be read";
static const char too_large[]    = "a data set is too large for a picture";

/* "Projections: what.h5, /data/samples." and the like; "Title case" of the long name. */
void qv_view_image_describe(const qv_array *array, const qv_view_picture *picture, char title[LINE],
                            char caption[LINE]) {
  const bool has_title = picture->title && *picture->title;
  snprintf(title, LINE, "%s",
           array->long_name && *array->long_name ? array->long_name : array->path);
  if (title[0] >= 'a' && title[0] <= 'z') title[0] = (char)(title[0] - 'a' + 'A');
  snprintf(caption, LINE, "%.200s%s%.250s.", has_title ? picture->title : "", has_title ? ": " : "",
           picture->source);
}

PetscErrorCode qv_view_image_save(const qv_figure *figure, const qv_view_picture *picture) {
  PetscFunctionBegin;
  if (picture->svg) PetscCall(qv_figure_svg(figure, picture->svg));
  if (picture->png) PetscCall(qv_figure_png(figure, picture->png));
  PetscFunctionReturn(0);
}

/* Colours from the finite values of all; blue and red where they are as far below 0 as above. */
void qv_view_image_range(int64_t n, const double *value, int n_rasters, qv_raster *raster) {
  double low = INFINITY, high = -INFINITY;
  for (int64_t i = 0; i < n; i++)
    if (isfinite(value[i])) low = fmin(low, value[i]), high = fmax(high, value[i]);
  if (low > high) low = high = 0;
  for (int k = 0; k < n_rasters; k++) {
    raster[k].low       = low;
    raster[k].high      = high;
    raster[k].diverging = low < -0.5 * high;
  }
}

static PetscErrorCode draw_images(const qv_array *array, const qv_view_picture *picture, int n,
                                  const int64_t *index, qv_raster *raster) {
  char        title[LINE], caption[LINE], name[MOST_IMAGES][64], x[64], y[64];
  qv_chart    chart[MOST_IMAGES];
  const char *what = array->axes[0] ? array->axes[0] : "image", *const *axis =
                                                                  array->axes + array->rank - 2;

  PetscFunctionBegin;
  qv_view_image_describe(array, picture, title, caption);
  snprintf(x, sizeof x, "%.40s [pixel]", axis[1] ? axis[1] : "x");
  snprintf(y, sizeof y, "%.40s [pixel]", axis[0] ? axis[0] : "y");
  for (int k = 0; k < n; k++) {
    snprintf(name[k], sizeof name[k], "%.40s %lld", what, (long long)index[k]);
    chart[k] = (qv_chart){.title        = array->rank == 3 ? name[k] : NULL,
                          .x_label      = x,
                          .y_label      = y,
                          .equal_aspect = true,
                          .raster       = &raster[k]};
  }
  const qv_figure figure = {.title    = title,
                            .caption  = caption,
                            .columns  = n < IMAGE_COLUMNS ? n : IMAGE_COLUMNS,
                            .n_charts = n,
                            .chart    = chart};
  PetscCall(qv_view_image_save(&figure, picture));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_image_read(qv_h5 *file, const qv_array *array, qv_h5_part part,
                                  double *value, const char **reason) {
  int64_t n = 1;
  double *pair;

  PetscFunctionBegin;
  if (array->type != QV_C128) {
    PetscCall(qv_h5_read_block(file, array->path, QV_F64, part, value, reason));
  } else {
    for (int k = 0; k < array->rank; k++) n *= part.count[k];
    PetscCall(PetscMalloc1((size_t)(2 * n) + 1, &pair));
    PetscCall(qv_h5_read_block(file, array->path, QV_C128, part, pair, reason));
    for (int64_t i = 0; i < n && !*reason; i++) value[i] = hypot(pair[2 * i], pair[2 * i + 1]);
    PetscCall(PetscFree(pair));
  }
  if (*reason) *reason = not_readable;
  PetscFunctionReturn(0);
}

/* Values of the images `index` of n: rows of axis 0, or the whole of a single image. */
static PetscErrorCode read_images(qv_h5 *file, const qv_array *array, int n, const int64_t *index,
                                  double *value, const char **reason) {
  const int64_t *size = array->shape + array->rank - 2;

  PetscFunctionBegin;
  for (int k = 0; k < n && !*reason; k++) {
    const int64_t start[3] = {array->rank == 3 ? index[k] : 0, 0, 0};
    const int64_t count[3] = {array->rank == 3 ? 1 : size[0], array->rank == 3 ? size[0] : size[1],
                              size[1]};
    PetscCall(qv_view_image_read(file, array, (qv_h5_part){start, count},
                                 value + k * size[0] * size[1], reason));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_image(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                             const char **reason) {
  const int     rank = array->rank;
  const int64_t all  = rank == 3 ? array->shape[0] : 1;
  const int     n    = (int)(all < MOST_IMAGES ? all : MOST_IMAGES);
  int64_t       index[MOST_IMAGES];
  qv_raster     raster[MOST_IMAGES];
  double       *value;

  PetscFunctionBegin;
  if (qv_view_set_after(array->view, "against")) {
    PetscCall(qv_view_against_images(file, array, picture, reason));
    PetscFunctionReturn(0);
  }
  if ((rank != 2 && rank != 3) || qv_array_length(array) < 1) {
    *reason = "an image needs the axes y and x, and may have one before them";
    PetscFunctionReturn(0);
  }
  const int64_t height = array->shape[rank - 2], width = array->shape[rank - 1];
  if (height > INT32_MAX / 16 / width) {
    *reason = too_large;
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(n * height * width, &value));
  for (int k = 0; k < n; k++) {
    index[k] = n > 1 ? k * (all - 1) / (n - 1) : 0;
    raster[k] =
      (qv_raster){.width = (int)width, .height = (int)height, .value = value + k * height * width};
  }
  PetscCall(read_images(file, array, n, index, value, reason));
  PetscErrorCode code = 0;
  if (!*reason) {
    const bool is_each = qv_view_set_is(array->view, "tiles");
    for (int k = 0; k < (is_each ? n : 1); k++)
      qv_view_image_range((is_each ? 1 : n) * height * width, value + k * height * width,
                          is_each ? 1 : n, raster + k);
    code = draw_images(array, picture, n, index, raster);
  }
  PetscCall(PetscFree(value));
  PetscCall(code);
  PetscFunctionReturn(0);
}

/* Rows of a raster out of axis 0: the block [first, first + count) of axis 1 of each index. */
typedef struct {
  int64_t first, count; /* of axis 1; of a rank of 2, count is 1 */
  int64_t every, n;     /* indices of axis 0 that are shown: 0, every, 2 every, … */
} selection;

static PetscErrorCode read_selection(qv_h5 *file, const qv_array *array, const selection *s,
                                     double *value, const char **reason) {
  const int64_t width = array->shape[array->rank - 1];

  PetscFunctionBegin;
  for (int64_t k = 0; k < s->n && !*reason; k++) {
    const int64_t start[3] = {k * s->every, array->rank == 3 ? s->first : 0, 0};
    const int64_t count[3] = {1, array->rank == 3 ? s->count : width, width};
    PetscCall(qv_view_image_read(file, array, (qv_h5_part){start, count},
                                 value + k * s->count * width, reason));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode draw_raster(qv_h5 *file, const qv_array *array, const selection *s,
                                  const qv_view_picture *picture, const char **reason) {
  char            title[LINE], caption[LINE], more[64], label[64];
  const int64_t   width = array->shape[array->rank - 1], rows = s->n * s->count;
  const char     *x = array->axes[array->rank - 1], *y = array->axes[0];
  double         *value;
  qv_raster       raster = {.width = (int)width, .height = (int)rows};
  qv_chart        chart  = {.x_label = x ? x : "column", .y_label = label, .raster = &raster};
  const qv_figure figure = {
    .title = title, .caption = caption, .columns = 1, .n_charts = 1, .chart = &chart};

  PetscFunctionBegin;
  if (rows > INT32_MAX / width) {
    *reason = too_large;
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(rows * width, &value));
  PetscCall(read_selection(file, array, s, value, reason));
  PetscErrorCode code = 0;
  if (!*reason) {
    qv_view_image_describe(array, picture, title, caption);
    snprintf(label, sizeof label, s->count > 1 ? "projection" : "%.40s", y ? y : "row");
    snprintf(more, sizeof more, " Every %lldth %.20s.", (long long)s->every, y ? y : "row");
    if (s->every > 1) strncat(caption, more, LINE - 1 - strlen(caption));
    raster.value = value;
    qv_view_image_range(rows * width, value, 1, &raster);
    code = qv_view_image_save(&figure, picture);
  }
  PetscCall(PetscFree(value));
  PetscCall(code);
  PetscFunctionReturn(0);
}

/* At most MOST_ROWS rows, whole indices of axis 0. */
static selection select_rows(const qv_array *array, int64_t first, int64_t count) {
  selection s = {.first = first, .count = count};
  s.every     = (array->shape[0] * count + MOST_ROWS - 1) / MOST_ROWS;
  if (s.every < 1) s.every = 1;
  s.n = (array->shape[0] + s.every - 1) / s.every;
  return s;
}

static bool is_raster(const qv_array *array) {
  return (array->rank == 2 || array->rank == 3) && qv_array_length(array) > 0;
}

PetscErrorCode qv_view_sinogram(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                                const char **reason) {
  PetscFunctionBegin;
  if (!is_raster(array)) {
    *reason = "a sinogram needs the axes frame, view and bin";
    PetscFunctionReturn(0);
  }
  const selection s = select_rows(array, 0, array->rank == 3 ? array->shape[1] : 1);
  PetscCall(draw_raster(file, array, &s, picture, reason));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_profile(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                               const char **reason) {
  PetscFunctionBegin;
  if (qv_view_set_after(array->view, "against")) {
    PetscCall(qv_view_against_profile(file, array, picture, reason));
    PetscFunctionReturn(0);
  }
  if (!is_raster(array)) {
    *reason = "a profile needs two or three axes";
    PetscFunctionReturn(0);
  }
  const selection s = select_rows(array, array->rank == 3 ? array->shape[1] / 2 : 0, 1);
  PetscCall(draw_raster(file, array, &s, picture, reason));
  PetscFunctionReturn(0);
}
