/* SPDX-License-Identifier: GPL-3.0-or-later
 * Levels in batches: a level takes as many random members of the most populous bucket of near-equal
 * marginals as still pass its floor with probability 1 - eps. It is built anew when more than an
 * eps share of its picks was deleted, or when as many elements have come as it was built from. */
#include <math.h>

#include "optim/submodular/guess.h"

/* Drop from desk->pool what has no marginal of tau left; returns how many remain, with gains and
 * buckets in place. Level 1 sees the empty prefix: its marginals are known. */
static PetscErrorCode filter(qv_guess *guess, int32_t n, int32_t *kept) {
  qv_desk *desk  = guess->desk;
  qv_nest *nest  = guess->nest;
  int32_t  below = nest->n_levels, stay = 0;

  PetscFunctionBegin;
  *kept = 0;
  if (nest->n_picks == desk->k) {
    for (int32_t i = 0; i < n; i++) PetscCall(qv_nest_store(nest, desk->pool[i], below));
    PetscFunctionReturn(0);
  }
  if (below) {
    qv_objective_gains(nest->prefix, n, desk->pool, desk->gain);
    desk->calls.marginal += n;
    desk->calls.physical += n;
  } else {
    for (int32_t i = 0; i < n; i++) desk->gain[i] = nest->f->single[desk->pool[i]];
  }
  for (int32_t i = 0; i < n; i++) {
    if (!qv_desk_reaches(desk, desk->gain[i], guess->tau)) {
      PetscCall(qv_nest_store(nest, desk->pool[i], below));
      continue;
    }
    desk->pool[stay]   = desk->pool[i];
    desk->gain[stay++] = desk->gain[i];
  }
  *kept = stay;
  PetscFunctionReturn(0);
}

/* The most populous bucket into desk->batch; returns its size, and its floor. */
static int32_t choose_bucket(qv_guess *guess, int32_t n, int64_t *theta) {
  qv_desk       *desk  = guess->desk;
  const int64_t *grade = guess->grade;
  int32_t        best = 0, size = 0;
  for (int32_t j = 0; j < desk->n_grades; j++) desk->crowd[j] = 0;
  for (int32_t i = 0; i < n; i++) {
    int32_t at = 0;
    for (int32_t step = 1 << 15; step; step >>= 1)
      if (at + step < desk->n_grades && grade[at + step] <= desk->gain[i]) at += step;
    desk->slot[i] = (uint16_t)at;
    desk->crowd[at]++;
  }
  for (int32_t j = 0; j < desk->n_grades; j++)
    if (desk->crowd[j] >= desk->crowd[best]) best = j;
  for (int32_t i = 0; i < n; i++)
    if (desk->slot[i] == best) desk->batch[size++] = desk->pool[i];
  *theta = grade[best];
  return size;
}

/* This rank's part of the marginal of a random member of the bucket to j others. */
static int64_t try_one(qv_guess *guess, qv_dice *dice, int32_t size, int32_t j) {
  qv_desk                 *desk  = guess->desk;
  qv_prefix               *p     = guess->nest->prefix;
  const qv_objective_kind *kind  = guess->nest->f->kind;
  const int32_t            level = guess->nest->n_levels + 1;
  int64_t                  part;
  qv_dice_deal(dice, j + 1, size, desk->batch);
  for (int32_t i = 0; i < j; i++) kind->push(p, desk->batch[i], level);
  kind->gains(p, 1, &desk->batch[j], &part);
  kind->truncate(p, level - 1, j, desk->batch);
  desk->calls.marginal++;
  desk->calls.physical += j + 1;
  return part;
}

enum { TRIALS = 64 };

/* Would the j + 1st of random members of the bucket pass, in at least 1 - eps of the trials? Ends
 * as soon as the answer is certain. As many trials as it takes to make it certain at the least are
 * one sum over the ranks. */
