/* SPDX-License-Identifier: GPL-3.0-or-later
 * `lambda: sure`: a twin of the solver on data with a little noise added goes through the same
 * iterations, lambda by lambda; then the best lambda goes on alone. */
#include "imaging/redpsm/reconstruct.h"

static const double little = 0.1; /* eps, in units of sigma */

PetscErrorCode qv_reconstruct_twin_create(MPI_Comm comm, const qv_redpsm_options *options,
                                          uint64_t seed, qv_reconstruct_state *s) {
  const qv_geometry *g      = &s->data->geometry;
  const int64_t      length = (int64_t)g->n_views * g->n_bins;

  PetscFunctionBegin;
  if (s->params->lambda.word != QV_LAMBDA_SURE) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(s->data->count * length, &s->twin_samples));
  qv_sure_perturb(seed, little * s->sigma, s->data->first * length, s->data->count * length,
                  s->data->samples, s->twin_samples);
  PetscCall(qv_redpsm_create(comm, options, g, s->twin_samples, &s->twin));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reconstruct_twin_begin(qv_reconstruct_state *s) {
  qv_redpsm_report report;

  PetscFunctionBegin;
  if (!s->twin) PetscFunctionReturn(0);
  s->sure.twin = (qv_redpsm_numbers){.lambda = s->numbers.lambda, .beta = s->numbers.beta};
  PetscCall(qv_redpsm_begin(s->twin, &s->sure.twin, &report));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reconstruct_twin_iterate(qv_reconstruct_state *s) {
  const qv_sure_noise noise = {
    .sigma = s->sigma, .eps = little * s->sigma, .n_samples = s->data->n_samples};
  qv_redpsm_numbers *v = &s->numbers, *twin = &s->sure.twin;
  qv_redpsm_report   report;

  PetscFunctionBegin;
  PetscCall(qv_redpsm_iterate(s->twin, twin, &report));
  if (v->iteration - v->searched_at < QV_SURE_EVERY) PetscFunctionReturn(0);
  const int k    = (int)v->n_searched;
  v->searched_at = v->iteration;
  v->n_searched++;
  PetscCall(qv_sure_estimate(s->redpsm, s->twin, &noise, &s->sure.value[k]));
  v->settled        = v->n_searched >= QV_SURE_POINTS;
  const double next = v->settled > 0 ? qv_sure_choose(s->sure.value) : qv_sure_lambda(k + 1);
  v->beta *= next / v->lambda; /* and so y stays right */
  v->lambda    = next;
  twin->beta   = v->beta;
  twin->lambda = v->lambda;
  PetscFunctionReturn(0);
}
