/* SPDX-License-Identifier: GPL-3.0-or-later
 * A sieve: elements are read in the order in which they came, and one that still adds the threshold
 * is picked until there are k. When a pick is deleted, what came after it is read again; what came
 * before saw the same picks and stays.
 *
 * In the nest, level i holds pick i, and the elements of depth i are those that were read with
 * i - 1 picks before them; the last level waits for its pick. */
#include "optim/submodular/guess.h"

/* Go on with the n elements of desk->pool. */
static PetscErrorCode sieve(qv_guess *guess, int32_t n) {
  qv_desk *desk = guess->desk;
  qv_nest *nest = guess->nest;

  PetscFunctionBegin;
  guess->fresh   = false;
  qv_block block = qv_block_of(nest->prefix, n, desk->pool, &desk->calls.speculative);
  for (int32_t i = 0; i < n; i++) {
    const int32_t e    = desk->pool[i];
    const bool    full = nest->n_picks == desk->k;
    const bool    ask  = !full && nest->n_picks;
    int64_t       gain = full ? 0 : nest->f->single[e];
    if (ask) gain = qv_block_ask(&block, i, guess->tau);
    desk->calls.marginal += ask;
    desk->calls.physical += ask;
    PetscCall(qv_nest_store(nest, e, nest->n_levels));
    if (full || !qv_desk_reaches(desk, gain, guess->tau)) continue;
    qv_nest_pick(nest, e, gain);
    qv_block_grow(&block);
    qv_nest_open(nest, guess->tau, 0);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode build(qv_guess *guess, int32_t n) {
  PetscFunctionBegin;
  qv_nest_open(guess->nest, guess->tau, 0);
  PetscCall(sieve(guess, n));
  PetscFunctionReturn(0);
}

static PetscErrorCode insert(qv_guess *guess, int32_t e) {
  PetscFunctionBegin;
  if (!guess->nest->n_levels) qv_nest_open(guess->nest, guess->tau, 0);
  guess->desk->pool[0] = e;
  PetscCall(sieve(guess, 1));
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_guess *guess, int32_t e) {
  qv_nest      *nest  = guess->nest;
  const int32_t level = nest->depth[e];
  const bool    pick  = qv_nest_find(nest, e, level) >= 0;

  PetscFunctionBegin;
  qv_nest_drop(nest, e);
  if (pick) PetscCall(build(guess, qv_nest_collect(nest, level, guess->desk->pool)));
  PetscFunctionReturn(0);
}

/* Has every level but the last its pick, and was everything else rightly passed over? */
static const char *verify(qv_guess *guess) {
  const qv_nest *nest    = guess->nest;
  qv_prefix     *scratch = guess->desk->scratch;
  int64_t        value   = 0;
  int32_t        stored  = 0;
  const char    *wrong   = NULL;
  if (nest->n_ghosts) return "a sieve has ghosts";
  if (nest->n_picks != PetscMax(0, nest->n_levels - 1)) return "a level has not just one pick";
  for (int32_t l = 1; l <= nest->n_levels; l++) {
    const int32_t pick = l <= nest->n_picks ? nest->pick[l - 1] : -1;
    for (int32_t e = 0; e < nest->f->n; e++) {
      if (nest->depth[e] != l) continue;
      const bool passes = l <= guess->desk->k &&
                          qv_objective_gain(scratch, e) >= qv_objective_least(nest->f, guess->tau);
      if (passes && e != pick) wrong = "an element was passed over that adds the threshold";
      if (!passes && e == pick) wrong = "a pick is worth less than the threshold";
      stored++;
    }
    if (pick < 0) continue;
    if (nest->depth[pick] != l) wrong = "a pick is not at the depth of its level";
    value += qv_objective_gain(scratch, pick);
    nest->f->kind->push(scratch, pick, l);
    if (value != nest->level[l].value) wrong = "the value of a prefix is wrong";
  }
  nest->f->kind->truncate(scratch, 0, nest->n_picks, nest->pick);
  return stored == nest->n_stored ? wrong : "the count of stored elements is wrong";
}

static int32_t levels(const qv_desk *desk) {
  return desk->k + 1;
}

const qv_rule qv_rule_sieve = {.levels = levels,
                               .fine   = true,
                               .timed  = true,
                               .build  = build,
                               .insert = insert,
                               .erase  = erase,
                               .verify = verify};
