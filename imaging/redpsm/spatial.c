/* SPDX-License-Identifier: GPL-3.0-or-later
 * The Lambda step: least squares in n x K unknowns by conjugate gradients.
 *
 *   H Lambda = sum_t S_t (2 w A_t' A_t + beta) S_t (Lambda psi_t) psi_t' + 2 chi Lambda
 *
 * for the change of Lambda: the right-hand side is the slope of now, which takes one adjoint since
 * X and A X are at hand.
 *
 * S_t: the support of the positive part, frozen, or the field of view. */
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/panel_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"
#include "solvers/linalg/operator.h"
#include "solvers/linalg/vec.h"
#include "solvers/parallel/layout.h"

PetscErrorCode qv_redpsm_gather_panel(const qv_redpsm *s, const double *local, double *panel) {
  const int    K = s->functions;
  PetscMPIInt *count, *at;
  double      *packed;

  PetscFunctionBegin;
  if (s->size == 1) {
    memcpy(panel, local, sizeof *panel * (size_t)(K * s->n));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc3(s->size, &count, s->size, &at, K * s->n, &packed));
  for (int q = 0; q < s->size; q++) {
    const int64_t begin = qv_layout_first(s->n, q, s->size);
    PetscCall(PetscMPIIntCast(K * begin, &at[q]));
    PetscCall(PetscMPIIntCast(K * (qv_layout_first(s->n, q + 1, s->size) - begin), &count[q]));
  }
  PetscCallMPI(
    MPI_Allgatherv(local, count[s->rank], MPI_DOUBLE, packed, count, at, MPI_DOUBLE, s->comm));
  for (int q = 0; q < s->size; q++)
    for (int k = 0; k < K; k++) {
      const int64_t m = count[q] / K;
      memcpy(panel + k * s->n + at[q] / K, packed + at[q] + k * m, sizeof *panel * (size_t)m);
    }
  PetscCall(PetscFree3(count, at, packed));
  PetscFunctionReturn(0);
}

static const unsigned char *kept(const qv_redpsm *s, int64_t i) {
  return s->use_support ? s->support + i * s->n : s->view;
}

void qv_redpsm_cut(const qv_redpsm *s, int64_t i, int64_t count, double *image) {
  for (int64_t c = 0; s->use_support && c < count; c++)
    qv_panel_mask(s->n, kept(s, i + c), image + c * s->n);
}

void qv_redpsm_back_project(qv_redpsm *s, int64_t i, int64_t count, const double *samples,
                            double factor, const double *other) {
  if (s->weight > 0)
    qv_forward_adjoint(s->forward, s->first + i, count, samples, s->back);
  else
    memset(s->back, 0, sizeof *s->back * (size_t)(count * s->n));
  for (int64_t c = 0; c < count; c++)
    qv_panel_blend(s->n, kept(s, i + c), 2 * s->weight, factor, other + c * s->n,
                   s->back + c * s->n);
}

