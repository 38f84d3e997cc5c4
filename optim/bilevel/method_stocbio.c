/* SPDX-License-Identifier: GPL-3.0-or-later
 * StocBiO (Ji, Yang & Liang, ICML 2021): steps of y, then z = nu sum_{q=0}^{Q} (I - nu H)^q dF/dy,
 * each factor by its own batch, then one step of x. */

#include "optim/bilevel/method.h"

enum { Y, Z };

static PetscErrorCode iterate(qv_walk *w) {
  const int64_t steps = (int64_t)w->setting[QV_SETTING_STEPS];

  PetscFunctionBegin;
  PetscCall(qv_method_lower(w, steps));
  PetscCall(qv_method_neumann(w, w->upper[0], w->lower_v[Y], steps, w->lower_v[Z]));
  PetscCall(qv_method_descend(w, w->lower_v[Z]));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_stocbio;
const qv_method        qv_method_stocbio = {.upper = 1, .lower = 2, .iterate = iterate};
