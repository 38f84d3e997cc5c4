/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/redpsm/search.h"

#include <math.h>

/* A misfit grows about as lambda to this power. */
static const double usual_slope = 0.9, flattest = 0.4, steepest = 2, near = 0.03, drifted = 0.045;

double qv_search_start(void) {
  return 4;
}

void qv_search_update(double misfit, double tau, qv_redpsm_numbers *v) {
  const double off = log(misfit / tau), at = log(v->lambda);
  double       slope = usual_slope;
  if (v->n_searched >= QV_SEARCH_MOST || v->iteration - v->searched_at < QV_SEARCH_EVERY) return;
  v->searched_at = v->iteration;
  if (!isfinite(off)) return;
  if (v->search_lambda != 0 && fabs(at - v->search_lambda) > 1e-3)
    slope = (off - v->search_misfit) / (at - v->search_lambda);
  slope              = fmin(fmax(slope, flattest), steepest);
  v->search_lambda   = at;
  v->search_misfit   = off;
  const bool is_near = fabs(off) < (v->settled > 0 ? drifted : near);
  v->settled         = is_near && v->near > 0;
  v->near            = is_near;
  if (is_near) return;
  v->n_searched++;
  v->settled          = v->n_searched >= QV_SEARCH_MOST;
  const double factor = exp(fmin(fmax(-off / slope, -log(3)), log(3)));
  v->lambda *= factor;
  v->beta *= factor;
}