/* exact: back += factor (I - D) image within the view. */
static PetscErrorCode add_denoiser(qv_redpsm *s, int64_t count, double factor,
                                   const double *image) {
  PetscFunctionBegin;
  for (int64_t c = 0; c < count; c++) {
    double *back = s->back + c * s->n;
    PetscCall(qv_denoiser_apply(s->denoiser, 1, image + c * s->n, NULL, s->panel, NULL));
    qv_panel_blend(s->n, NULL, 1, factor, image + c * s->n, back);
    qv_panel_blend(s->n, s->view, 1, -factor, s->panel, back);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode apply_normal(void *context, Vec x, Vec y) {
  qv_redpsm    *s = context;
  const double *in;
  double       *out;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &in));
  PetscCall(qv_redpsm_gather_panel(s, in, s->gathered));
  for (int64_t i = 0, count; i < s->count; i += count) {
    const double *psi = s->temporal + (s->first + i) * s->functions;
    count             = qv_frame_tree_chunk(s->first + i, s->first + s->count);
    qv_panel_expand(s->n, s->functions, (int)count, s->gathered, psi, s->image);
    qv_redpsm_cut(s, i, count, s->image);
    if (s->weight > 0)
      qv_forward_apply(s->forward, s->first + i, count, s->image, s->chunk_samples);
    qv_redpsm_back_project(s, i, count, s->chunk_samples, s->beta, s->image);
    if (s->lambda > 0) PetscCall(add_denoiser(s, count, s->lambda, s->image));
    PetscCall(qv_frame_tree_add(s->tree, s->first + i, (int)count, s->back, psi));
  }
  PetscCall(VecGetArrayWrite(y, &out));
  PetscCall(qv_frame_tree_end(s->tree, out));
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(VecRestoreArrayRead(x, &in));
  PetscCall(VecAXPY(y, 2 * s->options.nuclear, x));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_spatial_create(qv_redpsm *s) {
  const qv_space          space = qv_space_panel(qv_space_reals(s->n), s->functions);
  const qv_operator_calls calls = {.forward = apply_normal, .adjoint = apply_normal};
  PC                      pc;

  PetscFunctionBegin;
  PetscCall(qv_operator_create(s->comm, &space, &space, &calls, s, &s->normal));
  PetscCall(MatSetOption(s->normal, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(MatCreateVecs(s->normal, &s->solution, &s->right));
  PetscCall(KSPCreate(s->comm, &s->ksp));
  PetscCall(KSPSetOptionsPrefix(s->ksp, "redpsm_"));
  PetscCall(KSPSetType(s->ksp, KSPCG));
  PetscCall(KSPGetPC(s->ksp, &pc));
  PetscCall(PCSetType(pc, PCNONE));
  PetscCall(KSPSetNormType(s->ksp, KSP_NORM_UNPRECONDITIONED));
  PetscCall(KSPSetFromOptions(s->ksp));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_spatial_destroy(qv_redpsm *s) {
  PetscFunctionBegin;
  PetscCall(KSPDestroy(&s->ksp));
  PetscCall(VecDestroy(&s->right));
  PetscCall(VecDestroy(&s->solution));
  PetscCall(MatDestroy(&s->normal));
  PetscFunctionReturn(0);
}

/* What Psi's change does to the residuals at hand, of data and of split. */
static void shift_residuals(qv_redpsm *s, int64_t i, int64_t count, const double *shift) {
  const int K = s->functions;
  for (int64_t c = 0; c < count; c++)
    for (int k = 0; k < K; k++)
      qv_frame_combine(s->m, -shift[c * K + k], s->bases + ((i + c) * K + k) * s->m, 1,
                       s->chunk_samples + c * s->m, s->chunk_samples + c * s->m);
  if (s->beta == 0) return;
  qv_panel_expand(s->n, K, (int)count, s->spatial, shift, s->back);
  qv_redpsm_cut(s, i, count, s->back);
  qv_frame_combine(count * s->n, 1, s->image, -1, s->back, s->image);
}

PetscErrorCode qv_redpsm_spatial_right(qv_redpsm *s, const double *shift) {
  const int64_t begin = qv_layout_first(s->n, s->rank, s->size);
  const int64_t mine  = qv_layout_first(s->n, s->rank + 1, s->size) - begin;
  double       *right;

  PetscFunctionBegin;
  for (int64_t i = 0, count; i < s->count; i += count) {
    const double *x = s->x + i * s->n;
    count           = qv_frame_tree_chunk(s->first + i, s->first + s->count);
    qv_frame_combine(count * s->m, 1, s->samples + i * s->m, -1, s->ax + i * s->m,
                     s->chunk_samples);
    if (s->beta > 0)
      qv_panel_miss(count * s->n, s->frames.f + i * s->n, s->frames.y + i * s->n, x, s->image);
    if (shift) shift_residuals(s, i, count, shift + (s->first + i) * s->functions);
    qv_redpsm_back_project(s, i, count, s->chunk_samples, s->beta, s->beta > 0 ? s->image : x);
    if (s->lambda > 0) PetscCall(add_denoiser(s, count, -s->lambda, x));
    PetscCall(qv_frame_tree_add(s->tree, s->first + i, (int)count, s->back,
                                s->temporal + (s->first + i) * s->functions));
  }
  PetscCall(VecGetArrayWrite(s->right, &right));
  PetscCall(qv_frame_tree_end(s->tree, right));
  for (int k = 0; k < s->functions; k++)
    qv_frame_combine(mine, 1, right + k * mine, -2 * s->options.nuclear,
                     s->spatial + k * s->n + begin, right + k * mine);
  PetscCall(VecRestoreArrayWrite(s->right, &right));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_spatial_solve(qv_redpsm *s, Mat matrix, int steps, double rtol,
                                       int *taken) {
  const double *found;
  PetscInt      iterations;

  PetscFunctionBegin;
  PetscCall(KSPSetOperators(s->ksp, matrix, matrix));
  PetscCall(KSPSetTolerances(s->ksp, rtol, PETSC_SMALL * 1e-200, PETSC_MAX_REAL, steps));
  PetscCall(KSPSolve(s->ksp, s->right, s->solution));
  PetscCall(KSPGetIterationNumber(s->ksp, &iterations));
  PetscCall(VecGetArrayRead(s->solution, &found));
  PetscCall(qv_redpsm_gather_panel(s, found, s->gathered));
  PetscCall(VecRestoreArrayRead(s->solution, &found));
  *taken = (int)iterations;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_spatial_step(qv_redpsm *s, int steps, double rtol, int *taken) {
  PetscFunctionBegin;
  PetscCall(qv_redpsm_spatial_right(s, NULL));
  PetscCall(qv_redpsm_spatial_solve(s, s->normal, steps, rtol, taken));
  qv_panel_add(s->functions * s->n, s->gathered, s->spatial);
  PetscFunctionReturn(0);
}
