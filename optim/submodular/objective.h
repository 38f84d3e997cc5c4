/* SPDX-License-Identifier: GPL-3.0-or-later
 * A monotone submodular function over elements 0 … n-1, and its marginals.
 *
 * Values are whole multiples of a quantum (a power of two) in int64, so that they depend neither on
 * the order of adding nor on the ranks, and a comparison with a threshold is the same everywhere.
 */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct qv_objective qv_objective;

/* What an objective keeps for one chain of prefixes {} = I_0 ⊂ I_1 ⊂ … ⊂ I_T: level l holds the
 * elements that were pushed with it. An objective puts this at the head of its own struct. */
typedef struct {
  const qv_objective *f;
  int64_t             touched; /* items, rows or flops that marginals have read */
  int64_t             close;   /* depths that only the band of the objective has let through */
} qv_prefix;

typedef struct {
  PetscErrorCode (*prefix_create)(const qv_objective *f, int32_t k, qv_prefix **prefix);
  PetscErrorCode (*prefix_destroy)(qv_prefix **prefix);
  /* f(e | I_T) for n elements. */
  void (*gains)(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *gain);
  /* The largest i <= top with f(e | I_i) >= qv_objective_least(f, tau), all prefixes in one pass;
   * -1: none. */
  int32_t (*depth)(qv_prefix *prefix, int32_t e, int32_t top, int64_t tau);
  /* Add e with a level >= all before, at most k + 1 elements in all. */
  void (*push)(qv_prefix *prefix, int32_t e, int32_t level);
  /* Forget all levels above `level`: the n elements `e`, in the order of their pushes. */
  void (*truncate)(qv_prefix *prefix, int32_t level, int32_t n, const int32_t *e);
  PetscErrorCode (*destroy)(void *data);
} qv_objective_kind;

struct qv_objective {
  const qv_objective_kind *kind;
  int32_t                  n;
  double                   quantum; /* f = integer * quantum */
  double                   band;    /* 0; of a rounded objective, see qv_objective_least */
  void                    *data;
  int64_t                 *single; /* [n] f({e}) */
  int32_t                 *order;  /* [n] by f({e}), largest first, then by e */
};

/* Take over `data`, compute all singletons and their order. Not collective: equal data give equal
 * objectives on all ranks. */
PetscErrorCode qv_objective_create(const qv_objective_kind *kind, int32_t n, double quantum,
                                   void *data, qv_objective **f);
PetscErrorCode qv_objective_destroy(qv_objective **f);

/* The quantum for n addends of at most `largest` each: their sum is at most 2^62, but for their
 * rounding; at least 2^-1000. Pure. */
double qv_objective_quantum(int64_t n, double largest);

/* The band of objectives whose marginals depend, in their last digits, on the order of pushes. */
#define QV_OBJECTIVE_BAND 0x1p-40

/* The least marginal that is taken to reach a threshold: the threshold itself, or less by the band,
 * as a share, so that the order of the elements below does not decide a tie. Pure. */
static inline int64_t qv_objective_least(const qv_objective *f, int64_t tau) {
  return tau - (int64_t)(f->band * (double)tau);
}

/* f(e | I_T) of one element. */
static inline int64_t qv_objective_gain(qv_prefix *prefix, int32_t e) {
  int64_t gain;
  prefix->f->kind->gains(prefix, 1, &e, &gain);
  return gain;
}

/* f of n <= k + 1 elements; `scratch` is an empty prefix and is empty again after. */
int64_t qv_objective_value(qv_prefix *scratch, int32_t n, const int32_t *e);
