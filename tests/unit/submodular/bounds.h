/* SPDX-License-Identifier: GPL-3.0-or-later
 * Engines against brute force, step by step. */
#pragma once
#include <math.h>

#include "optim/submodular/adversary.h"
#include "tests/unit/submodular/trial.h"

/* The engines in the order of engines.def. */
enum {
  BATCHED,
  SAMPLED,
  LAZY,
  GREEDY,
  BRUTE,
  LATTANZI,
  SIEVE,
  SIEVE_PP,
  STOCHASTIC,
  THRESHOLD,
  PORTFOLIO
};

/* The share of the optimum that an engine promises at every step. */
static double promise(int engine, double eps) {
  switch (engine) {
    case BATCHED:
      return 0.5 * (1 - eps) * (1 - eps) / (1 + eps);
    case SAMPLED:
    case LATTANZI:
    case SIEVE:
    case SIEVE_PP:
    case PORTFOLIO: /* of two with this promise, and better ones */
      return 0.5 * (1 - eps);
    case THRESHOLD:
      return fmax(0, 1 - exp(-1) - eps);
    case STOCHASTIC: /* in expectation only: see test_methods.c */
      return 0;
    case BRUTE:
      return 1;
    default:
      return 1 - exp(-1);
  }
}

typedef struct {
  trial      t;
  qv_ground  ground;
  qv_engine *engine;
  qv_greedy *greedy;
  qv_summary summary;
  uint32_t   live;
  double     share, worst; /* promised; smallest seen */
  bool       hunted;       /* every other step deletes an element of the summary */
} match;

static PetscErrorCode match_begin(match *m, qv_dice *dice, trial_maker make, int engine, int n,
                                  const qv_group *group) {
  static const double epsilons[] = {0.1, 0.2, 0.3, 0.5};
  const double        eps        = epsilons[qv_dice_below(dice, 4)];

  static int members[] = {SAMPLED, THRESHOLD, BATCHED, SIEVE};

  PetscFunctionBegin;
  memset(m, 0, sizeof *m);
  m->t.group = group;
  PetscCall(trial_create(dice, make, n, &m->t));
  PetscCall(PetscCalloc1(n, &m->ground.live));
  PetscCall(PetscMalloc1(m->t.k + 1, &m->summary.e));
  const qv_plan plan = {.f         = m->t.f,
                        .ground    = &m->ground,
                        .k         = m->t.k,
                        .epsilon   = eps,
                        .trials    = (int64_t)ceil(4 / eps),
                        .dormant   = qv_dice_below(dice, 3) > 0,
                        .probe     = 1 + qv_dice_below(dice, 40),
                        .period    = 1,
                        .seed      = qv_dice_word(dice),
                        .group     = group ? group->index : 0,
                        .groups    = group ? group->count : 1,
                        .n_members = 4,
                        .member    = members};
  m->share           = promise(engine, eps);
  m->worst           = 1;
  PetscCall(qv_engines[engine]->create(&plan, &m->engine));
  PetscCall(qv_greedy_create(m->t.f, &m->ground, m->t.k, &m->greedy));
  PetscFunctionReturn(0);
}

static PetscErrorCode match_end(match *m) {
  PetscFunctionBegin;
  PetscCall(m->engine->kind->destroy(&m->engine));
  PetscCall(qv_greedy_destroy(&m->greedy));
  PetscCall(PetscFree(m->ground.live));
  PetscCall(PetscFree(m->summary.e));
  PetscCall(trial_destroy(&m->t));
  PetscFunctionReturn(0);
}

/* Turn one element: mostly at random, sometimes one of the summary (an adaptive adversary: the
 * value is promised all the same). */
static PetscErrorCode match_step(match *m, qv_dice *dice, int64_t update, double wanted) {
  int e = (int)qv_dice_below(dice, (uint32_t)m->t.n);

  PetscFunctionBegin;
  if (m->hunted)
    e = m->ground.n_live && update % 2 ? qv_adversary_hit(&m->ground, m->t.n, &m->summary, dice)
                                       : PetscMax(0, qv_adversary_renew(&m->ground, m->t.n, dice));
  else if (m->summary.n && !qv_dice_below(dice, 4))
    e = m->summary.e[qv_dice_below(dice, (uint32_t)m->summary.n)];
  else
    for (int tries = 0; tries < 8 && (m->live >> e & 1) != (dice_real(dice) > wanted); tries++)
      e = (int)qv_dice_below(dice, (uint32_t)m->t.n);
  const bool insert = !(m->live >> e & 1);
  m->live ^= 1u << e;
  m->ground.live[e] = insert;
  m->ground.n_live += insert ? 1 : -1;
  PetscCall(insert ? m->engine->kind->insert(m->engine, update, e)
                   : m->engine->kind->erase(m->engine, update, e));
  PetscFunctionReturn(0);
}

