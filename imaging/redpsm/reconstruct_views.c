/* SPDX-License-Identifier: GPL-3.0-or-later
 * What pictures of a reconstruction need of the truth: a few frames, and a line over time. */
#include <string.h>

#include "imaging/redpsm/reconstruct.h"

enum { SHOWN = 4 };

/* Rows beside those of the state with one column. */
static PetscErrorCode put_rows(const qv_rows *like, int64_t n, const qv_rows *mine,
                               const qv_array *array, qv_record *record) {
  qv_rows rows = *mine;

  PetscFunctionBegin;
  rows.comm      = like->comm;
  rows.n         = n;
  rows.n_columns = 1;
  PetscCall(qv_record_put_rows(record, array, &rows, 0));
  PetscFunctionReturn(0);
}

/* Frames equally spaced, the first and the last among them. */
static PetscErrorCode put_shown(const qv_reconstruct_state *s, qv_record *record) {
  const int64_t  all = s->rows->n, n = all < SHOWN ? all : SHOWN, size = s->data->geometry.size;
  const size_t   bytes = (size_t)(size * size) * sizeof(double);
  int64_t        shown[SHOWN], place[SHOWN];
  qv_column      column = {.bytes = bytes};
  qv_rows        rows   = {.index = place, .column = &column};
  const qv_array image  = {.path      = "/result/truth/frames",
                           .type      = QV_F64,
                           .rank      = 3,
                           .shape     = {n, size, size},
                           .axes      = {"shown", "y", "x"},
                           .unit      = s->data->image_unit,
                           .long_name = "truth",
                           .view      = "image against /result/image"};
  const qv_array number = {.path      = "/result/truth/shown",
                           .type      = QV_I64,
                           .rank      = 1,
                           .shape     = {n},
                           .axes      = {"shown"},
                           .unit      = "1",
                           .long_name = "frame"};

  PetscFunctionBegin;
  PetscCall(PetscMalloc(SHOWN * bytes, &column.data));
  for (int64_t k = 0; k < n; k++) {
    shown[k] = n > 1 ? k * (all - 1) / (n - 1) : 0;
    for (int64_t i = 0; i < s->rows->n_local; i++) {
      if (s->rows->index[i] != shown[k]) continue;
      memcpy((char *)column.data + (size_t)rows.n_local * bytes, s->data->truth + i * size * size,
             bytes);
      place[rows.n_local++] = k;
    }
  }
  PetscCall(qv_record_put(record, &number, shown));
  PetscCall(put_rows(s->rows, n, &rows, &image, record));
  PetscCall(PetscFree(column.data));
  PetscFunctionReturn(0);
}

/* The middle row of every frame. */
static PetscErrorCode put_profile(const qv_reconstruct_state *s, qv_record *record) {
  const int64_t  size   = s->data->geometry.size;
  qv_column      column = {.bytes = (size_t)size * sizeof(double)};
  qv_rows        rows   = *s->rows;
  const qv_array array  = {.path      = "/result/truth/profile",
                           .type      = QV_F64,
                           .rank      = 2,
                           .shape     = {s->rows->n, size},
                           .axes      = {"frame", "x"},
                           .unit      = s->data->image_unit,
                           .long_name = "middle row of the truth",
                           .view      = "profile against /result/image"};
  double        *middle;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)(s->rows->n_local * size) + 1, &middle));
  for (int64_t i = 0; i < s->rows->n_local; i++)
    memcpy(middle + i * size, s->data->truth + (i * size + size / 2) * size, column.bytes);
  column.data = middle;
  rows.column = &column;
  PetscCall(put_rows(s->rows, s->rows->n, &rows, &array, record));
  PetscCall(PetscFree(middle));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reconstruct_put_views(const qv_reconstruct_state *s, qv_record *record) {
  PetscFunctionBegin;
  PetscCall(put_shown(s, record));
  PetscCall(put_profile(s, record));
  PetscFunctionReturn(0);
}
