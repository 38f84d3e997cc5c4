/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/forward.h"

#include <string.h>

#include "imaging/forward_impl.h"

const qv_choice qv_forward_words[] = {
#define QV_FORWARD(name, word, doc) {word, doc},
#include "imaging/forward.def"
#undef QV_FORWARD
  {NULL, NULL}};

#define QV_FORWARD(name, word, doc) extern const qv_forward_model qv_forward_model_##name;
#include "imaging/forward.def"
#undef QV_FORWARD

const qv_forward_model *const qv_forward_models[] = {
#define QV_FORWARD(name, word, doc) &qv_forward_model_##name,
#include "imaging/forward.def"
#undef QV_FORWARD
  NULL};

struct qv_forward {
  const qv_forward_model *model;
  void                   *plan;
  qv_rows_of_view         view;
  int64_t                 n_frames, image_length, sample_length;
};

int qv_forward_model_named(const char *word) {
  for (int i = 0; qv_forward_words[i].word; i++)
    if (!strcmp(qv_forward_words[i].word, word)) return i;
  return -1;
}

bool qv_forward_has_angles(int model) {
  return qv_forward_models[model]->has_angles;
}

bool qv_forward_has_mask(int model) {
  return qv_forward_models[model]->has_mask;
}

void qv_forward_field_of_view(qv_field_of_view kind, int size, int y, int *begin, int *end) {
  const int64_t dy = 2 * y - (size - 1); /* from the centre, in half pixels */
  *begin           = 0;
  if (kind == QV_FIELD_OF_VIEW_DISC)
    while (2 * *begin < size) {
      const int64_t dx = 2 * *begin - (size - 1);
      if (dx * dx + dy * dy < (int64_t)size * size) break;
      ++*begin;
    }
  *end = size - *begin;
  if (*begin >= *end) *begin = *end = 0;
}

PetscErrorCode qv_forward_create(const qv_geometry *geometry, qv_forward **forward) {
  qv_forward *f;

  PetscFunctionBegin;
  PetscCall(PetscNew(&f));
  f->model         = qv_forward_models[geometry->model];
  f->n_frames      = geometry->n_frames;
  f->image_length  = (int64_t)geometry->size * geometry->size;
  f->sample_length = (int64_t)geometry->n_views * geometry->n_bins;
  f->view.size     = geometry->size;
  PetscCall(PetscMalloc2(geometry->size, &f->view.begin, geometry->size, &f->view.end));
  for (int y = 0; y < geometry->size; y++)
    qv_forward_field_of_view(geometry->field_of_view, geometry->size, y, &f->view.begin[y],
                             &f->view.end[y]);
  PetscCall(f->model->create(geometry, &f->view, &f->plan));
  *forward = f;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_forward_destroy(qv_forward **forward) {
  qv_forward *f = *forward;

  PetscFunctionBegin;
  if (!f) PetscFunctionReturn(0);
  PetscCall(f->model->destroy(&f->plan));
  PetscCall(PetscFree2(f->view.begin, f->view.end));
  PetscCall(PetscFree(*forward));
  PetscFunctionReturn(0);
}

int64_t qv_forward_image_length(const qv_forward *forward) {
  return forward->image_length;
}

int64_t qv_forward_sample_length(const qv_forward *forward) {
  return forward->sample_length;
}

int64_t qv_forward_count(const qv_forward *forward, int64_t frame) {
  return forward->model->count(forward->plan, frame);
}

void qv_forward_apply(qv_forward *f, int64_t first, int64_t count, const double *image,
                      double *samples) {
  for (int64_t i = 0; i < count; i++)
    f->model->apply(f->plan, first + i, image + i * f->image_length,
                    samples + i * f->sample_length);
}

void qv_forward_adjoint(qv_forward *f, int64_t first, int64_t count, const double *samples,
                        double *image) {
  for (int64_t i = 0; i < count; i++)
    f->model->adjoint(f->plan, first + i, samples + i * f->sample_length,
                      image + i * f->image_length);
}

void qv_forward_apply_frame(qv_forward *f, int64_t frame, int64_t n, const double *image,
                            double *samples) {
  for (int64_t i = 0; i < n; i++)
    f->model->apply(f->plan, frame, image + i * f->image_length, samples + i * f->sample_length);
}

void qv_forward_adjoint_frame(qv_forward *f, int64_t frame, int64_t n, const double *samples,
                              double *image) {
  for (int64_t i = 0; i < n; i++)
    f->model->adjoint(f->plan, frame, samples + i * f->sample_length, image + i * f->image_length);
}
