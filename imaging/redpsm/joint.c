/* SPDX-License-Identifier: GPL-3.0-or-later
 * `joint: gauss-newton`: one Levenberg-Marquardt step for Lambda and Z. With the model linearised,
 * X + S_t (dLambda psi_t + Lambda dpsi_t), dpsi = U dZ, the normal equations are
 *
 *   [H_LL  H_LZ] [dLambda]   [right]
 *   [H_ZL  M   ] [dZ     ] = [slope],   M = H_ZZ + damping diag(H_ZZ),
 *
 * H_LL the operator of the Lambda step and H_ZZ the matrix of the Z step. That is the step of
 * variable projection with Kaufman's Jacobian once Lambda is the best for its Z (Ruhe, Wedin, SIAM
 * Review 22 (1980) 318). dZ is eliminated, M being small and banded, and conjugate gradients find
 * dLambda.
 *
 * xi |Psi|^2 + chi |Lambda|^2 would drive both factors along a change of gauge, which the next QR
 * takes back; chi |Psi Lambda'|^2, which the gauge leaves alone and which is the same but for a
 * constant while Psi is orthonormal, stands in its place. */
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/panel_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"
#include "solvers/linalg/operator.h"

struct qv_joint {
  Mat     reduced;              /* H_LL - H_LZ M^-1 H_ZL */
  double *factor;               /* M, then its Cholesky factor */
  double *slope, *shift;        /* [d, K]: minus the slope in Z, then M^-1 times it; dZ */
  double *rows, *psi, *weights; /* [T, K]; U dZ [T, K]; [CHUNK, 2 K] */
  double *gram;                 /* [K, K]: Lambda' Lambda */
  double *panel;                /* [2 K, n]: a change of Lambda, Lambda */
  double *samples;              /* [count, m] */
};

/* shift = M^-1 H_ZL applied to the change of Lambda in the panel, psi = U shift; samples = A S
 * (change psi_t). */
static PetscErrorCode eliminate(qv_redpsm *s) {
  qv_joint *j = s->joint;
  const int K = s->functions;

  PetscFunctionBegin;
  for (int64_t i = 0, count; i < s->count; i += count) {
    double *ax = j->samples + i * s->m;
    count      = qv_frame_tree_chunk(s->first + i, s->first + s->count);
    qv_panel_expand(s->n, K, (int)count, j->panel, s->temporal + (s->first + i) * K, s->image);
    qv_redpsm_cut(s, i, count, s->image);
    qv_forward_apply(s->forward, s->first + i, count, s->image, ax);
    for (int64_t c = 0; c < count; c++)
      for (int k = 0; k < K; k++)
        j->rows[(s->first + i + c) * K + k] =
          2 * s->weight * qv_frame_dot(s->m, s->bases + ((i + c) * K + k) * s->m, ax + c * s->m) +
          s->beta * qv_frame_dot(s->n, s->spatial + k * s->n, s->image + c * s->n);
  }
  PetscCall(qv_redpsm_gather_frames(s, K, j->rows));
  qv_basis_collect(s->basis, K, j->rows, j->shift);
  qv_redpsm_latent_solve(s, j->factor, j->shift);
  qv_basis_expand(s->basis, K, j->shift, j->psi);
  PetscFunctionReturn(0);
}

