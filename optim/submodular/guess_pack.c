/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "optim/submodular/guess.h"

enum { HEAD = 7, LEVEL = sizeof(qv_level) / sizeof(int64_t) };

/* An element of a bucket with its depth: stale entries keep their places, since the order in which
 * a build meets the elements decides what the draws mean. */
static int64_t entry_word(const qv_nest *nest, int32_t e) {
  return ((int64_t)e << 16) | nest->depth[e];
}

PetscErrorCode qv_guess_pack(const qv_guess *guess, qv_words *words) {
  const qv_nest *nest       = guess->nest;
  const int64_t  head[HEAD] = {
     guess->debt, guess->rent, guess->fresh, guess->value, nest->n_levels, nest->n_picks, 0};

  PetscFunctionBegin;
  PetscCall(qv_words_add(words, HEAD, head));
  for (int32_t i = 0; i < nest->n_picks; i++) {
    const int64_t pick = ((int64_t)nest->pick[i] << 1) | nest->ghost[i];
    PetscCall(qv_words_add(words, 1, &pick));
  }
  for (int32_t l = 1; l <= nest->n_levels; l++)
    PetscCall(qv_words_add(words, LEVEL, (const int64_t *)&nest->level[l]));
  for (int32_t d = 1; d <= nest->n_levels; d++) {
    const qv_bucket *b = &nest->bucket[d];
    const int64_t    n = b->n;
    PetscCall(qv_words_add(words, 1, &n));
    for (int32_t i = 0; i < b->n; i++) {
      const int64_t entry = entry_word(nest, b->e[i]);
      PetscCall(qv_words_add(words, 1, &entry));
    }
  }
  PetscFunctionReturn(0);
}

/* The picks into the prefix, level by level. */
static const int64_t *unpack_picks(qv_guess *guess, const int64_t *word) {
  qv_nest       *nest  = guess->nest;
  const int64_t *level = word + nest->n_picks;
  for (int32_t i = 0; i < nest->n_picks; i++) {
    nest->pick[i]  = (int32_t)(word[i] >> 1);
    nest->ghost[i] = word[i] & 1;
    nest->n_ghosts += nest->ghost[i];
  }
  for (int32_t l = 1, done = 0; l <= nest->n_levels; l++) {
    memcpy(&nest->level[l], level + (l - 1) * LEVEL, sizeof(qv_level));
    for (; done < nest->level[l].end; done++)
      nest->f->kind->push(nest->prefix, nest->pick[done], nest->fine ? done + 1 : l);
  }
  guess->desk->calls.restored += nest->n_picks;
  return level + (int64_t)nest->n_levels * LEVEL;
}

PetscErrorCode qv_guess_unpack(qv_guess *guess, const int64_t *word) {
  qv_nest *nest = guess->nest;

  PetscFunctionBegin;
  guess->awake   = true;
  guess->debt    = word[0];
  guess->rent    = word[1];
  guess->fresh   = word[2] != 0;
  guess->value   = word[3];
  nest->n_levels = (int32_t)word[4];
  nest->n_picks  = (int32_t)word[5];
  word           = unpack_picks(guess, word + HEAD);
  for (int32_t d = 1; d <= nest->n_levels; d++) {
    qv_bucket *b = &nest->bucket[d];
    b->n = b->capacity = (int32_t)*word++;
    PetscCall(PetscMalloc1(b->n, &b->e));
    for (int32_t i = 0; i < b->n; i++, word++) {
      const int32_t e     = (int32_t)(*word >> 16);
      const int32_t depth = (int32_t)(*word & 0xffff);
      b->e[i]             = e;
      if (depth == d && !nest->depth[e]) {
        nest->depth[e] = (uint16_t)d;
        nest->count[d]++;
        nest->n_stored++;
      }
    }
  }
  PetscFunctionReturn(0);
}
