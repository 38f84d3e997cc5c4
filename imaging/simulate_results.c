/* SPDX-License-Identifier: GPL-3.0-or-later
 * What imaging.simulate leaves: /data and /truth. */
#include "imaging/simulate.h"

#include <math.h>
#include <string.h>

#include "solvers/parallel/random.h"

enum { NOISY, MEASURED, PARTS, COLUMNS, PART_REALS = 7 };

/* Samples with noise, by their place in the whole file, so that ranks cannot show. */
static void fill_frame(const qv_simulate_state *s, int64_t frame, const double *clean,
                       double *noisy, unsigned char *measured) {
  const int64_t   length = s->n_views * s->n_bins;
  const qv_stream noise  = qv_stream_named(s->seed, "noise");
  for (int64_t i = 0; i < length; i++) {
    const bool is_there = qv_simulate_is_measured(s, frame, i);
    noisy[i]            = clean[i];
    if (is_there && s->sigma > 0)
      noisy[i] += s->sigma * qv_random_normal(noise, (uint64_t)(frame * length + i), 0);
    if (measured) measured[i] = is_there;
  }
}

static void fill_parts(const qv_simulate_state *s, int64_t frame, double *to) {
  qv_shapes shapes;
  qv_simulate_shapes(s, frame, &shapes);
  for (int p = 0; p < shapes.n; p++, to += PART_REALS) {
    const qv_part *part             = &shapes.part[p];
    const double   real[PART_REALS] = {part->weight,    part->centre[0], part->centre[1],
                                       part->map[0][0], part->map[0][1], part->map[1][0],
                                       part->map[1][1]};
    memcpy(to, real, sizeof real);
  }
}

