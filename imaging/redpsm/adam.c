/* SPDX-License-Identifier: GPL-3.0-or-later
 * The published inner loop: Adam on Lambda and Z together, in place of the exact steps. A rival to
 * measure against. */
#include <math.h>
#include <string.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/panel_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"
#include "solvers/parallel/layout.h"

int64_t qv_redpsm_moments(const qv_redpsm *s) {
  return s->options.adam ? 2 * s->functions * (s->n + s->options.latent) : 0;
}

double *qv_redpsm_moment(qv_redpsm *s) {
  return s->moment;
}

PetscErrorCode qv_redpsm_adam_create(qv_redpsm *s) {
  const int64_t K = s->functions;

  PetscFunctionBegin;
  if (!s->options.adam) PetscFunctionReturn(0);
  PetscCall(PetscCalloc3(qv_redpsm_moments(s), &s->moment, K * (s->n + s->options.latent),
                         &s->gradient, K * s->n_frames, &s->psi_gradient));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_adam_destroy(qv_redpsm *s) {
  PetscFunctionBegin;
  PetscCall(PetscFree3(s->moment, s->gradient, s->psi_gradient));
  PetscFunctionReturn(0);
}

/* back = the energy's gradient in X_t of frames i … i + count - 1, 0 where X is cut off; `pull` is
 * the factor of X - f + y. */
static void image_gradient(qv_redpsm *s, int64_t i, int64_t count, double pull) {
  const bool is_positive = s->options.model == QV_MODEL_POSITIVE_PART;
  qv_panel_expand(s->n, s->functions, (int)count, s->spatial,
                  s->temporal + (s->first + i) * s->functions, s->image);
  for (int64_t c = 0; is_positive && c < count; c++)
    qv_panel_support(s->n, s->view, s->image + c * s->n, s->support + (i + c) * s->n);
  qv_forward_apply(s->forward, s->first + i, count, s->image, s->chunk_samples);
  qv_frame_combine(count * s->m, 1, s->chunk_samples, -1, s->samples + i * s->m, s->chunk_samples);
  qv_forward_adjoint(s->forward, s->first + i, count, s->chunk_samples, s->back);
  for (int64_t c = 0; c < count; c++) {
    const int64_t        at   = (i + c) * s->n;
    const unsigned char *keep = is_positive ? s->support + at : s->view;
    qv_frame_drift(s->n, s->frames.y + at, s->frames.f + at, s->image + c * s->n);
    qv_panel_blend(s->n, keep, 2 * s->weight, pull, s->image + c * s->n, s->back + c * s->n);
  }
}

/* The gradient of the energy in Lambda [K, n] and Z [d, K], on all ranks. */
static PetscErrorCode find_gradient(qv_redpsm *s, double pull) {
  const int K      = s->functions;
  double   *latent = s->gradient + K * s->n;

  PetscFunctionBegin;
  for (int64_t i = 0, count; i < s->count; i += count) {
    const double *psi = s->temporal + (s->first + i) * K;
    count             = qv_frame_tree_chunk(s->first + i, s->first + s->count);
    image_gradient(s, i, count, pull);
    for (int64_t c = 0; c < count; c++)
      for (int k = 0; k < K; k++)
        s->psi_gradient[(s->first + i + c) * K + k] =
          qv_frame_dot(s->n, s->spatial + k * s->n, s->back + c * s->n);
    PetscCall(qv_frame_tree_add(s->tree, s->first + i, (int)count, s->back, psi));
  }
  PetscCall(qv_frame_tree_end(s->tree, s->panel));
  PetscCall(qv_redpsm_gather_panel(s, s->panel, s->gradient));
  PetscCall(qv_redpsm_gather_frames(s, K, s->psi_gradient));
  qv_frame_combine(K * s->n, 2 * s->options.nuclear, s->spatial, 1, s->gradient, s->gradient);
  memset(latent, 0, sizeof *latent * (size_t)(s->options.latent * K));
  for (int64_t t = 0; t < s->n_frames; t++)
    for (int j = 0; j < s->basis->width; j++)
      for (int k = 0; k < K; k++)
        latent[(s->basis->first[t] + j) * K + k] +=
          s->basis->value[t * s->basis->width + j] *
          (s->psi_gradient[t * K + k] + 2 * s->options.nuclear * s->temporal[t * K + k]);
  PetscFunctionReturn(0);
}

/* All parameters of one kind: where they are, and which part of gradient and moments is theirs. */
typedef struct {
  double *x;
  int64_t first, n;
} part;

/* x -= rate m^ / (sqrt(v^) + eps), moments corrected for their start. */
static void descend(const qv_redpsm *s, const part *p, double step) {
  const double  b1 = 0.9, b2 = 0.999, eps = 1e-8;
  const double  c1 = 1 / (1 - pow(b1, step)), c2 = 1 / (1 - pow(b2, step));
  const double *g = s->gradient + p->first;
  double       *m = s->moment + p->first, *v = m + qv_redpsm_moments(s) / 2;
  for (int64_t i = 0; i < p->n; i++) {
    m[i] = b1 * m[i] + (1 - b1) * g[i];
    v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
    p->x[i] -= s->options.rate * (m[i] * c1) / (sqrt(v[i] * c2) + eps);
  }
}

PetscErrorCode qv_redpsm_adam_fit(qv_redpsm *s, qv_redpsm_numbers *numbers,
                                  qv_redpsm_report *report) {
  const int64_t spatial = s->functions * s->n, latent = s->options.latent * s->functions;
  const part    parts[] = {{s->spatial, 0, spatial}, {s->latent, spatial, latent}};

  PetscFunctionBegin;
  for (int k = 0; k < s->options.adam; k++) {
    double pull = s->beta;
    if (s->options.literal && s->beta > 0) { /* beta / 2 |r|, not its square */
      PetscCall(qv_redpsm_evaluate(s, report));
      pull = report->split2 > 0 ? 0.5 * s->beta / sqrt(report->split2) : 0;
    }
    PetscCall(find_gradient(s, pull));
    numbers->adam_steps++;
    for (int i = 0; i < 2; i++) descend(s, &parts[i], numbers->adam_steps);
    qv_basis_expand(s->basis, s->functions, s->latent, s->temporal);
  }
  PetscCall(qv_redpsm_evaluate(s, report));
  PetscFunctionReturn(0);
}
