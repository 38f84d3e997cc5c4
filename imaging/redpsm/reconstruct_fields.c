/* SPDX-License-Identifier: GPL-3.0-or-later
 * The state of a reconstruction as fields of a checkpoint. */
#include "imaging/redpsm/reconstruct.h"

/* A column as a field: [frame, length]. */
static PetscErrorCode view_column(qv_reconstruct_state *s, int column, qv_field_view *view) {
  PetscFunctionBegin;
  *view = (qv_field_view){.rank   = 2,
                          .shape  = {s->rows->n, (int64_t)s->rows->column[column].bytes / 8},
                          .data   = s->rows->column[column].data,
                          .rows   = s->rows,
                          .column = column};
  PetscFunctionReturn(0);
}

#define VIEW(name, column)                                              \
  static PetscErrorCode view_##name(void *state, qv_field_view *view) { \
    PetscFunctionBegin;                                                 \
    PetscCall(view_column(state, column, view));                        \
    PetscFunctionReturn(0);                                             \
  }
VIEW(f, QV_FRAME_F)
VIEW(y, QV_FRAME_Y)
VIEW(denoised, QV_FRAME_DENOISED)
VIEW(memory, QV_FRAME_MEMORY)
VIEW(past, QV_FRAME_PAST)
VIEW(twin_f, QV_FRAME_OWN + QV_FRAME_F)
VIEW(twin_y, QV_FRAME_OWN + QV_FRAME_Y)
VIEW(twin_denoised, QV_FRAME_OWN + QV_FRAME_DENOISED)
VIEW(twin_memory, QV_FRAME_OWN + QV_FRAME_MEMORY)
VIEW(twin_past, QV_FRAME_OWN + QV_FRAME_PAST)

/* Replicated reals; one unused real where there are none. */
static void view_reals(qv_reconstruct_state *s, int64_t n, double *data, qv_field_view *view) {
  *view = (qv_field_view){.rank = 1, .shape = {PetscMax(1, n)}, .data = n ? data : &s->unused};
}

static PetscErrorCode view_twin_spatial(void *state, qv_field_view *view) {
  qv_reconstruct_state *s    = state;
  const int64_t         size = s->data->geometry.size;

  PetscFunctionBegin;
  if (s->twin)
    view_reals(s, s->params->rank * size * size, qv_redpsm_spatial(s->twin), view);
  else
    view_reals(s, 0, NULL, view);
  PetscFunctionReturn(0);
}

static int64_t knots(const qv_reconstruct_state *s) {
  return qv_basis_is_identity(s->params->basis) ? s->data->geometry.n_frames : s->params->latent;
}

static PetscErrorCode view_twin_latent(void *state, qv_field_view *view) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  if (s->twin)
    view_reals(s, s->params->rank * knots(s), qv_redpsm_latent(s->twin), view);
  else
    view_reals(s, 0, NULL, view);
  PetscFunctionReturn(0);
}

static PetscErrorCode view_sure(void *state, qv_field_view *view) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  view_reals(s, sizeof s->sure / sizeof(double), (double *)&s->sure, view);
  PetscFunctionReturn(0);
}

static PetscErrorCode view_spatial(void *state, qv_field_view *view) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  const int64_t size = s->data->geometry.size;
  *view              = (qv_field_view){
                 .rank = 2, .shape = {s->params->rank, size * size}, .data = qv_redpsm_spatial(s->redpsm)};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_latent(void *state, qv_field_view *view) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  *view = (qv_field_view){
    .rank = 2, .shape = {knots(s), s->params->rank}, .data = qv_redpsm_latent(s->redpsm)};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_moments(void *state, qv_field_view *view) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  view_reals(s, qv_redpsm_moments(s->redpsm), qv_redpsm_moment(s->redpsm), view);
  PetscFunctionReturn(0);
}

static PetscErrorCode view_numbers(void *state, qv_field_view *view) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  *view =
    (qv_field_view){.rank = 1, .shape = {sizeof s->numbers / sizeof(double)}, .data = &s->numbers};
  PetscFunctionReturn(0);
}

// clang-format off
const qv_field qv_reconstruct_fields[] = {
  {"split", QV_F64, QV_BY_INDEX, "1", view_f},
  {"dual", QV_F64, QV_BY_INDEX, "1", view_y},
  {"denoised", QV_F64, QV_BY_INDEX, "1", view_denoised},
  {"denoiser_memory", QV_F64, QV_BY_INDEX, "1", view_memory},
  {"past", QV_F64, QV_BY_INDEX, "1", view_past},
  {"twin_split", QV_F64, QV_BY_INDEX, "1", view_twin_f},
  {"twin_dual", QV_F64, QV_BY_INDEX, "1", view_twin_y},
  {"twin_denoised", QV_F64, QV_BY_INDEX, "1", view_twin_denoised},
  {"twin_denoiser_memory", QV_F64, QV_BY_INDEX, "1", view_twin_memory},
  {"twin_past", QV_F64, QV_BY_INDEX, "1", view_twin_past},
  {"spatial_basis", QV_F64, QV_REPLICATED, "1", view_spatial},
  {"latent", QV_F64, QV_REPLICATED, "1", view_latent},
  {"twin_spatial_basis", QV_F64, QV_REPLICATED, "1", view_twin_spatial},
  {"twin_latent", QV_F64, QV_REPLICATED, "1", view_twin_latent},
  {"sure", QV_F64, QV_REPLICATED, "1", view_sure},
  {"moments", QV_F64, QV_REPLICATED, "1", view_moments},
  {"numbers", QV_F64, QV_REPLICATED, "1", view_numbers},
  {.name = NULL}};
// clang-format on
