/* SPDX-License-Identifier: GPL-3.0-or-later
 * MA-SOBA (Chen, Xiao & Balasubramanian, 2023): SOBA with a moving average of the upper direction.
 */
#include "optim/bilevel/soba.h"

enum { X, M };

static PetscErrorCode iterate(qv_walk *w) {
  const double beta      = w->setting[QV_SETTING_BETA];
  double      *direction = w->work_upper[1], *m = w->upper[M];

  PetscFunctionBegin;
  PetscCall(qv_soba_directions(w, direction));
  for (int64_t i = w->task->first; i < w->task->end; i++)
    m[i] = beta * m[i] + (1 - beta) * direction[i];
  PetscCall(qv_method_move(w, qv_method_step(w, QV_SETTING_ETA), m));
  PetscFunctionReturn(0);
}

extern const qv_method qv_method_ma_soba;
const qv_method        qv_method_ma_soba = {.upper = 2, .lower = 2, .iterate = iterate};
