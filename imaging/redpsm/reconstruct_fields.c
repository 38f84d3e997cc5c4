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

static PetscErrorCode view_f(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_FRAME_F, view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_y(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_FRAME_Y, view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_denoised(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_FRAME_DENOISED, view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_memory(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_FRAME_MEMORY, view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_past(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_FRAME_PAST, view));
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
  const int64_t latent =
    qv_basis_is_identity(s->params->basis) ? s->data->geometry.n_frames : s->params->latent;
  *view = (qv_field_view){
    .rank = 2, .shape = {latent, s->params->rank}, .data = qv_redpsm_latent(s->redpsm)};
  PetscFunctionReturn(0);
}

/* One unused real where there is no Adam. */
static PetscErrorCode view_moments(void *state, qv_field_view *view) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  const int64_t n = qv_redpsm_moments(s->redpsm);
  *view           = (qv_field_view){
              .rank = 1, .shape = {PetscMax(1, n)}, .data = n ? qv_redpsm_moment(s->redpsm) : &s->unused};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_numbers(void *state, qv_field_view *view) {
  qv_reconstruct_state *s = state;

  PetscFunctionBegin;
  *view =
    (qv_field_view){.rank = 1, .shape = {sizeof s->numbers / sizeof(double)}, .data = &s->numbers};
  PetscFunctionReturn(0);
}

const qv_field qv_reconstruct_fields[] = {
  {"split", QV_F64, QV_BY_INDEX, "1", view_f},
  {"dual", QV_F64, QV_BY_INDEX, "1", view_y},
  {"denoised", QV_F64, QV_BY_INDEX, "1", view_denoised},
  {"denoiser_memory", QV_F64, QV_BY_INDEX, "1", view_memory},
  {"past", QV_F64, QV_BY_INDEX, "1", view_past},
  {"spatial_basis", QV_F64, QV_REPLICATED, "1", view_spatial},
  {"latent", QV_F64, QV_REPLICATED, "1", view_latent},
  {"moments", QV_F64, QV_REPLICATED, "1", view_moments},
  {"numbers", QV_F64, QV_REPLICATED, "1", view_numbers},
  {.name = NULL}};
