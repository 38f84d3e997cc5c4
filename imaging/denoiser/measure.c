/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lipschitz constants, symmetry and homogeneity of a denoiser at a frame, by differences. */
#include <math.h>
#include <string.h>

#include "imaging/denoiser/denoiser_impl.h"
#include "imaging/denoiser/frame_kernel.h"
#include "solvers/parallel/random.h"

enum { POWER_STEPS = 20, PAIRS = 4 };

typedef struct {
  qv_denoiser  *denoiser;
  const double *x, *memory;
  double       *kept; /* the memory that an evaluation may change */
  double       *at, *plus, *minus;
  int64_t       n, n_memory;
  double        size; /* |x|, or 1 */
} probe;

/* out = D(x + step v), from the memory as it was. */
static PetscErrorCode evaluate(probe *p, double step, const double *v, double *out) {
  PetscFunctionBegin;
  PetscCall(PetscArraycpy(p->kept, p->memory, p->n_memory));
  qv_frame_combine(p->n, 1, p->x, step, v, p->at);
  PetscCall(qv_denoiser_apply(p->denoiser, 1, p->at, p->kept, out, NULL));
  PetscFunctionReturn(0);
}

static double norm(const probe *p, const double *v) {
  return sqrt(qv_frame_dot(p->n, v, v));
}

/* jv = J v by central differences; v of any length but 0. */
static PetscErrorCode jacobian(probe *p, const double *v, double *jv) {
  const double step = 1e-5 * p->size / norm(p, v);

  PetscFunctionBegin;
  PetscCall(evaluate(p, step, v, p->plus));
  PetscCall(evaluate(p, -step, v, p->minus));
  qv_frame_combine(p->n, 0.5 / step, p->plus, -0.5 / step, p->minus, jv);
  PetscFunctionReturn(0);
}

static void normals(const probe *p, uint64_t seed, uint64_t draw, double *v) {
  const qv_stream stream = qv_stream_named(seed, "measure");
  for (int64_t i = 0; i < p->n; i++) v[i] = qv_random_normal(stream, (uint64_t)i, draw);
}

/* The largest |B v| / |v| met when B = J or I - J is applied again and again. */
static PetscErrorCode largest(probe *p, bool residual, uint64_t seed, double *v, double *jv,
                              double *value) {
  PetscFunctionBegin;
  normals(p, seed, residual, v);
  *value = 0;
  for (int k = 0; k < POWER_STEPS; k++) {
    const double length = norm(p, v);
    if (length == 0) break;
    qv_frame_combine(p->n, 1 / length, v, 0, v, v);
    PetscCall(jacobian(p, v, jv));
    if (residual) qv_frame_combine(p->n, 1, v, -1, jv, jv);
    *value = fmax(*value, norm(p, jv));
    memcpy(v, jv, sizeof *v * (size_t)p->n);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode asymmetry(probe *p, uint64_t seed, double *v[4], double *value) {
  PetscFunctionBegin;
  *value = 0;
  for (uint64_t k = 0; k < PAIRS; k++) {
    normals(p, seed, 2 + 2 * k, v[0]);
    normals(p, seed, 3 + 2 * k, v[1]);
    PetscCall(jacobian(p, v[0], v[2]));
    PetscCall(jacobian(p, v[1], v[3]));
    const double left = qv_frame_dot(p->n, v[1], v[2]), right = qv_frame_dot(p->n, v[3], v[0]);
    const double scale = norm(p, v[3]) * norm(p, v[0]) + norm(p, v[1]) * norm(p, v[2]);
    if (scale > 0) *value = fmax(*value, fabs(left - right) / (0.5 * scale));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode homogeneity(probe *p, double *value) {
  const double e = 1e-3;

  PetscFunctionBegin;
  PetscCall(evaluate(p, 0, p->x, p->minus));
  PetscCall(evaluate(p, e, p->x, p->plus));
  qv_frame_combine(p->n, 1, p->plus, -(1 + e), p->minus, p->plus);
  *value = norm(p, p->plus) / (e * p->size);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_denoiser_measure(qv_denoiser *denoiser, uint64_t seed, const double *x,
                                   const double *memory, qv_denoiser_measures *measures) {
  probe   p = {.denoiser = denoiser, .x = x, .memory = memory};
  double *block, *v[4];

  PetscFunctionBegin;
  *measures = (qv_denoiser_measures){NAN, NAN, NAN, NAN};
  if (denoiser->row->joint) PetscFunctionReturn(0);
  p.n        = (int64_t)denoiser->size * denoiser->size;
  p.n_memory = qv_denoiser_memory(denoiser);
  PetscCall(PetscMalloc2(7 * p.n, &block, PetscMax(1, p.n_memory), &p.kept));
  p.at = block, p.plus = block + p.n, p.minus = block + 2 * p.n;
  for (int k = 0; k < 4; k++) v[k] = block + (3 + k) * p.n;
  p.size = norm(&p, x);
  if (p.size == 0) p.size = 1;
  PetscCall(largest(&p, false, seed, v[0], v[1], &measures->lipschitz));
  PetscCall(largest(&p, true, seed, v[0], v[1], &measures->residual_lipschitz));
  PetscCall(asymmetry(&p, seed, v, &measures->asymmetry));
  PetscCall(homogeneity(&p, &measures->homogeneity));
  PetscCall(PetscFree2(block, p.kept));
  PetscFunctionReturn(0);
}
