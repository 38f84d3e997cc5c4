/* SPDX-License-Identifier: GPL-3.0-or-later
 * Candidates that are asked one after another against a prefix that grows. Where ranks share rows,
 * several are asked ahead with one sum: a candidate that adds too little adds no more to a larger
 * prefix, so its rejection stays; one that added enough is asked again if a pick came in between.
 * The picks are those of the plain order. A block has one candidate after a pick and twice as many
 * after every block without one, so that about as much is asked in vain as in earnest at most. */
#pragma once
#include "optim/submodular/objective.h"

enum { QV_BLOCK_MOST = 32 };

/* Clear with qv_block_of for every run over candidates. */
typedef struct {
  qv_prefix     *prefix;
  int32_t        n;
  const int32_t *e; /* [n] candidates in the order in which they are asked; borrowed */
  int32_t        first, end, width; /* gains of [first, end) are known, */
  bool           stale;             /* to a smaller prefix than now */
  int64_t        gain[QV_BLOCK_MOST], touched[QV_BLOCK_MOST];
  int64_t       *spare; /* counts the marginals asked in vain */
} qv_block;

static inline qv_block qv_block_of(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *spare) {
  qv_block b;
  b.prefix = prefix;
  b.n      = n;
  b.e      = e;
  b.first = b.end = 0;
  b.width         = 1;
  b.stale         = false;
  b.spare         = spare;
  return b;
}

int64_t qv_block_ask_ahead(qv_block *block, int32_t i, int64_t least);

/* f(e[i] | I_T), where i rises from call to call; or, where that is below `least`, any number below
 * `least`. Collective in the group. */
static inline int64_t qv_block_ask(qv_block *block, int32_t i, int64_t least) {
  const qv_objective *f = block->prefix->f;
  if (f->group->size == 1 || f->band > 0) return qv_objective_gain(block->prefix, block->e[i]);
  return qv_block_ask_ahead(block, i, least);
}

/* An element has been pushed. */
static inline void qv_block_grow(qv_block *block) {
  block->stale = true;
  block->width = 1;
}
