/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "imaging/measurement_impl.h"

static const double two_pi = 6.283185307179586477;

PetscErrorCode qv_measurement_complain(const qv_measurement_file *f, const char *format, ...) {
  va_list list;

  PetscFunctionBegin;
  va_start(list, format);
  const PetscErrorCode code =
    qv_diag_add_list(f->diag, QV_EXIT_DATA, (qv_place){.file = f->written}, format, list);
  va_end(list);
  PetscCall(code);
  PetscFunctionReturn(0);
}

/* "[5, 3, 2]" */
static void write_shape(int rank, const int64_t *shape, char text[96]) {
  int at = snprintf(text, 96, "[");
  for (int i = 0; i < rank; i++)
    at += snprintf(text + at, (size_t)(96 - at), "%s%lld", i ? ", " : "", (long long)shape[i]);
  snprintf(text + at, (size_t)(96 - at), "]");
}

static bool is_there(qv_h5 *file, const char *path) {
  qv_array    array;
  const char *reason = NULL;
  if (qv_h5_find(file, path, &array, &reason)) return false;
  return !reason;
}

/* Read a set of reals of a known shape; *value stays NULL when it is wrong. `axes` says in words
 * what the shape is. */
static PetscErrorCode read_reals(const qv_measurement_file *f, const char *path, int rank,
                                 const int64_t *shape, const char *axes, double **value) {
  qv_array    array;
  const char *reason = NULL;
  char        is[96], want[96];
  int64_t     n = 1;

  PetscFunctionBegin;
  *value = NULL;
  PetscCall(qv_h5_find(f->file, path, &array, &reason));
  bool fits = !reason && array.rank == rank && array.type != QV_TEXT && array.type != QV_C128;
  for (int i = 0; fits && i < rank; i++) {
    fits = array.shape[i] == shape[i];
    n *= shape[i];
  }
  if (!reason && !fits) {
    write_shape(array.rank, array.shape, is);
    write_shape(rank, shape, want);
    PetscCall(qv_measurement_complain(f, "%s has the shape %s, expected reals %s = %s", path, is,
                                      axes, want));
    PetscFunctionReturn(0);
  }
  if (!reason) PetscCall(qv_h5_read(f->file, path, QV_F64, (void **)value, &reason));
  if (reason) {
    PetscCall(qv_measurement_complain(f, "%s", reason));
    PetscFunctionReturn(0);
  }
  for (int64_t i = 0; i < n; i++)
    if (!isfinite((*value)[i])) {
      PetscCall(qv_measurement_complain(f, "entry %lld of %s is not finite", (long long)i, path));
      PetscCall(PetscFree(*value));
      PetscFunctionReturn(0);
    }
  PetscFunctionReturn(0);
}

/* A number that may be missing: NaN then. */
static PetscErrorCode read_scalar(const qv_measurement_file *f, const char *path, double *value) {
  double *data;

  PetscFunctionBegin;
  *value = NAN;
  if (!is_there(f->file, path)) PetscFunctionReturn(0);
  PetscCall(read_reals(f, path, 0, NULL, "a single number", &data));
  if (data) *value = *data;
  PetscCall(PetscFree(data));
  PetscFunctionReturn(0);
}

/* Values that must increase strictly. */
static PetscErrorCode check_increasing(const qv_measurement_file *f, const char *path, int64_t n,
                                       const double *value) {
  PetscFunctionBegin;
  for (int64_t i = 1; i < n; i++)
    if (value[i] <= value[i - 1]) {
      PetscCall(qv_measurement_complain(f, "%s must increase: entry %lld is %.9g after %.9g", path,
                                        (long long)i, value[i], value[i - 1]));
      break;
    }
  PetscFunctionReturn(0);
}

