/* SPDX-License-Identifier: GPL-3.0-or-later
 * A monotone submodular function over elements 0 … n-1, and its marginals.
 *
 * Values are whole multiples of a quantum (a power of two) in int64, so that they depend neither on
 * the order of adding nor on the ranks, and a comparison with a threshold is the same everywhere.
 * The ranks of a group may hold parts of the rows that values are sums over: items, clients,
 * features. They ask for the same marginals in the same order.
 */
#pragma once
#include <stdbool.h>

#include "optim/submodular/group.h"

typedef struct qv_objective qv_objective;

enum { QV_DEPTHS = 64 };

/* What an objective keeps for one chain of prefixes {} = I_0 ⊂ I_1 ⊂ … ⊂ I_T: level l holds the
 * elements that were pushed with it. An objective puts this at the head of its own struct. */
typedef struct {
  const qv_objective *f;
  int64_t             touched; /* items, rows or flops that marginals have read on this rank */
  int64_t             close;   /* depths that only the band of the objective has let through */
} qv_prefix;

typedef struct {
  PetscErrorCode (*prefix_create)(const qv_objective *f, int32_t k, qv_prefix **prefix);
  PetscErrorCode (*prefix_destroy)(qv_prefix **prefix);
  /* This rank's part of f(e | I_T) for n elements: the group's sum is the marginal. */
  void (*gains)(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *gain);
  /* The largest i <= top with f(e | I_i) >= qv_objective_least(f, tau), all prefixes in one pass;
   * -1: none. Collective in the group, with the same answer on its ranks. */
  int32_t (*depth)(qv_prefix *prefix, int32_t e, int32_t top, int64_t tau);
  /* Optional: the same for n <= QV_DEPTHS elements at once, with fewer sums over ranks. depth[i] is
   * the top to begin with. */
  void (*depths)(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t tau, int32_t *depth);
  /* Add e with a level >= all before, at most k + 1 elements in all. */
  void (*push)(qv_prefix *prefix, int32_t e, int32_t level);
  /* Forget all levels above `level`: the n elements `e`, in the order of their pushes. */
  void (*truncate)(qv_prefix *prefix, int32_t level, int32_t n, const int32_t *e);
  PetscErrorCode (*destroy)(void *data);
} qv_objective_kind;

struct qv_objective {
  const qv_objective_kind *kind;
  const qv_group          *group; /* whose ranks share the rows; borrowed, never NULL */
  int32_t                  n;
  double                   quantum; /* f = integer * quantum */
  double                   band;    /* 0; of a rounded objective, see qv_objective_least */
  void                    *data;
  int64_t                 *single; /* [n] f({e}) */
  int32_t                 *order;  /* [n] by f({e}), largest first, then by e */
};

/* Take over `data`, compute all singletons and their order: the same on all ranks. The group is
 * borrowed; NULL: every rank holds all rows. Collective in the group. */
PetscErrorCode qv_objective_create(const qv_group *group, const qv_objective_kind *kind, int32_t n,
                                   double quantum, void *data, qv_objective **f);
PetscErrorCode qv_objective_destroy(qv_objective **f);

/* The quantum for n addends of at most `largest` each: their sum is at most 2^62, but for their
 * rounding; at least 2^-1000. Pure. */
double qv_objective_quantum(int64_t n, double largest);

/* The same, and every addend is below 2^52, so that doubles hold it. Pure. */
double qv_objective_quantum_real(int64_t n, double largest);

/* The band of objectives whose marginals depend, in their last digits, on the order of pushes. */
#define QV_OBJECTIVE_BAND 0x1p-40

/* The least marginal that is taken to reach a threshold: the threshold itself, or less by the band,
 * as a share, so that the order of the elements below does not decide a tie. Pure. */
static inline int64_t qv_objective_least(const qv_objective *f, int64_t tau) {
  return tau - (int64_t)(f->band * (double)tau);
}

/* f(e | I_T) of n elements. Collective in the group, as all that follows. */
static inline void qv_objective_gains(qv_prefix *prefix, int32_t n, const int32_t *e,
                                      int64_t *gain) {
  prefix->f->kind->gains(prefix, n, e, gain);
  qv_group_sum(prefix->f->group, n, gain);
}

/* f(e | I_T) of one element. */
static inline int64_t qv_objective_gain(qv_prefix *prefix, int32_t e) {
  int64_t gain;
  qv_objective_gains(prefix, 1, &e, &gain);
  return gain;
}

/* Push n elements with level 1, and tell what each adds to those before it. */
void qv_objective_chain(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *gain);

/* f of n <= k + 1 elements; `scratch` is an empty prefix and is empty again after. */
int64_t qv_objective_value(qv_prefix *scratch, int32_t n, const int32_t *e);