static bool passes(qv_guess *guess, qv_dice *dice, int32_t size, int32_t j, int64_t theta) {
  qv_desk     *desk = guess->desk;
  const double goal = (1 - desk->epsilon) * desk->trials;
  int32_t      good = 0, bad = 0;
  int64_t      gain[TRIALS];
  while (good < goal && desk->trials - bad >= goal) {
    const double  least = fmin(ceil(goal - good), floor(desk->trials - bad - goal) + 1);
    const int32_t some  = (int32_t)fmax(1, fmin(TRIALS, least));
    for (int32_t t = 0; t < some; t++) gain[t] = try_one(guess, dice, size, j);
    qv_group_sum(desk->f->group, some, gain);
    for (int32_t t = 0; t < some; t++) {
      const bool pass = qv_desk_reaches(desk, gain[t], theta);
      good += pass;
      bad += !pass;
    }
  }
  return good >= goal;
}

/* How many members of the bucket to take at once: the largest m whose last member still passes, by
 * doubling, then halving (few members are common, and cheap to try). The draws are not those of the
 * sample itself. */
static int32_t sample_count(qv_guess *guess, qv_dice *dice, int32_t size, int64_t theta) {
  const int32_t most  = PetscMin(size, guess->desk->k - guess->nest->n_picks);
  int32_t       lower = 1, upper = most;
  for (int32_t m = 2; lower < upper && m / 2 < most; m *= 2) {
    const int32_t tried = PetscMin(m, most);
    if (passes(guess, dice, size, tried - 1, theta)) {
      lower = tried;
    } else {
      upper = tried - 1;
      break;
    }
  }
  while (lower < upper) {
    const int32_t middle = (lower + upper + 1) / 2;
    if (passes(guess, dice, size, middle - 1, theta))
      lower = middle;
    else
      upper = middle - 1;
  }
  return lower;
}

/* Take m random members of the bucket that still pass the floor, each after those before it. */
static void take(qv_guess *guess, qv_dice *dice, int32_t m, int32_t size, int64_t theta) {
  qv_desk *desk = guess->desk;
  qv_dice_deal(dice, m, size, desk->batch);
  qv_block block = qv_block_of(guess->nest->prefix, m, desk->batch, &desk->calls.speculative);
  for (int32_t i = 0; i < m; i++) {
    const int64_t gain = qv_block_ask(&block, i, theta);
    desk->calls.physical++;
    desk->calls.marginal += i > 0; /* the first one's is known from the filter */
    if (!qv_desk_reaches(desk, gain, theta)) continue;
    qv_nest_pick(guess->nest, desk->batch[i], gain);
    qv_block_grow(&block);
  }
}

