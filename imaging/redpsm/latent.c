/* SPDX-License-Identifier: GPL-3.0-or-later
 * The Z step and the gauge. Z solves one system exactly,
 *
 *   [sum_t (u_t u_t') x G_t] vec Z = sum_t u_t x h_t,
 *   G_t = 2 w B_t' B_t + beta Lambda' S_t Lambda + 2 xi I,  B_t = A_t S_t Lambda,
 *   h_t = 2 w B_t' g_t + beta Lambda' S_t (f_t - y_t),
 *
 * banded as U is: a Cholesky factorisation, done on every rank. */
#include "imaging/redpsm/redpsm_impl.h"

#include <math.h>
#include <petscblaslapack.h>
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/panel_kernel.h"
#include "solvers/parallel/layout.h"

extern void dpbtrf_(const char *uplo, const PetscBLASInt *n, const PetscBLASInt *kd, double *ab,
                    const PetscBLASInt *ldab, PetscBLASInt *info);
extern void dpbtrs_(const char *uplo, const PetscBLASInt *n, const PetscBLASInt *kd,
                    const PetscBLASInt *nrhs, const double *ab, const PetscBLASInt *ldab, double *b,
                    const PetscBLASInt *ldb, PetscBLASInt *info);

/* The panel's images within the support of frame i; only the first time where it is all of it. */
static const double *supported(qv_redpsm *s, int64_t i) {
  if (!s->use_support) return s->spatial;
  for (int k = 0; k < s->functions; k++)
    qv_panel_cut(s->n, s->support + i * s->n, s->spatial + k * s->n, s->panel + k * s->n);
  return s->panel;
}

/* [G_t | h_t] of this rank's frame i; `gram` is beta Lambda' Lambda, its lower half,
 * where there is no support. */
static void frame_system(qv_redpsm *s, int64_t i, const double *gram, double *system) {
  const int     K     = s->functions;
  const double *panel = supported(s, i), *g = s->samples + i * s->m;
  double       *h = system + K * K;
  double       *b = s->bases ? s->bases + i * K * s->m : s->panel_samples;
  memcpy(system, gram, sizeof *system * (size_t)(K * K));
  if (s->weight > 0) {
    qv_forward_apply_frame(s->forward, s->first + i, K, panel, b);
    qv_frame_gram(s->m, K, 2 * s->weight, b, system);
  }
  if (s->use_support && s->beta > 0) qv_frame_gram(s->n, K, s->beta, panel, system);
  for (int k = 0; k < K; k++) {
    for (int j = 0; j < k; j++) system[j * K + k] = system[k * K + j];
    system[k * K + k] += 2 * s->options.nuclear;
    h[k] = 0;
    if (s->weight > 0) h[k] = 2 * s->weight * qv_frame_dot(s->m, b + k * s->m, g);
  }
  if (s->beta == 0) return;
  for (int64_t p = 0; p < s->n; p++)
    s->image[p] = s->frames.f[i * s->n + p] - s->frames.y[i * s->n + p];
  for (int k = 0; k < K; k++) h[k] += s->beta * qv_frame_dot(s->n, panel + k * s->n, s->image);
}

PetscErrorCode qv_redpsm_gather_frames(const qv_redpsm *s, int64_t length, double *rows) {
  PetscMPIInt *count, *at;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(s->size, &count, s->size, &at));
  for (int q = 0; q < s->size; q++) {
    const int64_t first = qv_layout_first_unit(s->n_frames, q, s->size);
    const int64_t end   = qv_layout_first_unit(s->n_frames, q + 1, s->size);
    PetscCall(PetscMPIIntCast(length * first, &at[q]));
    PetscCall(PetscMPIIntCast(length * (end - first), &count[q]));
  }
  PetscCallMPI(
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, rows, count, at, MPI_DOUBLE, s->comm));
  PetscCall(PetscFree2(count, at));
  PetscFunctionReturn(0);
}

/* Add frame t to the banded matrix (lower half, band + 1 rows a column) and the right-hand side. */
static void assemble(const qv_basis *basis, int64_t t, int K, const double *system, double *matrix,
                     double *right) {
  const double *u = basis->value + t * basis->width, *h = system + K * K;
  const int64_t rows = (int64_t)basis->width * K;
  for (int p = 0; p < basis->width; p++) {
    const int64_t i0 = (int64_t)(basis->first[t] + p) * K;
    for (int k = 0; k < K; k++) right[i0 + k] += u[p] * h[k];
    for (int q = 0; q <= p; q++) {
      const int64_t j0 = (int64_t)(basis->first[t] + q) * K;
      for (int k = 0; k < K; k++)
        for (int l = 0; l < K; l++)
          if (i0 + k >= j0 + l)
            matrix[(j0 + l) * rows + (i0 + k) - (j0 + l)] += u[p] * u[q] * system[k * K + l];
    }
  }
}

