/* SPDX-License-Identifier: GPL-3.0-or-later
 * The nested levels of one guess: picks in groups, one group a level, and for every stored element
 * how deep it reaches.
 *
 * R_1 ⊇ R_2 ⊇ … ⊇ R_T are the elements that levels choose from; since they are nested, an element's
 * depth z(e) = max{i : e in R_i} says all, and memory is O(elements) instead of O(levels elements).
 * A bucket lists the elements of one depth in the order in which they were stored; entries become
 * stale when an element leaves and are passed over later. */
#pragma once
#include "optim/submodular/objective.h"

typedef struct {
  int32_t  n, capacity;
  int32_t *e;
} qv_bucket;

/* What the engines keep of a level. */
typedef struct {
  int64_t end;     /* picks [end of the level below, end) are this level's */
  int64_t value;   /* f(I_l), ghosts included */
  int64_t theta;   /* every pick was worth at least this when it was made */
  int64_t built;   /* |R_l| when the level was built; lattanzi: the update that built it */
  int64_t dead;    /* picks that were deleted since */
  int64_t pending; /* insertions that reached the level since */
} qv_level;

typedef struct {
  const qv_objective *f;
  int32_t             k;
  int32_t             levels; /* at most */
  bool                fine;   /* in the prefix every pick is a level of its own */
  qv_prefix          *prefix;
  int32_t             n_levels; /* T */
  int32_t             n_picks, n_ghosts, n_stored;
  int32_t            *pick;   /* [k + 1] in order */
  uint8_t            *ghost;  /* [k + 1] 1: deleted, but still a part of the prefix */
  qv_level           *level;  /* [levels + 2], level[0] is the empty prefix */
  uint16_t           *depth;  /* [n] z(e), 0: not stored */
  qv_bucket          *bucket; /* [levels + 2] by depth */
  int32_t            *count;  /* [levels + 2] elements of each depth */
} qv_nest;

PetscErrorCode qv_nest_create(const qv_objective *f, int32_t k, int32_t levels, qv_nest **nest);
PetscErrorCode qv_nest_destroy(qv_nest **nest);

/* Store e, which is not stored, with a depth in 1 … levels. */
PetscErrorCode qv_nest_store(qv_nest *nest, int32_t e, int32_t depth);
/* Forget a stored element; its place among the picks, if any, stays. */
void qv_nest_drop(qv_nest *nest, int32_t e);

/* Take all elements of R_level out, in the order of buckets, and cut the levels from `level` on,
 * with their ghosts. Returns their number. */
int32_t qv_nest_collect(qv_nest *nest, int32_t level, int32_t *e);

/* Open the level above the last: empty, then grown by picks with their marginal. */
void qv_nest_open(qv_nest *nest, int64_t theta, int64_t built);
void qv_nest_pick(qv_nest *nest, int32_t e, int64_t gain);

/* Take the pick at place `at`, one of `level`'s, out of a fine nest without ghosts; the values of
 * this level and of those above are computed anew. */
void qv_nest_unpick(qv_nest *nest, int32_t at, int32_t level);

/* The place of e among the picks of a level, or -1. */
int32_t qv_nest_find(const qv_nest *nest, int32_t e, int32_t level);
/* The place of e among the ghosts, or -1, and its level. */
int32_t qv_nest_find_ghost(const qv_nest *nest, int32_t e, int32_t *level);

/* |R_level|. */
int64_t qv_nest_reach(const qv_nest *nest, int32_t level);

/* The live picks in order; returns their number. */
int32_t qv_nest_output(const qv_nest *nest, int32_t *e);