/* Build levels from the one above the last on, from the n elements of desk->pool. */
static PetscErrorCode build(qv_guess *guess, int32_t n) {
  qv_desk *desk = guess->desk;
  qv_nest *nest = guess->nest;
  qv_dice  dice = qv_dice_for(desk->stream, desk->update, guess->g);
  int64_t  theta;

  PetscFunctionBegin;
  guess->fresh = false;
  for (;;) {
    PetscCall(filter(guess, n, &n));
    if (!n) break;
    const int32_t size = choose_bucket(guess, n, &theta);
    const int32_t m    = sample_count(guess, &dice, size, theta);
    qv_nest_open(nest, theta, n);
    take(guess, &dice, m, size, theta);
    for (int64_t i = nest->level[nest->n_levels - 1].end; i < nest->n_picks; i++)
      PetscCall(qv_nest_store(nest, nest->pick[i], nest->n_levels));
    int32_t rest = 0;
    for (int32_t i = 0; i < n; i++)
      if (!nest->depth[desk->pool[i]]) desk->pool[rest++] = desk->pool[i];
    n = rest;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode rebuild(qv_guess *guess, int32_t level) {
  PetscFunctionBegin;
  PetscCall(build(guess, qv_nest_collect(guess->nest, level, guess->desk->pool)));
  PetscFunctionReturn(0);
}

/* A deleted pick that is a part of the prefix still comes back to its place. */
static PetscErrorCode revive(qv_guess *guess, int32_t e, int32_t at, int32_t level) {
  PetscFunctionBegin;
  guess->nest->ghost[at] = 0;
  guess->nest->n_ghosts--;
  guess->nest->level[level].dead--;
  guess->fresh = false;
  PetscCall(qv_nest_store(guess->nest, e, level));
  PetscFunctionReturn(0);
}

static PetscErrorCode insert(qv_guess *guess, int32_t e) {
  qv_nest      *nest = guess->nest;
  int32_t       level;
  const int32_t at = qv_nest_find_ghost(nest, e, &level);

  PetscFunctionBegin;
  if (at >= 0) {
    PetscCall(revive(guess, e, at, level));
    PetscFunctionReturn(0);
  }
  const bool    full  = nest->n_picks == guess->desk->k;
  const int32_t depth = qv_guess_depth(guess, e, 1, full ? nest->n_levels - 1 : nest->n_levels);
  if (depth > nest->n_levels) {
    guess->desk->pool[0] = e;
    PetscCall(build(guess, 1));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_nest_store(nest, e, depth));
  for (int32_t i = 1; i <= depth; i++) nest->level[i].pending++;
  for (int32_t i = 1; i <= depth; i++)
    if (nest->level[i].pending >= nest->level[i].built) {
      PetscCall(rebuild(guess, i));
      break;
    }
  PetscFunctionReturn(0);
}

static PetscErrorCode erase(qv_guess *guess, int32_t e) {
  qv_nest      *nest  = guess->nest;
  const int32_t level = nest->depth[e], at = qv_nest_find(nest, e, level);

  PetscFunctionBegin;
  qv_nest_drop(nest, e);
  if (at < 0) PetscFunctionReturn(0);
  qv_level *l     = &nest->level[level];
  nest->ghost[at] = 1;
  nest->n_ghosts++;
  l->dead++;
  guess->fresh        = false;
  const int64_t picks = l->end - nest->level[level - 1].end;
  if ((double)l->dead > guess->desk->epsilon * (double)picks) PetscCall(rebuild(guess, level));
  PetscFunctionReturn(0);
}

/* Do the ghosts, the deaths and the values of all levels agree? */
static const char *verify_picks(qv_guess *guess) {
  const qv_nest *nest   = guess->nest;
  int32_t        ghosts = 0;
  for (int32_t l = 1; l <= nest->n_levels; l++) {
    const qv_level *level = &nest->level[l];
    int64_t         dead  = 0;
    if (level->end <= nest->level[l - 1].end) return "a level has no picks";
    for (int64_t i = nest->level[l - 1].end; i < level->end; i++) {
      if (nest->depth[nest->pick[i]] != (nest->ghost[i] ? 0 : l))
        return "a pick is not at the depth of its level, or a ghost is stored";
      dead += nest->ghost[i];
    }
    const double picks = (double)(level->end - nest->level[l - 1].end);
    if (dead != level->dead) return "the count of a level's deleted picks is wrong";
    if ((double)dead > guess->desk->epsilon * picks) return "a level has lost too many picks";
    if (level->pending >= PetscMax(1, level->built)) return "a level has too many new elements";
    if (level->theta < guess->tau) return "a level's floor is below the threshold";
    ghosts += (int32_t)dead;
  }
  return ghosts == nest->n_ghosts ? NULL : "the count of ghosts is wrong";
}

/* Was every pick worth its level's floor, and less than one bucket more? */
static const char *verify_gains(qv_guess *guess) {
  qv_nest    *nest    = guess->nest;
  qv_prefix  *scratch = guess->desk->scratch;
  int64_t     value   = 0;
  const char *wrong   = NULL;
  for (int32_t l = 1; l <= nest->n_levels; l++) {
    const double theta = (double)nest->level[l].theta;
    for (int64_t i = nest->level[l - 1].end; i < nest->level[l].end; i++) {
      const int64_t gain = qv_objective_gain(scratch, nest->pick[i]);
      nest->f->kind->push(scratch, nest->pick[i], l);
      value += gain;
      if (!qv_desk_reaches(guess->desk, gain, nest->level[l].theta))
        wrong = "a pick is worth less than its level's floor";
      if ((double)gain > 1 + theta * (1 + guess->desk->epsilon) * (1 + 1e-12))
        wrong = "a pick is worth more than its level's bucket";
    }
    if (value != nest->level[l].value) wrong = "the value of a prefix is wrong";
  }
  nest->f->kind->truncate(scratch, 0, nest->n_picks, nest->pick);
  return wrong;
}

static const char *verify(qv_guess *guess) {
  const char *wrong = verify_picks(guess);
  if (!wrong) wrong = verify_gains(guess);
  return wrong ? wrong : qv_guess_verify_depths(guess);
}

const qv_rule qv_rule_batched = {
  .build = build, .insert = insert, .erase = erase, .verify = verify};