/* /data/samples: the shape of all. */
static PetscErrorCode examine_samples(const qv_measurement_file *f, qv_geometry *g) {
  qv_array    array;
  const char *reason = NULL;
  char        is[96];

  PetscFunctionBegin;
  PetscCall(qv_h5_find(f->file, "/data/samples", &array, &reason));
  if (reason) {
    PetscCall(qv_measurement_complain(f, "%s", reason));
    PetscFunctionReturn(0);
  }
  write_shape(array.rank, array.shape, is);
  bool fits = array.rank == 3;
  for (int i = 0; fits && i < 3; i++) fits = array.shape[i] >= 1 && array.shape[i] < INT32_MAX;
  if (array.type == QV_C128)
    PetscCall(qv_measurement_complain(
      f, "/data/samples %s is complex: there is no forward model for k-space yet", is));
  else if (!fits || array.type == QV_TEXT || array.shape[1] * array.shape[2] >= INT32_MAX)
    PetscCall(qv_measurement_complain(
      f, "/data/samples has the shape %s, expected reals [frame, view, bin]", is));
  if (qv_diag_count(f->diag)) PetscFunctionReturn(0);
  g->n_frames = array.shape[0];
  g->n_views  = (int)array.shape[1];
  g->n_bins   = (int)array.shape[2];
  PetscFunctionReturn(0);
}

static PetscErrorCode choose_model(const qv_measurement_file *f, qv_geometry *g) {
  const bool has_angles = is_there(f->file, "/data/angle");
  const bool has_mask   = is_there(f->file, "/data/measured");

  PetscFunctionBegin;
  g->model = f->choice->model;
  if (g->model < 0)
    g->model = qv_forward_model_named(has_angles || g->n_views != g->n_bins ? "radon2d"
                                      : has_mask                            ? "mask"
                                                                            : "identity");
  if (qv_forward_has_angles(g->model) && !has_angles)
    PetscCall(qv_measurement_complain(f,
                                      "there is no /data/angle [frame, view]: projections need "
                                      "the angle of each view, in radians"));
  if (qv_forward_has_mask(g->model) && !has_mask)
    PetscCall(qv_measurement_complain(f,
                                      "there is no /data/measured [frame, view, bin]: the model "
                                      "'mask' needs it"));
  g->size = f->choice->size == QV_UNSET_INT ? g->n_bins : (int)f->choice->size;
  if (!qv_forward_has_angles(g->model) && (g->n_views != g->size || g->n_bins != g->size))
    PetscCall(qv_measurement_complain(
      f, "/data/samples has frames of %d x %d, but the model '%s' measures %d x %d pixels",
      g->n_views, g->n_bins, qv_forward_words[g->model].word, g->size, g->size));
  PetscFunctionReturn(0);
}

/* Degrees are the likeliest mistake; any angle is legal. */
static PetscErrorCode judge_angles(const qv_measurement_file *f, int64_t n, const double *angle) {
  double largest  = 0;
  bool   is_fixed = n > 1;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n; i++) {
    largest  = fmax(largest, fabs(angle[i]));
    is_fixed = is_fixed && angle[i] == angle[0];
  }
  if (largest > two_pi)
    PetscCall(qv_diag_warn(f->diag, (qv_place){.file = f->written},
                           "/data/angle goes up to %.6g; angles are radians, not degrees",
                           largest));
  if (is_fixed)
    PetscCall(qv_diag_warn(f->diag, (qv_place){.file = f->written},
                           "all angles are %.6g: the images are not determined", angle[0]));
  PetscFunctionReturn(0);
}

static PetscErrorCode examine_rays(const qv_measurement_file *f, qv_geometry *g) {
  const int64_t shape[2] = {g->n_frames, g->n_views}, bins = g->n_bins;
  double       *angle, *detector;

  PetscFunctionBegin;
  PetscCall(read_reals(f, "/data/angle", 2, shape, "[frame, view]", &angle));
  g->angle = angle;
  if (angle) PetscCall(judge_angles(f, shape[0] * shape[1], angle));
  if (is_there(f->file, "/data/detector")) {
    PetscCall(read_reals(f, "/data/detector", 1, &bins, "[bin]", &detector));
    if (detector) PetscCall(check_increasing(f, "/data/detector", bins, detector));
  } else {
    PetscCall(PetscMalloc1(bins, &detector));
    for (int64_t j = 0; j < bins; j++)
      detector[j] = ((double)j - (double)(bins - 1) / 2) * 2 / g->size;
  }
  g->detector = detector;
  PetscFunctionReturn(0);
}

