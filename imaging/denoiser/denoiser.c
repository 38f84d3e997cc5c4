/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/denoiser/denoiser_impl.h"

#include <string.h>

#include "imaging/denoiser/frame_kernel.h"

const qv_choice qv_denoiser_words[] = {
#define QV_DENOISER(name, word, doc) {word, doc},
#include "imaging/denoiser/denoisers.def"
#undef QV_DENOISER
  {NULL, NULL}};

#define QV_DENOISER(name, word, doc) extern const qv_denoiser_row qv_denoiser_row_##name;
#include "imaging/denoiser/denoisers.def"
#undef QV_DENOISER

static const qv_denoiser_row *const rows[] = {
#define QV_DENOISER(name, word, doc) &qv_denoiser_row_##name,
#include "imaging/denoiser/denoisers.def"
#undef QV_DENOISER
  NULL};

int qv_denoiser_named(const char *word) {
  for (int i = 0; rows[i]; i++)
    if (!strcmp(qv_denoiser_words[i].word, word)) return i;
  return -1;
}

unsigned qv_denoiser_traits(int name) {
  return rows[name]->traits;
}
bool qv_denoiser_has_level(int name) {
  return rows[name]->has_level;
}

PetscErrorCode qv_denoiser_create(MPI_Comm comm, const qv_denoiser_choice *choice, int64_t n_frames,
                                  int size, qv_denoiser **denoiser) {
  qv_denoiser *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  d->comm     = comm;
  d->choice   = *choice;
  d->level    = choice->level;
  d->row      = rows[choice->name];
  d->n_frames = n_frames;
  d->size     = size;
  if (d->row->scratch) PetscCall(PetscMalloc1(d->row->scratch(choice, size), &d->scratch));
  if (d->row->plan) {
    PetscCall(PetscMalloc1(d->row->plan(choice, size), &d->plan));
    d->row->prepare(choice, size, d->plan);
  }
  *denoiser = d;
  PetscCall(qv_denoiser_patch_create(comm, n_frames, d));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_denoiser_destroy(qv_denoiser **denoiser) {
  PetscFunctionBegin;
  if (!*denoiser) PetscFunctionReturn(0);
  PetscCall(qv_denoiser_patch_destroy(*denoiser));
  PetscCall(PetscFree((*denoiser)->scratch));
  PetscCall(PetscFree((*denoiser)->plan));
  PetscCall(PetscFree(*denoiser));
  PetscFunctionReturn(0);
}

int64_t qv_denoiser_memory(const qv_denoiser *denoiser) {
  if (denoiser->inner)
    return qv_denoiser_patch_windows(denoiser) * qv_denoiser_memory(denoiser->inner);
  return denoiser->row->memory ? denoiser->row->memory(&denoiser->choice, denoiser->size) : 0;
}

void qv_denoiser_strengthen(qv_denoiser *denoiser, double factor) {
  denoiser->choice.level = factor * denoiser->level;
  if (denoiser->inner) qv_denoiser_strengthen(denoiser->inner, factor);
}

/* rho without r: 1/2 |x - u|^2, or RED's 1/2 <x, x - u>. */
static double residual_part(const qv_denoiser *d, const double *x, const double *u) {
  const int64_t n = (int64_t)d->size * d->size;
  return d->row->traits & QV_DENOISER_PROX && !d->inner
           ? 0.5 * qv_frame_distance2(n, x, u)
           : 0.5 * (qv_frame_dot(n, x, x) - qv_frame_dot(n, x, u));
}

PetscErrorCode qv_denoiser_apply(qv_denoiser *denoiser, int64_t count, const double *x,
                                 double *memory, double *out, qv_sum *rho) {
  const int64_t n      = (int64_t)denoiser->size * denoiser->size;
  const int64_t stride = qv_denoiser_memory(denoiser);

  PetscFunctionBegin;
  if (denoiser->row->joint) PetscCall(denoiser->row->joint(denoiser, count, x, out, rho));
  for (int64_t i = 0; i < count; i++) {
    double r = 0;
    if (denoiser->inner)
      PetscCall(qv_denoiser_patch_frame(denoiser, x + i * n, stride ? memory + i * stride : NULL,
                                        out + i * n));
    else if (denoiser->row->frame)
      denoiser->row->frame(denoiser, x + i * n, stride ? memory + i * stride : NULL, out + i * n,
                           &r);
    if (!rho) continue;
    qv_sum_add(rho, residual_part(denoiser, x + i * n, out + i * n));
    qv_sum_add(rho, r);
  }
  PetscFunctionReturn(0);
}