static PetscErrorCode apply_reduced(void *context, Vec x, Vec y) {
  qv_redpsm    *s = context;
  qv_joint     *j = s->joint;
  const int     K = s->functions;
  const double *in;
  double       *out;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &in));
  PetscCall(qv_redpsm_gather_panel(s, in, j->panel));
  PetscCall(VecRestoreArrayRead(x, &in));
  PetscCall(eliminate(s));
  for (int64_t i = 0, count; i < s->count; i += count) {
    const double *psi = s->temporal + (s->first + i) * K, *shift = j->psi + (s->first + i) * K;
    count = qv_frame_tree_chunk(s->first + i, s->first + s->count);
    for (int64_t c = 0; c < count; c++)
      for (int k = 0; k < K; k++) {
        j->weights[c * 2 * K + k]     = psi[c * K + k];
        j->weights[c * 2 * K + K + k] = -shift[c * K + k];
        qv_frame_combine(s->m, -shift[c * K + k], s->bases + ((i + c) * K + k) * s->m, 1,
                         j->samples + (i + c) * s->m, j->samples + (i + c) * s->m);
      }
    qv_panel_expand(s->n, 2 * K, (int)count, j->panel, j->weights, s->image);
    qv_redpsm_cut(s, i, count, s->image);
    qv_redpsm_back_project(s, i, count, j->samples + i * s->m, s->beta, s->image);
    PetscCall(qv_frame_tree_add(s->tree, s->first + i, (int)count, s->back, psi));
  }
  PetscCall(VecGetArrayWrite(y, &out));
  PetscCall(qv_frame_tree_end(s->tree, out));
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(VecAXPY(y, 2 * s->options.nuclear, x));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_joint_create(qv_redpsm *s) {
  const int64_t           K = s->functions, d = s->options.latent, C = QV_FRAME_TREE_CHUNK;
  const qv_space          space = qv_space_panel(qv_space_reals(s->n), s->functions);
  const qv_operator_calls calls = {.forward = apply_reduced, .adjoint = apply_reduced};
  qv_joint               *j;

  PetscFunctionBegin;
  if (!s->options.joint) PetscFunctionReturn(0);
  PetscCall(PetscNew(&j));
  s->joint = j;
  PetscCall(
    PetscMalloc3(d * K * qv_redpsm_latent_rows(s), &j->factor, d * K, &j->slope, d * K, &j->shift));
  PetscCall(PetscMalloc4(s->n_frames * K, &j->rows, s->n_frames * K, &j->psi, C * 2 * K,
                         &j->weights, K * K, &j->gram));
  PetscCall(PetscMalloc3(2 * K * s->n, &j->panel, s->count * s->m, &j->samples, s->count * K * s->m,
                         &s->bases));
  PetscCall(qv_operator_create(s->comm, &space, &space, &calls, s, &j->reduced));
  PetscCall(MatSetOption(j->reduced, MAT_SYMMETRIC, PETSC_TRUE));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_joint_destroy(qv_redpsm *s) {
  qv_joint *j = s->joint;

  PetscFunctionBegin;
  if (!j) PetscFunctionReturn(0);
  PetscCall(MatDestroy(&j->reduced));
  PetscCall(PetscFree3(j->panel, j->samples, s->bases));
  PetscCall(PetscFree4(j->rows, j->psi, j->weights, j->gram));
  PetscCall(PetscFree3(j->factor, j->slope, j->shift));
  PetscCall(PetscFree(s->joint));
  PetscFunctionReturn(0);
}

/* gram = Lambda' Lambda, rows = Psi Lambda' Lambda. */
static void weigh_rows(const qv_redpsm *s) {
  const int K    = s->functions;
  double   *gram = s->joint->gram;
  memset(gram, 0, sizeof *gram * (size_t)(K * K));
  qv_frame_gram(s->n, K, 1, s->spatial, gram);
  for (int k = 0; k < K; k++)
    for (int l = 0; l < k; l++) gram[l * K + k] = gram[k * K + l];
  for (int64_t t = 0; t < s->n_frames; t++)
    for (int k = 0; k < K; k++)
      s->joint->rows[t * K + k] = qv_frame_dot(K, s->temporal + t * K, gram + k * K);
}

double qv_redpsm_joint_size(const qv_redpsm *s) {
  weigh_rows(s);
  return qv_frame_dot(s->n_frames * s->functions, s->joint->rows, s->temporal);
}

PetscErrorCode qv_redpsm_joint_slope(qv_redpsm *s, double *slope) {
  const int64_t n = s->options.latent * s->functions, rows = qv_redpsm_latent_rows(s);
  qv_joint     *j      = s->joint;
  double       *matrix = j->factor;

  PetscFunctionBegin;
  PetscCall(qv_redpsm_latent_system(s, matrix, slope));
  for (int64_t c = 0; c < n; c++)
    for (int64_t r = c; r < PetscMin(n, c + rows); r++) {
      const double entry = matrix[c * rows + r - c];
      slope[r] -= entry * s->latent[c];
      if (r > c) slope[c] -= entry * s->latent[r];
    }
  weigh_rows(s);
  for (int64_t i = 0; i < s->n_frames * s->functions; i++)
    j->rows[i] = 2 * s->options.nuclear * (s->temporal[i] - j->rows[i]);
  qv_basis_collect(s->basis, s->functions, j->rows, j->shift);
  for (int64_t c = 0; c < n; c++) slope[c] += j->shift[c];
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_joint_step(qv_redpsm *s, double damping, double rtol, int *taken) {
  const int64_t n = s->options.latent * s->functions, rows = qv_redpsm_latent_rows(s);
  qv_joint     *j = s->joint;

  PetscFunctionBegin;
  PetscCall(qv_redpsm_joint_slope(s, j->slope));
  for (int64_t c = 0; c < n; c++) j->factor[c * rows] *= 1 + damping;
  if (!qv_redpsm_latent_factor(s, j->factor)) { /* as in the Z step: Z stays */
    PetscCall(qv_redpsm_spatial_step(s, s->options.cg, rtol, taken));
    PetscFunctionReturn(0);
  }
  memcpy(j->panel + s->functions * s->n, s->spatial,
         sizeof *j->panel * (size_t)(s->functions * s->n));
  qv_redpsm_latent_solve(s, j->factor, j->slope);
  qv_basis_expand(s->basis, s->functions, j->slope, j->psi);
  PetscCall(qv_redpsm_spatial_right(s, j->psi));
  PetscCall(qv_redpsm_spatial_solve(s, j->reduced, s->options.cg, rtol, taken));
  PetscCall(PetscArraycpy(j->panel, s->gathered, s->functions * s->n));
  PetscCall(eliminate(s));
  for (int64_t c = 0; c < n; c++) s->latent[c] += j->slope[c] - j->shift[c];
  qv_panel_add(s->functions * s->n, s->gathered, s->spatial);
  PetscFunctionReturn(0);
}
