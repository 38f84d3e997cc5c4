/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/redpsm/sure.h"

#include <math.h>

#include "imaging/denoiser/frame_kernel.h"
#include "imaging/redpsm/redpsm_impl.h"
#include "solvers/parallel/random.h"

static const double largest = 16;

void qv_sure_perturb(uint64_t seed, double eps, int64_t first, int64_t n, const double *from,
                     double *to) {
  const qv_stream stream = qv_stream_named(seed, "sure");
  for (int64_t i = 0; i < n; i++)
    to[i] = from[i] + (qv_random_uniform(stream, (uint64_t)(first + i), 0) < 0.5 ? -eps : eps);
}

PetscErrorCode qv_sure_estimate(const qv_redpsm *s, const qv_redpsm *twin,
                                const qv_sure_noise *noise, double *value) {
  const double M      = (double)noise->n_samples;
  qv_sum       sum[2] = {0};
  double       total[2];

  PetscFunctionBegin;
  for (int64_t i = 0; i < s->count; i++) {
    const int64_t at     = i * s->m;
    double        change = 0;
    for (int64_t j = at; j < at + s->m; j++)
      change += (twin->samples[j] - s->samples[j]) * (twin->ax[j] - s->ax[j]);
    qv_sum_add(&sum[0], qv_frame_distance2(s->m, s->ax + at, s->samples + at));
    qv_sum_add(&sum[1], change);
  }
  PetscCall(qv_redpsm_join(s, 2, sum, total));
  const double variance = noise->sigma * noise->sigma;
  *value = total[0] / M - variance + 2 * variance / (M * noise->eps * noise->eps) * total[1];
  PetscFunctionReturn(0);
}

double qv_sure_lambda(int k) {
  return largest * pow(2, -k);
}

double qv_sure_choose(const double value[QV_SURE_POINTS]) {
  int least = 0;
  for (int k = 1; k < QV_SURE_POINTS; k++)
    if (value[k] < value[least] || !isfinite(value[least])) least = k;
  if (least == 0 || least == QV_SURE_POINTS - 1) return qv_sure_lambda(least);
  const double before = value[least - 1] - value[least], after = value[least + 1] - value[least];
  const double shift = 0.5 * (before - after) / (before + after);
  return qv_sure_lambda(least) * (isfinite(shift) ? pow(2, -shift) : 1);
}
