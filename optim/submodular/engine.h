/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an engine offers: a summary of at most k live elements, kept under insertions and deletions.
 */
#pragma once
#include "optim/submodular/guess.h"
#include "optim/submodular/ladder.h"
#include "solvers/deck/key.h"

enum { QV_PORTFOLIO = 16 }; /* members at most */

/* The live elements, known to all engines. */
typedef struct {
  int32_t  n_live;
  uint8_t *live; /* [n] 0 or 1 */
} qv_ground;

/* What an engine is made from. Borrowed things outlive it. */
typedef struct {
  const qv_objective *f;
  const qv_ground    *ground;
  int32_t             k;
  double              epsilon;
  int64_t             trials;  /* 0: as many as the proof needs */
  bool                dormant; /* guesses sleep while they cannot be the optimum's */
  int64_t  probe;  /* engines with guesses: bound the optimum anew every so many updates */
  int64_t  period; /* recomputing engines: every so many updates */
  uint64_t seed;
  int      group, groups; /* an engine may keep a part of its work in each group of ranks; all ranks
                             of a group do the same, and count the same */
  int  n_members;         /* portfolio: engines side by side, */
  int *member;            /* indices into qv_engines; borrowed while the engine is made */
} qv_plan;

/* A summary: elements in the order of choice. */
typedef struct {
  int64_t  value;
  int32_t  source; /* the guess it comes from; ties go to the smallest */
  int32_t  n;
  int32_t *e; /* [k] */
} qv_summary;

typedef struct qv_engine qv_engine;

/* How an engine asks for marginals. */
typedef enum {
  QV_ASKS_BY_GUESS, /* for many guesses, which ranks can share instead of rows */
  QV_ASKS_ONE_BY_ONE,
  QV_ASKS_IN_BATCHES
} qv_asking;

typedef struct {
  qv_asking asking;
  PetscErrorCode (*create)(const qv_plan *plan, qv_engine **engine);
  PetscErrorCode (*destroy)(qv_engine **engine);
  /* Update number `update`, from 1: e is in the ground set, or out of it, already. */
  PetscErrorCode (*insert)(qv_engine *engine, int64_t update, int32_t e);
  PetscErrorCode (*erase)(qv_engine *engine, int64_t update, int32_t e);
  /* The best of this group; n = 0 and value 0 when it has none. */
  PetscErrorCode (*best)(qv_engine *engine, qv_summary *summary);
  /* Add all elements that this group has picked for any summary; some may come twice. */
  PetscErrorCode (*picks)(qv_engine *engine, qv_words *words);
  /* What was counted since the last time. */
  void (*take_calls)(qv_engine *engine, qv_calls *calls);
  /* Add all that a restart needs from this group to words: blocks of (key, length, words), keys
   * different in all groups. */
  PetscErrorCode (*freeze)(qv_engine *engine, qv_words *words);
  /* The other way, with a new engine over the ground set as it was saved: first recount, then every
   * block; those of other groups are passed over. */
  PetscErrorCode (*recount)(qv_engine *engine);
  PetscErrorCode (*thaw)(qv_engine *engine, int64_t key, int64_t n, const int64_t *word);
  /* NULL, or what is wrong. */
  PetscErrorCode (*verify)(qv_engine *engine, const char **wrong);
} qv_engine_kind;

/* The kind qv_engine_NAME of a file that names its functions as the members above, and that which
 * creates create_NAME. */
#define QV_ENGINE_KIND(NAME, ASKING)                                    \
  const qv_engine_kind qv_engine_##NAME = {.asking     = ASKING,        \
                                           .create     = create_##NAME, \
                                           .destroy    = destroy,       \
                                           .insert     = insert,        \
                                           .erase      = erase,         \
                                           .best       = best,          \
                                           .picks      = picks,         \
                                           .take_calls = take_calls,    \
                                           .freeze     = freeze,        \
                                           .recount    = recount,       \
                                           .thaw       = thaw,          \
                                           .verify     = verify}

/* The head of every engine's own struct. */
struct qv_engine {
  const qv_engine_kind *kind;
  qv_plan               plan;
  qv_desk              *desk; /* its counters are the engine's */
};

extern const qv_choice             qv_engine_words[];
extern const qv_engine_kind *const qv_engines[]; /* in the order of the words */