int64_t qv_redpsm_latent_rows(const qv_redpsm *s) {
  return (int64_t)s->basis->width * s->functions;
}

PetscErrorCode qv_redpsm_latent_system(qv_redpsm *s, double *matrix, double *right) {
  const int     K = s->functions, n = s->options.latent * K;
  const int64_t length = K * K + K;
  double       *systems, *gram;

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(s->n_frames * length, &systems, K * K, &gram));
  PetscCall(PetscArrayzero(matrix, n * qv_redpsm_latent_rows(s)));
  PetscCall(PetscArrayzero(right, n));
  if (!s->use_support && s->beta > 0) qv_frame_gram(s->n, K, s->beta, s->spatial, gram);
  for (int64_t i = 0; i < s->count; i++)
    frame_system(s, i, gram, systems + (s->first + i) * length);
  PetscCall(qv_redpsm_gather_frames(s, length, systems));
  for (int64_t t = 0; t < s->n_frames; t++)
    assemble(s->basis, t, K, systems + t * length, matrix, right);
  PetscCall(PetscFree2(systems, gram));
  PetscFunctionReturn(0);
}

bool qv_redpsm_latent_factor(const qv_redpsm *s, double *matrix) {
  const PetscBLASInt n = s->options.latent * s->functions, rows = s->basis->width * s->functions;
  const PetscBLASInt band = rows - 1;
  PetscBLASInt       info = 0;
  dpbtrf_("L", &n, &band, matrix, &rows, &info);
  return info == 0;
}

void qv_redpsm_latent_solve(const qv_redpsm *s, const double *factor, double *x) {
  const PetscBLASInt n = s->options.latent * s->functions, rows = s->basis->width * s->functions;
  const PetscBLASInt band = rows - 1, one = 1;
  PetscBLASInt       info = 0;
  dpbtrs_("L", &n, &band, &one, factor, &rows, x, &n, &info);
}

PetscErrorCode qv_redpsm_latent_step(qv_redpsm *s) {
  const int n = s->options.latent * s->functions;
  double   *matrix, *right;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n * qv_redpsm_latent_rows(s), &matrix, n, &right));
  PetscCall(qv_redpsm_latent_system(s, matrix, right));
  if (qv_redpsm_latent_factor(s, matrix)) { /* else not definite: Z stays */
    qv_redpsm_latent_solve(s, matrix, right);
    PetscCall(PetscArraycpy(s->latent, right, n));
  }
  PetscCall(PetscFree2(matrix, right));
  PetscFunctionReturn(0);
}

/* Psi = Q R by Householder; R [K, K] by columns, its diagonal positive. */
static PetscErrorCode triangle_of(const qv_redpsm *s, double *r, bool *regular) {
  const int          K = s->functions;
  const PetscBLASInt m = (PetscBLASInt)s->n_frames, k = K, room = 64 * K;
  double            *psi, *tau, *work;
  PetscBLASInt       info = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(s->n_frames * K, &psi, K, &tau, room, &work));
  for (int64_t t = 0; t < s->n_frames; t++)
    for (int j = 0; j < K; j++) psi[j * s->n_frames + t] = s->temporal[t * K + j];
  LAPACKgeqrf_(&m, &k, psi, &m, tau, work, &room, &info);
  PetscCheck(!info, PETSC_COMM_SELF, PETSC_ERR_LIB, "dgeqrf failed with %d", (int)info);
  *regular = true;
  for (int i = 0; i < K; i++) {
    const double sign = psi[i * s->n_frames + i] < 0 ? -1 : 1;
    for (int j = 0; j < K; j++) r[j * K + i] = j < i ? 0 : sign * psi[j * s->n_frames + i];
    if (!(fabs(r[i * K + i]) > 1e-12 * fabs(r[0]))) *regular = false;
  }
  PetscCall(PetscFree3(psi, tau, work));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_gauge(qv_redpsm *s) {
  const int          K = s->functions;
  const PetscBLASInt k = K, d = s->options.latent;
  const double       one = 1;
  double            *r;
  bool               regular = false;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(K * K, &r));
  PetscCall(triangle_of(s, r, &regular));
  if (regular) {
    /* Z [d, K] by rows is Z' by columns: Z' := R^-T Z' */
    BLAStrsm_("L", "U", "T", "N", &k, &d, &one, r, &k, s->latent, &k);
    for (int i = 0; i < K; i++) {
      double *to = s->spatial + i * s->n;
      qv_frame_combine(s->n, r[i * K + i], to, 0, to, to);
      for (int j = i + 1; j < K; j++)
        qv_frame_combine(s->n, r[j * K + i], s->spatial + j * s->n, 1, to, to);
    }
    qv_basis_expand(s->basis, K, s->latent, s->temporal);
  }
  PetscCall(PetscFree(r));
  PetscFunctionReturn(0);
}
