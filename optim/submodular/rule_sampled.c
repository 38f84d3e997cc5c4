/* SPDX-License-Identifier: GPL-3.0-or-later
 * One uniformly random pick a level. A newcomer that reaches level i takes it over with probability
 * 1 / |R_i|, which keeps every pick uniform over what its level chooses from; so a deletion hits a
 * pick rarely, whatever the stream. */
#include "optim/submodular/guess.h"

/* Levels from `level` on, from the n elements of desk->pool, all of R_level, in random order;
 * with `forced` the first of them becomes the pick of `level`. */
static PetscErrorCode construct(qv_guess *guess, qv_dice *dice, int32_t level, int32_t n,
                                bool forced) {
  qv_desk *desk  = guess->desk;
  qv_nest *nest  = guess->nest;
  int32_t *depth = desk->batch, rest = 0;

  PetscFunctionBegin;
  guess->fresh = false;
  qv_dice_deal(dice, n - forced, n - forced, desk->pool + forced);
  qv_block block = qv_block_of(nest->prefix, n, desk->pool, &desk->calls.speculative);
  for (int32_t i = 0; i < n; i++) {
    const int32_t e    = desk->pool[i];
    const bool    full = nest->n_levels == desk->k;
    const bool    ask  = !full && nest->n_levels;
    int64_t       gain = full ? 0 : nest->f->single[e];
    if (ask) gain = qv_block_ask(&block, i, guess->tau);
    desk->calls.marginal += ask;
    desk->calls.physical += ask;
    if (qv_desk_reaches(desk, gain, guess->tau)) {
      qv_nest_open(nest, guess->tau, n);
      qv_nest_pick(nest, e, gain);
      qv_block_grow(&block);
      PetscCall(qv_nest_store(nest, e, nest->n_levels));
    } else {
      desk->pool[rest] = e;
      depth[rest++]    = nest->n_levels - 1; /* at most; later picks change nothing below */
    }
  }
  qv_guess_depths(guess, level, rest, desk->pool, depth);
  for (int32_t i = 0; i < rest; i++) PetscCall(qv_nest_store(nest, desk->pool[i], depth[i]));
  PetscFunctionReturn(0);
}

static PetscErrorCode build(qv_guess *guess, int32_t n) {
  qv_dice dice = qv_dice_for(guess->desk->stream, guess->desk->update, guess->g);

  PetscFunctionBegin;
  PetscCall(construct(guess, &dice, 1, n, false));
  PetscFunctionReturn(0);
}

/* Take level `level` over with e, which is not stored. */
static PetscErrorCode take_over(qv_guess *guess, qv_dice *dice, int32_t e, int32_t level) {
  int32_t *pool = guess->desk->pool;

  PetscFunctionBegin;
  const int32_t n = qv_nest_collect(guess->nest, level, pool + 1);
  pool[0]         = e;
  PetscCall(construct(guess, dice, level, n + 1, true));
  PetscFunctionReturn(0);
}

static PetscErrorCode insert(qv_guess *guess, int32_t e) {
  qv_desk      *desk  = guess->desk;
  qv_nest      *nest  = guess->nest;
  const int32_t depth = qv_guess_depth(guess, e, 1, nest->n_levels);
  qv_dice       dice  = qv_dice_for(desk->stream, desk->update, guess->g);
  int64_t       reach = qv_nest_reach(nest, 1);

  PetscFunctionBegin;
  for (int32_t i = 1; i <= depth; i++) {
    if (!qv_dice_below(&dice, (uint32_t)reach + 1)) { /* e counts itself */
      PetscCall(take_over(guess, &dice, e, i));
      PetscFunctionReturn(0);
    }
    reach -= nest->count[i];
  }
  PetscCall(qv_nest_store(nest, e, depth));
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_guess *guess, int32_t e) {
  qv_nest      *nest  = guess->nest;
  const int32_t level = nest->depth[e];
  const bool    pick  = qv_nest_find(nest, e, level) >= 0;

  PetscFunctionBegin;
  qv_nest_drop(nest, e);
  if (!pick) PetscFunctionReturn(0);
  qv_dice       dice = qv_dice_for(guess->desk->stream, guess->desk->update, guess->g);
  const int32_t n    = qv_nest_collect(nest, level, guess->desk->pool);
  PetscCall(construct(guess, &dice, level, n, false));
  PetscFunctionReturn(0);
}

static const char *verify(qv_guess *guess) {
  const qv_nest *nest    = guess->nest;
  qv_prefix     *scratch = guess->desk->scratch;
  int64_t        value   = 0;
  const char    *wrong   = NULL;
  if (nest->n_ghosts || nest->n_picks != nest->n_levels) return "a level has not just one pick";
  for (int32_t l = 1; l <= nest->n_levels; l++) {
    const int32_t e    = nest->pick[l - 1];
    const int64_t gain = qv_objective_gain(scratch, e);
    nest->f->kind->push(scratch, e, l);
    value += gain;
    if (nest->depth[e] != l) wrong = "a pick is not at the depth of its level";
    if (!qv_desk_reaches(guess->desk, gain, guess->tau))
      wrong = "a pick is worth less than the threshold";
    if (value != nest->level[l].value) wrong = "the value of a prefix is wrong";
  }
  nest->f->kind->truncate(scratch, 0, nest->n_picks, nest->pick);
  return wrong ? wrong : qv_guess_verify_depths(guess);
}

const qv_rule qv_rule_sampled = {
  .build = build, .insert = insert, .erase = erase, .verify = verify};