static bool near(double a, double b, double scale) {
  return fabs(a - b) <= 1e-9 * scale;
}

/* Everything that is promised of the state after a step. */
static inline PetscErrorCode match_judge(match *m) {
  const double quantum = m->t.f->quantum, most = m->t.table[(1u << m->t.n) - 1];
  const double optimum = trial_optimum(&m->t, m->live);
  const char  *wrong;
  int64_t      asked = 0;

  PetscFunctionBegin;
  PetscCall(m->engine->kind->best(m->engine, &m->summary));
  const uint32_t set   = mask_of(&m->summary);
  const double   value = (double)m->summary.value * quantum;
  EXPECT(m->summary.n <= m->t.k);
  EXPECT_INT(__builtin_popcount(set), m->summary.n);
  EXPECT_INT(set & ~m->live, 0);
  EXPECT(near(value, m->t.table[set], most));
  if (value < m->share * optimum - 1e-9 * most)
    qv_test_fail(__FILE__, __LINE__, "value %g is below %g of the optimum %g", value, m->share,
                 optimum);
  if (optimum > 0) m->worst = fmin(m->worst, value / optimum);
  PetscCall(m->engine->kind->verify(m->engine, &wrong));
  if (wrong) qv_test_fail(__FILE__, __LINE__, "%s", wrong);
  const double bound = (double)qv_greedy_bound(m->greedy, &m->summary, &asked) * quantum;
  EXPECT(bound >= optimum - 1e-9 * most);
  qv_greedy_fill(m->greedy, &m->summary, &asked);
  EXPECT(m->summary.n <= m->t.k && !(mask_of(&m->summary) & ~m->live));
  EXPECT((double)m->summary.value * quantum >= value - 1e-9 * most);
  EXPECT(near((double)m->summary.value * quantum, m->t.table[mask_of(&m->summary)], most));
  PetscFunctionReturn(0);
}

enum { HUNTED = 1000 }; /* seeds from here on play against the adversary who looks */

/* `steps` steps of one engine on instances of one kind; *worst is the smallest share of the
 * optimum. */
static PetscErrorCode play(trial_maker make, int engine, int64_t steps, uint64_t seed,
                           double *worst) {
  const bool hunted = seed >= HUNTED;
  qv_dice    dice   = qv_dice_for(qv_stream_named(seed, "bounds"), engine, 0);

  PetscFunctionBegin;
  *worst = 1;
  for (int64_t done = 0; done < steps;) {
    match         m;
    const int     n    = 4 + (int)qv_dice_below(&dice, engine == BRUTE ? 6 : TRIAL_N - 3);
    const int64_t some = 30 + qv_dice_below(&dice, 120);
    PetscCall(match_begin(&m, &dice, make, engine, n, NULL));
    m.hunted           = hunted;
    const int32_t full = hunted ? (int32_t)qv_dice_below(&dice, (uint32_t)n) : 0;
    for (int64_t u = 1; u <= full; u++) PetscCall(match_step(&m, &dice, 2 * u, 1));
    for (int64_t u = 2 * full + 1; u <= some; u++) {
      PetscCall(match_step(&m, &dice, u, u % 60 < 30 ? 0.75 : 0.35));
      PetscCall(match_judge(&m));
    }
    done += some;
    *worst = fmin(*worst, m.worst);
    PetscCall(match_end(&m));
  }
  PetscFunctionReturn(0);
}

static const struct {
  const char *name;
  trial_maker make;
} kinds[] = {{"coverage", draw_unweighted},          {"weighted coverage", draw_weighted},
             {"facility location", draw_facility},   {"log-det", draw_logdet},
             {"saturated features", draw_saturated}, {"nearest neighbours", draw_nearest}};

static inline PetscErrorCode play_all(int engine, int64_t steps, uint64_t seed) {
  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    double worst;
    PetscCall(play(kinds[i].make, engine, steps, seed + i, &worst));
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "# %s, %s: worst share of the optimum %.3f\n",
                          qv_engine_words[engine].word, kinds[i].name, worst));
  }
  PetscFunctionReturn(0);
}
