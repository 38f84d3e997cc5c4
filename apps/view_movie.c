/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_movie.h"

#include "apps/view_image.h"
#include "apps/view_set.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_FRAMES = 500, MOVIE_TEXT = 512, MOVIE_WIDTH = 560 };

/* What the frames share, and the one at hand. */
typedef struct {
  qv_h5          *file;
  const qv_array *array;
  int64_t         every;
  double         *value, *time;
  char            title[MOVIE_TEXT], caption[MOVIE_TEXT], heading[160], unit[64];
  qv_raster       raster;
  qv_chart        chart;
  qv_figure       figure;
} reel;

bool qv_view_movie_suits(const qv_array *array) {
  return qv_view_set_is(array->view, "image") && !qv_view_set_after(array->view, "against") &&
         array->rank == 3 && array->shape[0] > 1 && qv_array_length(array) > 0;
}

static PetscErrorCode read_frame(reel *r, int64_t frame, const char **reason) {
  const int64_t *shape    = r->array->shape;
  const int64_t  start[3] = {frame, 0, 0}, count[3] = {1, shape[1], shape[2]};
  PetscFunctionBegin;
  PetscCall(qv_view_image_read(r->file, r->array, (qv_h5_part){start, count}, r->value, reason));
  PetscFunctionReturn(0);
}

/* One range for all frames. */
static PetscErrorCode find_range(reel *r, const char **reason) {
  double ends[2] = {INFINITY, -INFINITY};
  PetscFunctionBegin;
  for (int64_t f = 0; f < r->array->shape[0] && !*reason; f += r->every) {
    qv_raster one = {.low = 0};
    PetscCall(read_frame(r, f, reason));
    if (*reason) break;
    qv_view_image_range((int64_t)r->raster.width * r->raster.height, r->value, 1, &one);
    ends[0] = fmin(ends[0], one.low);
    ends[1] = fmax(ends[1], one.high);
  }
  qv_view_image_range(2, ends, 1, &r->raster);
  PetscFunctionReturn(0);
}

/* The set `time` beside the images, or in /data, where it fits. */
static PetscErrorCode find_time(reel *r) {
  char *beside;
  PetscFunctionBegin;
  PetscCall(qv_view_set_sibling(r->array->path, "time", 4, &beside));
  const char *path[2] = {beside, "/data/time"};
  for (int k = 0; k < 2 && !r->time; k++) {
    qv_array    time;
    const char *reason;
    void       *read = NULL;
    PetscCall(qv_h5_find(r->file, path[k], &time, &reason));
    if (reason || time.rank != 1 || time.shape[0] != r->array->shape[0]) continue;
    PetscCall(qv_h5_read(r->file, path[k], QV_F64, &read, &reason));
    r->time = read;
    if (time.unit && strcmp(time.unit, "1")) snprintf(r->unit, sizeof r->unit, " %s", time.unit);
  }
  PetscCall(PetscFree(beside));
  PetscFunctionReturn(0);
}

static PetscErrorCode show(void *context, int k, const qv_figure **figure) {
  reel         *r      = context;
  const int64_t frame  = k * r->every;
  const char   *reason = NULL;
  PetscFunctionBegin;
  PetscCall(read_frame(r, frame, &reason));
  PetscCheck(!reason, PETSC_COMM_SELF, PETSC_ERR_FILE_READ, "%s", reason);
  snprintf(r->heading, sizeof r->heading, "frame %lld of %lld", (long long)frame,
           (long long)r->array->shape[0]);
  const size_t used = strlen(r->heading);
  if (r->time)
    snprintf(r->heading + used, sizeof r->heading - used, ", time %.3f%s", r->time[frame], r->unit);
  *figure = &r->figure;
  PetscFunctionReturn(0);
}

static PetscErrorCode prepare(reel *r, const qv_view_picture *picture, const char **reason) {
  const int64_t *shape = r->array->shape;
  PetscFunctionBegin;
  r->every         = (shape[0] + MOST_FRAMES - 1) / MOST_FRAMES;
  r->raster.width  = (int)shape[2];
  r->raster.height = (int)shape[1];
  PetscCall(PetscMalloc1((size_t)(shape[1] * shape[2]), &r->value));
  r->raster.value = r->value;
  PetscCall(find_range(r, reason));
  PetscCall(find_time(r));
  qv_view_image_describe(r->array, picture, r->title, r->caption);
  r->chart  = (qv_chart){.title        = r->heading,
                         .x_label      = "x [pixel]",
                         .y_label      = "y [pixel]",
                         .equal_aspect = true,
                         .raster       = &r->raster};
  r->figure = (qv_figure){.title    = r->title,
                          .caption  = r->caption,
                          .columns  = 1,
                          .n_charts = 1,
                          .chart    = &r->chart,
                          .width    = MOVIE_WIDTH};
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_movie(qv_h5 *file, const qv_array *array, const qv_view_picture *picture,
                             double fps, const char **reason) {
  reel          *r;
  PetscErrorCode code = 0;
  PetscFunctionBegin;
  if (array->shape[1] > INT32_MAX / 16 / array->shape[2]) {
    *reason = "a data set is too large for a picture";
    PetscFunctionReturn(0);
  }
  PetscCall(PetscNew(&r));
  r->file  = file;
  r->array = array;
  PetscCall(prepare(r, picture, reason));
  if (!*reason)
    code = qv_figure_movie(&(qv_movie){.n_frames = (int)((array->shape[0] - 1) / r->every + 1),
                                       .fps      = fps,
                                       .frame    = show,
                                       .context  = r},
                           picture->png);
  PetscCall(PetscFree(r->value));
  PetscCall(PetscFree(r->time));
  PetscCall(PetscFree(r));
  PetscCall(code);
  PetscFunctionReturn(0);
}
