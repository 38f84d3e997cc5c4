/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/block.h"

static void ask(qv_block *b, int32_t first) {
  const qv_objective *f     = b->prefix->f;
  const int64_t       start = b->prefix->touched;
  b->first                  = first;
  b->end                    = PetscMin(b->n, first + b->width);
  b->stale                  = false;
  b->width                  = PetscMin(QV_BLOCK_MOST, 2 * b->width);
  for (int32_t i = first; i < b->end; i++) {
    f->kind->gains(b->prefix, 1, &b->e[i], &b->gain[i - first]);
    b->touched[i - first] = b->prefix->touched - start;
    b->prefix->touched    = start;
  }
  qv_group_sum(f->group, b->end - first, b->gain);
  *b->spare += b->end - first;
}

int64_t qv_block_ask_ahead(qv_block *b, int32_t i, int64_t least) {
  if (i >= b->end || (b->stale && b->gain[i - b->first] >= least)) ask(b, i);
  b->prefix->touched += b->touched[i - b->first]; /* it does not depend on the prefix */
  --*b->spare;
  return b->gain[i - b->first];
}
