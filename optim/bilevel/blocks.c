/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/blocks.h"

PetscErrorCode qv_blocks_check(const qv_bilevel_params *params, int64_t n, qv_place place,
                               qv_diag *diag) {
  const qv_optimizer *o = &params->optimizer;

  PetscFunctionBegin;
  if (n % qv_optimizer_block(o) == 0) PetscFunctionReturn(0);
  if (o->k == QV_LION_GROUP)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place,
                          "bilevel.method.optimizer.group: groups of %lld leave some of the %lld "
                          "upper variables over",
                          (long long)o->group, (long long)n));
  else
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, place,
                          "bilevel.method.optimizer: matrices of %lld rows and %lld columns leave "
                          "some of the %lld upper variables over",
                          (long long)o->rows, (long long)o->columns, (long long)n));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_blocks_check_data(const qv_bilevel_params *params, int64_t n, qv_diag *diag) {
  const char *data = params->task.data.written;

  PetscFunctionBegin;
  PetscCall(qv_blocks_check(
    params, n, (qv_place){.file = data ? data : params->task.images[0].written}, diag));
  PetscFunctionReturn(0);
}
