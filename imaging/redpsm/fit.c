/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lambda and Z against data and split: in turn, each exactly, or both by a step of Gauss-Newton. */
#include <math.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"

enum { HALVINGS = 5 };
enum { SPATIAL = 1, LATENT = 2 };

static const double start_damping = 1e-2, least_damping = 1e-6, most_damping = 1e6;

double qv_redpsm_energy(const qv_redpsm *s, const qv_redpsm_report *r) {
  return r->objective + 0.5 * s->beta * r->split2;
}

/* Evaluate; as long as the energy has risen, go half of the way back, in the factors named. */
static PetscErrorCode settle(qv_redpsm *s, int factors, qv_redpsm_report *report) {
  const int64_t n_spatial = s->functions * s->n, n_latent = s->options.latent * s->functions;
  const double  before = qv_redpsm_energy(s, report);

  PetscFunctionBegin;
  for (int k = 0;; k++) {
    qv_basis_expand(s->basis, s->functions, s->latent, s->temporal);
    PetscCall(qv_redpsm_evaluate(s, report));
    if (k == HALVINGS || !(qv_redpsm_energy(s, report) > before * (1 + 1e-10))) break;
    if (factors & SPATIAL)
      qv_frame_combine(n_spatial, 0.5, s->old_spatial, 0.5, s->spatial, s->spatial);
    if (factors & LATENT) qv_frame_combine(n_latent, 0.5, s->old_latent, 0.5, s->latent, s->latent);
    report->halvings++;
  }
  PetscFunctionReturn(0);
}

/* A step that had to be halved was too long: the next one is shorter. */
static PetscErrorCode fit_jointly(qv_redpsm *s, double rtol, qv_redpsm_numbers *numbers,
                                  qv_redpsm_report *report) {
  if (!(numbers->damping > 0)) numbers->damping = start_damping;

  PetscFunctionBegin;
  PetscCall(qv_redpsm_joint_step(s, numbers->damping, rtol, &report->cg_steps));
  PetscCall(settle(s, SPATIAL | LATENT, report));
  if (s->options.steady) PetscFunctionReturn(0);
  numbers->damping *= report->halvings ? 4 : 0.25;
  numbers->damping = fmin(fmax(numbers->damping, least_damping), most_damping);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_redpsm_fit(qv_redpsm *s, double rtol, qv_redpsm_numbers *numbers,
                             qv_redpsm_report *report) {
  PetscFunctionBegin;
  PetscCall(qv_redpsm_energies(s, report));
  PetscCall(PetscArraycpy(s->old_latent, s->latent, s->options.latent * s->functions));
  if (s->joint) {
    PetscCall(fit_jointly(s, rtol, numbers, report));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_redpsm_spatial_step(s, s->options.cg, rtol, &report->cg_steps));
  PetscCall(settle(s, SPATIAL, report));
  if (s->options.fix_latent) PetscFunctionReturn(0);
  if (!isfinite(qv_redpsm_energy(s, report))) PetscFunctionReturn(0);
  PetscCall(qv_redpsm_latent_step(s));
  PetscCall(settle(s, LATENT, report));
  PetscFunctionReturn(0);
}