static PetscErrorCode examine_mask(const qv_measurement_file *f, qv_geometry *g) {
  const int64_t  shape[3] = {g->n_frames, g->n_views, g->n_bins};
  const int64_t  n        = shape[0] * shape[1] * shape[2];
  double        *value;
  unsigned char *measured;

  PetscFunctionBegin;
  PetscCall(read_reals(f, "/data/measured", 3, shape, "[frame, view, bin]", &value));
  if (!value) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(n, &measured));
  g->measured = measured;
  for (int64_t i = 0; i < n; i++) measured[i] = value[i] != 0;
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

static PetscErrorCode examine_time(const qv_measurement_file *f, qv_measurement *m) {
  const int64_t n = m->geometry.n_frames;
  double       *time;

  PetscFunctionBegin;
  if (is_there(f->file, "/data/time")) {
    PetscCall(read_reals(f, "/data/time", 1, &n, "[frame]", &m->file_time));
    if (m->file_time) PetscCall(check_increasing(f, "/data/time", n, m->file_time));
    if (m->file_time) PetscCall(qv_h5_get_text(f->file, "/data/time", "unit", &m->time_unit));
  } else {
    PetscCall(PetscMalloc1(n, &m->file_time));
    for (int64_t i = 0; i < n; i++) m->file_time[i] = (double)i;
  }
  if (qv_diag_count(f->diag)) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(n, &time));
  for (int64_t i = 0; i < n; i++)
    time[i] =
      n == 1 ? 0 : (m->file_time[i] - m->file_time[0]) / (m->file_time[n - 1] - m->file_time[0]);
  m->geometry.time = time;
  PetscFunctionReturn(0);
}

static PetscErrorCode examine_noise(const qv_measurement_file *f, qv_measurement *m) {
  PetscFunctionBegin;
  PetscCall(read_scalar(f, "/data/sigma", &m->sigma));
  if (m->sigma <= 0)
    PetscCall(qv_measurement_complain(f, "/data/sigma is %.6g, must be positive", m->sigma));
  if (!isnan(f->choice->sigma)) m->sigma = f->choice->sigma;
  PetscCall(read_scalar(f, "/data/model_error", &m->model_error));
  PetscCall(qv_h5_get_text(f->file, "/data/samples", "unit", &m->sample_unit));
  PetscFunctionReturn(0);
}

static PetscErrorCode examine_truth(qv_measurement_file *f, qv_measurement *m) {
  const int64_t want[3] = {m->geometry.n_frames, m->geometry.size, m->geometry.size};
  qv_array      array;
  const char   *reason = NULL;
  char          is[96], expected[96];

  PetscFunctionBegin;
  f->has_truth = is_there(f->file, "/truth/image");
  if (!f->has_truth) PetscFunctionReturn(0);
  PetscCall(qv_h5_find(f->file, "/truth/image", &array, &reason));
  bool fits = array.rank == 3 && array.type != QV_TEXT && array.type != QV_C128;
  for (int i = 0; fits && i < 3; i++) fits = array.shape[i] == want[i];
  if (!fits) {
    write_shape(array.rank, array.shape, is);
    write_shape(3, want, expected);
    PetscCall(qv_measurement_complain(
      f, "/truth/image has the shape %s, expected reals [frame, y, x] = %s", is, expected));
  }
  PetscCall(qv_h5_get_text(f->file, "/truth/image", "unit", &m->image_unit));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_measurement_examine(const qv_path *path, qv_measurement_file *f,
                                      qv_measurement *m) {
  qv_geometry *g      = &m->geometry;
  const char  *reason = NULL;

  PetscFunctionBegin;
  PetscCall(qv_h5_open(path->found, &f->file, &reason));
  if (reason) {
    f->file = NULL;
    PetscCall(qv_measurement_complain(f, "%s", reason));
    PetscFunctionReturn(0);
  }
  g->field_of_view = f->choice->field_of_view;
  PetscCall(examine_samples(f, g));
  if (!qv_diag_count(f->diag)) PetscCall(choose_model(f, g));
  if (!qv_diag_count(f->diag)) {
    if (qv_forward_has_angles(g->model)) PetscCall(examine_rays(f, g));
    if (qv_forward_has_mask(g->model)) PetscCall(examine_mask(f, g));
    PetscCall(examine_time(f, m));
    PetscCall(examine_noise(f, m));
    PetscCall(examine_truth(f, m));
  }
  if (qv_diag_count(f->diag)) PetscCall(qv_h5_close(&f->file));
  PetscFunctionReturn(0);
}
