/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pixels measured directly: all of them, or those of a mask. */
#include <string.h>

#include "imaging/forward_impl.h"

typedef struct {
  const qv_rows_of_view *view;
  int64_t                n_frames, length;
  unsigned char         *measured; /* [frame, y, x]; NULL: all */
} pixels;

static PetscErrorCode create(const qv_geometry *geometry, const qv_rows_of_view *view,
                             void **plan) {
  pixels *p;

  PetscFunctionBegin;
  PetscCheck(geometry->n_views == geometry->size && geometry->n_bins == geometry->size,
             PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ, "samples of pixels must have the image's shape");
  PetscCall(PetscNew(&p));
  p->view     = view;
  p->n_frames = geometry->n_frames;
  p->length   = (int64_t)geometry->size * geometry->size;
  *plan       = p;
  PetscFunctionReturn(0);
}

static PetscErrorCode create_masked(const qv_geometry *geometry, const qv_rows_of_view *view,
                                    void **plan) {
  PetscFunctionBegin;
  PetscCheck(geometry->measured, PETSC_COMM_SELF, PETSC_ERR_ARG_NULL, "no mask");
  PetscCall(create(geometry, view, plan));
  pixels *p = *plan;
  PetscCall(PetscMalloc1(p->n_frames * p->length, &p->measured));
  memcpy(p->measured, geometry->measured, (size_t)(p->n_frames * p->length));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(void **plan) {
  pixels *p = *plan;

  PetscFunctionBegin;
  if (!p) PetscFunctionReturn(0);
  PetscCall(PetscFree(p->measured));
  PetscCall(PetscFree(*plan));
  PetscFunctionReturn(0);
}

/* A projection, so its own transpose. */
static void apply(void *plan, int64_t frame, const double *image, double *samples) {
  const pixels *p = plan;
  const int     n = p->view->size;
  memset(samples, 0, sizeof *samples * (size_t)p->length);
  for (int y = 0; y < n; y++) {
    const int64_t row = (int64_t)y * n;
    for (int x = p->view->begin[y]; x < p->view->end[y]; x++)
      if (!p->measured || p->measured[frame * p->length + row + x])
        samples[row + x] = image[row + x];
  }
}

static int64_t count(const void *plan, int64_t frame) {
  const pixels *p = plan;
  int64_t       n = 0;
  if (!p->measured) return p->length;
  for (int64_t i = 0; i < p->length; i++) n += p->measured[frame * p->length + i] != 0;
  return n;
}

// clang-format off
extern const qv_forward_model qv_forward_model_identity, qv_forward_model_mask;
const qv_forward_model
  qv_forward_model_identity = {false, false, create, destroy, apply, apply, count},
  qv_forward_model_mask     = {false, true, create_masked, destroy, apply, apply, count};
// clang-format on