/* Rows of the file beside those of the state: same index, own columns. */
static PetscErrorCode make_columns(const qv_simulate_state *s, int n_parts, qv_rows *rows) {
  const int64_t length         = s->n_views * s->n_bins;
  const bool    has_mask       = qv_forward_has_mask(s->params->forward);
  const size_t  bytes[COLUMNS] = {8 * (size_t)length, has_mask ? (size_t)length : 0,
                                  8 * PART_REALS * (size_t)n_parts};
  const double *clean          = s->rows->column[QV_SIMULATE_SAMPLES].data;

  PetscFunctionBegin;
  *rows           = *s->rows;
  rows->n_columns = COLUMNS;
  PetscCall(PetscCalloc1(COLUMNS, &rows->column));
  for (int c = 0; c < COLUMNS; c++) {
    rows->column[c].bytes = bytes[c];
    PetscCall(PetscCalloc(bytes[c] * (size_t)rows->n_local + 1, &rows->column[c].data));
  }
  double        *noisy    = rows->column[NOISY].data;
  unsigned char *measured = rows->column[MEASURED].data;
  double        *parts    = rows->column[PARTS].data;
  for (int64_t k = 0; k < rows->n_local; k++) {
    fill_frame(s, rows->index[k], clean + k * length, noisy + k * length,
               has_mask ? measured + k * length : NULL);
    fill_parts(s, rows->index[k], parts + k * n_parts * PART_REALS);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode put_axis(qv_record *record, const char *path, const char *axis, int64_t n,
                               const double *value) {
  PetscFunctionBegin;
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = path,
                                      .type      = QV_F64,
                                      .rank      = 1,
                                      .shape     = {n},
                                      .axes      = {axis},
                                      .unit      = "1",
                                      .long_name = strrchr(path, '/') + 1},
                          value));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_number(qv_record *record, const char *path, const char *long_name,
                                 double value) {
  PetscFunctionBegin;
  PetscCall(qv_record_put(
    record,
    &(qv_array){.path = path, .type = QV_F64, .rank = 0, .unit = "1", .long_name = long_name},
    &value));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_geometry(const qv_simulate_state *s, qv_record *record) {
  const int64_t n = s->params->frames;

  PetscFunctionBegin;
  PetscCall(put_axis(record, "/data/time", "frame", n, s->time));
  PetscCall(put_axis(record, "/data/detector", "bin", s->n_bins, s->detector));
  if (s->angle)
    PetscCall(qv_record_put(record,
                            &(qv_array){.path      = "/data/angle",
                                        .type      = QV_F64,
                                        .rank      = 2,
                                        .shape     = {n, s->n_views},
                                        .axes      = {"frame", "view"},
                                        .unit      = "rad",
                                        .long_name = "angle of the view"},
                            s->angle));
  if (s->sigma > 0)
    PetscCall(put_number(record, "/data/sigma", "standard deviation of the noise", s->sigma));
  if (!isnan(s->model_error))
    PetscCall(put_number(record, "/data/model_error",
                         "root mean square error of the pixel model, from the true images",
                         s->model_error));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_samples(const qv_simulate_state *s, const qv_rows *rows,
                                  qv_record *record) {
  qv_array array = {.path      = "/data/samples",
                    .type      = QV_F64,
                    .rank      = 3,
                    .shape     = {rows->n, s->n_views, s->n_bins},
                    .axes      = {"frame", "view", "bin"},
                    .unit      = "1",
                    .long_name = s->angle ? "projections" : "measured pixels",
                    .view      = s->angle ? "sinogram" : "image"};

  PetscFunctionBegin;
  PetscCall(qv_record_put_rows(record, &array, rows, NOISY));
  if (!qv_forward_has_mask(s->params->forward)) PetscFunctionReturn(0);
  array.path      = "/data/measured";
  array.type      = QV_U8;
  array.long_name = "1: the pixel is measured";
  array.view      = NULL;
  PetscCall(qv_record_put_rows(record, &array, rows, MEASURED));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_truth(const qv_simulate_state *s, int n_parts, const qv_rows *rows,
                                qv_record *record) {
  static const char *const parameter[PART_REALS] = {"weight", "x", "y", "xu", "xv", "yu", "yv"};
  const int64_t            size                  = s->params->size;

  PetscFunctionBegin;
  PetscCall(put_axis(record, "/truth/y", "y", size, s->detector)); /* bins are pixels wide */
  PetscCall(put_axis(record, "/truth/x", "x", size, s->detector));
  PetscCall(qv_record_put_rows(record,
                               &(qv_array){.path      = "/truth/image",
                                           .type      = QV_F64,
                                           .rank      = 3,
                                           .shape     = {rows->n, size, size},
                                           .axes      = {"frame", "y", "x"},
                                           .unit      = "1",
                                           .long_name = "true images, means over pixels",
                                           .view      = "image"},
                               s->rows, QV_SIMULATE_IMAGE));
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/truth/parameter",
                                      .type      = QV_TEXT,
                                      .rank      = 1,
                                      .shape     = {PART_REALS},
                                      .axes      = {"parameter"},
                                      .unit      = "1",
                                      .long_name = "parameter of a part"},
                          parameter));
  PetscCall(qv_record_put_rows(
    record,
    &(qv_array){.path      = "/truth/phantom",
                .type      = QV_F64,
                .rank      = 3,
                .shape     = {rows->n, n_parts, PART_REALS},
                .axes      = {"frame", "part", "parameter"},
                .unit      = "1",
                .long_name = "parts of the phantom: (x, y) + [xu xv; yu yv] (u, v)"},
    rows, PARTS));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_simulate_put(const qv_simulate_state *s, qv_record *record) {
  qv_rows   rows;
  qv_shapes shapes;

  PetscFunctionBegin;
  qv_simulate_shapes(s, 0, &shapes);
  PetscCall(make_columns(s, shapes.n, &rows));
  PetscCall(put_geometry(s, record));
  PetscCall(put_samples(s, &rows, record));
  if (s->params->truth) PetscCall(put_truth(s, shapes.n, &rows, record));
  for (int c = 0; c < COLUMNS; c++) PetscCall(PetscFree(rows.column[c].data));
  PetscCall(PetscFree(rows.column));
  PetscFunctionReturn(0);
}
