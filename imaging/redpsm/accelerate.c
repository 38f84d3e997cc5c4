/* SPDX-License-Identifier: GPL-3.0-or-later
 * Anderson acceleration of the outer map. Its point is (f, y), and with steps of RED D(f) too:
 * these take D at the last f, and a combined f would need another application of the denoiser. The
 * factors Lambda and Z are no part of it: they only tell where the inner steps start. */
#include "imaging/redpsm/redpsm_impl.h"
#include "solvers/linalg/vec.h"

static const double regularisation = 1e-12, growth = 2;

enum { PARTS = 3 };

static int parts_of(const qv_redpsm *s) {
  return s->options.coupling == QV_COUPLING_RED && s->options.red > 0 ? PARTS : PARTS - 1;
}

PetscErrorCode qv_redpsm_past_create(qv_redpsm *s) {
  const qv_space            space   = qv_space_units(s->n_frames, s->n);
  const qv_anderson_options options = {
    .depth = s->options.anderson, .regularisation = regularisation, .growth = growth};

  PetscFunctionBegin;
  if (!s->options.anderson) PetscFunctionReturn(0);
  for (int p = 0; p < parts_of(s); p++) {
    PetscCall(qv_vec_create(s->comm, &space, &s->point[p]));
    PetscCall(VecDuplicate(s->point[p], &s->value[p]));
  }
  PetscCall(qv_anderson_create(parts_of(s), s->point, &options, &s->anderson));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_past_destroy(qv_redpsm *s) {
  PetscFunctionBegin;
  for (int p = 0; p < PARTS; p++) {
    PetscCall(VecDestroy(&s->point[p]));
    PetscCall(VecDestroy(&s->value[p]));
  }
  PetscCall(qv_anderson_destroy(&s->anderson));
  PetscFunctionReturn(0);
}

/* Between f, y, D(f) and vectors. */
static PetscErrorCode copy(const qv_redpsm *s, bool is_out, Vec *to) {
  double *const part[PARTS] = {s->frames.f, s->frames.y, s->frames.denoised};

  PetscFunctionBegin;
  for (int p = 0; p < parts_of(s); p++) {
    double *at;
    PetscCall(VecGetArray(to[p], &at));
    if (is_out)
      PetscCall(PetscArraycpy(part[p], at, s->count * s->n));
    else
      PetscCall(PetscArraycpy(at, part[p], s->count * s->n));
    PetscCall(VecRestoreArray(to[p], &at));
  }
  PetscFunctionReturn(0);
}

/* The scalars of the past, as a checkpoint has them. */
static PetscErrorCode note(qv_redpsm *s, qv_redpsm_numbers *numbers) {
  qv_anderson_memory *memory;
  Vec                *vector;
  int                 vectors;

  PetscFunctionBegin;
  PetscCall(qv_anderson_state(s->anderson, &vectors, &vector, &memory));
  numbers->past_kept        = memory->kept;
  numbers->past_any         = memory->any;
  numbers->past_accelerated = memory->accelerated;
  numbers->past_residual    = memory->residual;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_past_enter(qv_redpsm *s, qv_redpsm_numbers *numbers) {
  PetscFunctionBegin;
  if (!s->anderson) PetscFunctionReturn(0);
  if (numbers->map_lambda != numbers->lambda || numbers->map_beta != numbers->beta)
    PetscCall(qv_anderson_reset(s->anderson));
  numbers->map_lambda = numbers->lambda;
  numbers->map_beta   = numbers->beta;
  PetscCall(note(s, numbers));
  PetscCall(copy(s, false, s->point));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_past_leave(qv_redpsm *s, qv_redpsm_numbers *numbers) {
  PetscFunctionBegin;
  /* beta was balanced: another map from here on */
  if (!s->anderson || numbers->map_beta != numbers->beta) PetscFunctionReturn(0);
  PetscCall(copy(s, false, s->value));
  PetscCall(qv_anderson_step(s->anderson, s->point, s->value, NULL));
  PetscCall(copy(s, true, s->point));
  PetscCall(note(s, numbers));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_past(const qv_redpsm *s, int64_t *reals) {
  qv_anderson_memory *memory;
  Vec                *vector;
  int                 vectors = 0;

  PetscFunctionBegin;
  if (s->anderson) PetscCall(qv_anderson_state(s->anderson, &vectors, &vector, &memory));
  *reals = vectors * s->n;
  PetscFunctionReturn(0);
}

/* A frame's rows of all vectors stand together. */
static PetscErrorCode carry(qv_redpsm *s, bool is_out, double *past) {
  qv_anderson_memory *memory;
  Vec                *vector;
  int                 vectors;

  PetscFunctionBegin;
  PetscCall(qv_anderson_state(s->anderson, &vectors, &vector, &memory));
  for (int v = 0; v < vectors; v++) {
    double *at;
    PetscCall(VecGetArray(vector[v], &at));
    for (int64_t i = 0; i < s->count; i++) {
      double *row = past + (i * vectors + v) * s->n;
      if (is_out)
        PetscCall(PetscArraycpy(row, at + i * s->n, s->n));
      else
        PetscCall(PetscArraycpy(at + i * s->n, row, s->n));
    }
    PetscCall(VecRestoreArray(vector[v], &at));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_past_save(qv_redpsm *s, double *past) {
  PetscFunctionBegin;
  if (s->anderson) PetscCall(carry(s, true, past));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_past_load(qv_redpsm *s, const qv_redpsm_numbers *numbers, double *past) {
  qv_anderson_memory *memory;
  Vec                *vector;
  int                 vectors;

  PetscFunctionBegin;
  if (!s->anderson) PetscFunctionReturn(0);
  PetscCall(carry(s, false, past));
  PetscCall(qv_anderson_state(s->anderson, &vectors, &vector, &memory));
  *memory = (qv_anderson_memory){.kept        = (int)numbers->past_kept,
                                 .any         = numbers->past_any > 0,
                                 .accelerated = numbers->past_accelerated > 0,
                                 .residual    = numbers->past_residual};
  PetscFunctionReturn(0);
}
