/* SPDX-License-Identifier: GPL-3.0-or-later
 * One guess of the optimum, and what the guesses of a group share. */
#pragma once
#include "optim/submodular/arrivals.h"
#include "optim/submodular/block.h"
#include "optim/submodular/dice.h"
#include "optim/submodular/nest.h"
#include "optim/submodular/words.h"

/* How often the objective was asked. A marginal f(e | A) counts once; a whole-set value once. */
typedef struct {
  int64_t marginal;    /* in the value-oracle model: a binary search is charged as one */
  int64_t physical;    /* marginals, or all prefixes of one element, that were really computed */
  int64_t full;        /* values of whole sets */
  int64_t touched;     /* items, rows or flops that marginals have read */
  int64_t restored;    /* pushes that rebuilt prefixes after a restart */
  int64_t close;       /* marginals that reached a threshold only by the band of the objective */
  int64_t speculative; /* marginals asked ahead in vain, beside all of these */
} qv_calls;

/* What the guesses of a group share: the deck's choices, counters, and room to work in. */
typedef struct {
  const qv_objective *f;
  int32_t             k;
  double              epsilon;
  int32_t             trials;   /* of SAMPLE_COUNT */
  int32_t             levels;   /* of a nest at most; k unless set */
  bool                fine;     /* in the prefix of a nest every pick is a level of its own */
  qv_arrivals        *arrivals; /* borrowed; NULL unless the rule is timed */
  qv_stream           stream;
  int64_t             update; /* number of the current update, from 1 */
  qv_calls            calls;
  qv_prefix          *scratch; /* empty between uses */
  int32_t            *pool;    /* [n] the elements that a build deals out */
  int32_t            *batch;   /* [n] the most populous bucket */
  int64_t            *gain;    /* [n] */
  uint16_t           *slot;    /* [n] bucket of each gain */
  int32_t             n_grades;
  int32_t            *crowd; /* [n_grades] elements a bucket */
} qv_desk;

PetscErrorCode qv_desk_create(const qv_objective *f, int32_t k, double epsilon, qv_desk **desk);
PetscErrorCode qv_desk_destroy(qv_desk **desk);

/* Is a marginal worth a threshold? */
static inline bool qv_desk_reaches(qv_desk *desk, int64_t gain, int64_t tau) {
  if (gain >= tau) return true;
  if (gain < qv_objective_least(desk->f, tau)) return false;
  desk->calls.close++;
  return true;
}

typedef struct {
  qv_desk *desk; /* borrowed */
  int32_t  g;    /* the exponent */
  int64_t  tau;
  int64_t *grade; /* [n_grades] tau (1 + eps)^j, rounded up */
  qv_nest *nest;
  bool     awake; /* asleep, nothing is stored */
  int64_t  debt;  /* marginals that its last wake cost */
  int64_t  rent;  /* marginals since then while it could not have the best answer */
  bool     fresh; /* `value` is f of the live picks */
  int64_t  value;
} qv_guess;

PetscErrorCode qv_guess_create(qv_desk *desk, int32_t g, int64_t tau, qv_guess **guess);
PetscErrorCode qv_guess_destroy(qv_guess **guess);

/* How an engine keeps a guess. All elements handed over have f({e}) >= tau. */
typedef struct {
  int32_t (*levels)(const qv_desk *desk); /* of a nest at most; NULL: k */
  bool fine;                              /* see qv_nest */
  bool timed;                             /* asks desk->arrivals; is built in their order */
  /* From nothing, with n live elements in desk->pool. */
  PetscErrorCode (*build)(qv_guess *guess, int32_t n);
  PetscErrorCode (*insert)(qv_guess *guess, int32_t e);
  PetscErrorCode (*erase)(qv_guess *guess, int32_t e);
  /* Are all invariants true, computed anew? NULL when they are, else a sentence. */
  const char *(*verify)(qv_guess *guess);
} qv_rule;

extern const qv_rule qv_rule_batched, qv_rule_sampled, qv_rule_sieve, qv_rule_lattanzi;

/* z(e): the largest level that e, with f({e}) >= tau, may reach: f(e | I_(z-1)) >= tau and z <= k,
 * all prefixes up to level `last` taken into account. Charged as the binary search that a model
 * would do over levels first … last + 1, the first of which is known to be reached. */
int32_t qv_guess_depth(qv_guess *guess, int32_t e, int32_t first, int32_t last);

/* The same for n elements, each with a `last` of its own, which its depth takes the place of. */
void qv_guess_depths(qv_guess *guess, int32_t first, int32_t n, const int32_t *e, int32_t *last);

/* f of the live picks. */
int64_t qv_guess_value(qv_guess *guess);

/* Is every stored element as deep as the prefixes say? NULL, or a sentence. */
const char *qv_guess_verify_depths(qv_guess *guess);

/* All of an awake guess that a restart needs, and back: prefixes are rebuilt by pushing the picks.
 */
PetscErrorCode qv_guess_pack(const qv_guess *guess, qv_words *words);
PetscErrorCode qv_guess_unpack(qv_guess *guess, const int64_t *word);
