/* SPDX-License-Identifier: GPL-3.0-or-later
 * The level structure of Lattanzi, Mitrovic, Norouzi-Fard, Tarnawski and Zadimoghaddam (NeurIPS
 * 2020) in the simple form of the code that they published, for comparison.
 *
 * Level l chooses from A_l and has a buffer B_l of what came since it was built. It picks random
 * candidates that add the threshold while at least room(l) of them are left, half as many a level
 * up; the rest goes on to the next level. A buffer of room(l) elements builds the levels from l on
 * anew, and so does a value that deletions have brought below (1 - eps) o / 2, from the lowest
 * level that they hit.
 *
 * In the nest, the elements of depth >= l are those of A_l and B_l; one is in B_l when it came
 * after the update that built the level. */
#include <math.h>

#include "optim/submodular/guess.h"

/* Candidates that a level needs to go on. */
static int64_t room(const qv_nest *nest, int32_t level) {
  return INT64_C(1) << (nest->levels - level);
}

static bool in_buffer(const qv_guess *guess, int32_t e, int32_t level) {
  return guess->desk->arrivals->since[e] > guess->nest->level[level].built;
}

/* Keep in desk->pool, with gains, the elements that add the threshold; the others are stored. */
static PetscErrorCode filter(qv_guess *guess, int32_t n, int32_t depth, int32_t *kept) {
  qv_desk      *desk = guess->desk;
  qv_nest      *nest = guess->nest;
  const int32_t some = nest->n_picks ? n : 0;
  int32_t       stay = 0;

  PetscFunctionBegin;
  qv_objective_gains(nest->prefix, some, desk->pool, desk->gain);
  desk->calls.marginal += some;
  desk->calls.physical += some;
  for (int32_t i = 0; i < n; i++) {
    const int32_t e    = desk->pool[i];
    const int64_t gain = some ? desk->gain[i] : nest->f->single[e];
    if (!qv_desk_reaches(desk, gain, guess->tau)) {
      PetscCall(qv_nest_store(nest, e, depth));
      continue;
    }
    desk->pool[stay]   = e;
    desk->gain[stay++] = gain;
  }
  *kept = stay;
  PetscFunctionReturn(0);
}

/* Levels from `level` on, from the n elements of desk->pool, all of A_level and B_level. */
static PetscErrorCode construct(qv_guess *guess, int32_t level, int32_t n) {
  qv_desk *desk = guess->desk;
  qv_nest *nest = guess->nest;
  qv_dice  dice = qv_dice_for(desk->stream, desk->update, guess->g);

  PetscFunctionBegin;
  guess->fresh = false;
  qv_dice_deal(&dice, n, n, desk->pool);
  if (nest->n_picks < desk->k) PetscCall(filter(guess, n, level - 1, &n));
  for (int32_t l = level; l <= nest->levels; l++) {
    qv_nest_open(nest, guess->tau, desk->update);
    while (n && n >= room(nest, l) && nest->n_picks < desk->k) {
      const int32_t e = desk->pool[--n];
      qv_nest_pick(nest, e, desk->gain[n]);
      PetscCall(qv_nest_store(nest, e, l));
      if (nest->n_picks < desk->k) PetscCall(filter(guess, n, l, &n));
    }
    if (nest->n_picks < desk->k) continue;
    for (int32_t i = 0; i < n; i++) PetscCall(qv_nest_store(nest, desk->pool[i], l));
    n = 0;
  }
  PetscFunctionReturn(0);
}

/* The lowest level that has lost a pick, or 0. */
static int32_t damaged(const qv_nest *nest) {
  for (int32_t l = 1; l <= nest->n_levels; l++)
    if (nest->level[l].dead) return l;
  return 0;
}

static bool worth_enough(const qv_guess *guess) {
  const qv_nest *nest = guess->nest;
  const double   goal = (1 - guess->desk->epsilon) * (double)guess->desk->k * (double)guess->tau;
  return (double)nest->level[nest->n_levels].value >= goal;
}

static PetscErrorCode repair(qv_guess *guess) {
  const int32_t level = damaged(guess->nest);

  PetscFunctionBegin;
  if (level && !worth_enough(guess))
    PetscCall(construct(guess, level, qv_nest_collect(guess->nest, level, guess->desk->pool)));
  PetscFunctionReturn(0);
}

static PetscErrorCode build(qv_guess *guess, int32_t n) {
  PetscFunctionBegin;
  PetscCall(construct(guess, 1, n));
  PetscFunctionReturn(0);
}

static PetscErrorCode insert(qv_guess *guess, int32_t e) {
  qv_nest *nest  = guess->nest;
  int32_t  level = 0;

  PetscFunctionBegin;
  if (!nest->n_levels) {
    guess->desk->pool[0] = e;
    PetscCall(build(guess, 1));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_nest_store(nest, e, nest->levels));
  for (int32_t l = nest->levels; l >= 1; l--)
    if (++nest->level[l].pending >= room(nest, l)) level = l;
  if (!level || nest->n_picks == guess->desk->k) PetscFunctionReturn(0);
  PetscCall(construct(guess, level, qv_nest_collect(nest, level, guess->desk->pool)));
  PetscCall(repair(guess));
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_guess *guess, int32_t e) {
  qv_nest      *nest  = guess->nest;
  const int32_t depth = nest->depth[e], at = qv_nest_find(nest, e, depth);

  PetscFunctionBegin;
  for (int32_t l = 1; l <= depth; l++) nest->level[l].pending -= in_buffer(guess, e, l);
  qv_nest_drop(nest, e);
  if (at < 0) PetscFunctionReturn(0);
  qv_nest_unpick(nest, at, depth);
  nest->level[depth].dead++;
  guess->desk->calls.full++;
  guess->fresh = false;
  PetscCall(repair(guess));
  PetscFunctionReturn(0);
}

/* The picks into the desk's empty prefix: are they worth what their levels say? */
static const char *verify_picks(qv_guess *guess) {
  const qv_nest *nest    = guess->nest;
  qv_prefix     *scratch = guess->desk->scratch;
  int64_t        value   = 0;
  const char    *wrong   = NULL;
  for (int32_t l = 1; l <= nest->n_levels; l++) {
    for (int64_t i = nest->level[l - 1].end; i < nest->level[l].end; i++) {
      value += qv_objective_gain(scratch, nest->pick[i]);
      nest->f->kind->push(scratch, nest->pick[i], 1);
      if (nest->depth[nest->pick[i]] != l) wrong = "a pick is not at the depth of its level";
    }
    if (value != nest->level[l].value) wrong = "the value of a prefix is wrong";
  }
  if (nest->n_levels && nest->n_levels != nest->levels) wrong = "a level is missing";
  return nest->n_ghosts ? "a guess has ghosts" : wrong;
}

/* Does nothing that adds the threshold wait in vain? All elements are asked on the desk's prefix
 * and on the guess's own, which must agree. */
static const char *verify_rest(qv_guess *guess) {
  const qv_nest *nest    = guess->nest;
  const char    *wrong   = NULL;
  int32_t        stored  = 0;
  const bool     settled = !damaged(nest) && nest->n_picks < guess->desk->k;
  for (int32_t e = 0; e < nest->f->n; e++) {
    const int64_t gain = qv_objective_gain(guess->desk->scratch, e);
    if (gain != qv_objective_gain(nest->prefix, e)) wrong = "a prefix does not hold its picks";
    stored += nest->depth[e] > 0;
    /* log-det values a second copy of a pick, so picks are no part of the question */
    const bool picked = nest->depth[e] && qv_nest_find(nest, e, nest->depth[e]) >= 0;
    if (settled && nest->depth[e] && !picked && gain >= guess->tau)
      wrong = "an element adds the threshold and is not picked";
  }
  return stored == nest->n_stored ? wrong : "the count of stored elements is wrong";
}

static const char *verify(qv_guess *guess) {
  const qv_nest *nest  = guess->nest;
  const char    *wrong = verify_picks(guess);
  if (!wrong) wrong = verify_rest(guess);
  nest->f->kind->truncate(guess->desk->scratch, 0, nest->n_picks, nest->pick);
  for (int32_t l = 1; l <= nest->n_levels; l++) {
    int64_t pending = 0;
    for (int32_t e = 0; e < nest->f->n; e++)
      pending += nest->depth[e] >= l && in_buffer(guess, e, l);
    if (pending != nest->level[l].pending) wrong = "the count of a level's buffer is wrong";
  }
  return damaged(nest) && !worth_enough(guess) ? "deletions have cost too much" : wrong;
}

static int32_t levels(const qv_desk *desk) {
  return 1 + (int32_t)ceil(log2(desk->f->n));
}

const qv_rule qv_rule_lattanzi = {.levels = levels,
                                  .fine   = true,
                                  .timed  = true,
                                  .build  = build,
                                  .insert = insert,
                                  .erase  = erase,
                                  .verify = verify};
