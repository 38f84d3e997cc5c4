/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3,4 labels=fast timeout=120
 * Ranks in groups that share rows, against one rank that holds all: marginals, depths, and what
 * every engine answers and counts after every update. */
#include "tests/unit/submodular/bounds.h"

/* The rows of all objectives, those of one rank side by side with those of a group. */
static PetscErrorCode prefixes(const qv_group *group, trial_maker make, int i) {
  const int  n     = 12;
  trial      whole = {0}, parts = {.group = group};
  qv_dice    dice = qv_dice_for(qv_stream_named(5, "group"), i, 0), same = dice;
  int32_t    e[12], order[12];
  int64_t    want[12], got[12];
  qv_prefix *p, *q;

  PetscFunctionBegin;
  PetscCall(trial_create(&dice, make, n, &whole));
  PetscCall(trial_create(&same, make, n, &parts));
  EXPECT(whole.f->quantum == parts.f->quantum);
  PetscCall(whole.f->kind->prefix_create(whole.f, 8, &p));
  PetscCall(parts.f->kind->prefix_create(parts.f, 8, &q));
  for (int32_t x = 0; x < n; x++) {
    e[x] = order[x] = x;
    EXPECT_INT(parts.f->single[x], whole.f->single[x]);
    EXPECT_INT(parts.f->order[x], whole.f->order[x]);
  }
  qv_dice_deal(&dice, 8, n, order);
  for (int32_t l = 1; l <= 4; l++) {
    for (int32_t j = 2 * l - 2; j < 2 * l; j++) {
      p->f->kind->push(p, order[j], l);
      q->f->kind->push(q, order[j], l);
    }
    qv_objective_gains(p, n, e, want);
    qv_objective_gains(q, n, e, got);
    if (q->f->kind->depths) {
      int32_t depth[12];
      for (int32_t x = 0; x < n; x++) depth[x] = x % (l + 1);
      q->f->kind->depths(q, n, e, PetscMax(1, whole.f->single[order[0]] / 2), depth);
      for (int32_t x = 0; x < n; x++)
        EXPECT_INT(depth[x], p->f->kind->depth(p, x, x % (l + 1),
                                               PetscMax(1, whole.f->single[order[0]] / 2)));
    }
    for (int32_t x = 0; x < n; x++) {
      EXPECT_INT(got[x], want[x]);
      EXPECT_INT(qv_objective_gain(q, x), want[x]);
      for (int32_t top = 0; top <= l; top++)
        EXPECT_INT(q->f->kind->depth(q, x, top, PetscMax(1, whole.f->single[x] / 2)),
                   p->f->kind->depth(p, x, top, PetscMax(1, whole.f->single[x] / 2)));
    }
  }
  p->f->kind->truncate(p, 2, 4, order + 4);
  q->f->kind->truncate(q, 2, 4, order + 4);
  qv_objective_gains(p, n, e, want);
  qv_objective_gains(q, n, e, got);
  for (int32_t x = 0; x < n; x++) EXPECT_INT(got[x], want[x]);
  PetscCall(p->f->kind->prefix_destroy(&p));
  PetscCall(q->f->kind->prefix_destroy(&q));
  PetscCall(trial_destroy(&whole));
  PetscCall(trial_destroy(&parts));
  PetscFunctionReturn(0);
}

enum { N = 7 };

/* What all ranks have counted, and the best answer. */
static PetscErrorCode together(match *m, const qv_group *group, qv_calls *calls, int64_t *best) {
  enum { WORDS = sizeof(qv_calls) / sizeof(int64_t) };

  PetscFunctionBegin;
  PetscCall(m->engine->kind->best(m->engine, &m->summary));
  m->engine->kind->take_calls(m->engine, calls);
  if (group->rank) *calls = (qv_calls){.touched = calls->touched};
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, calls, WORDS, MPI_INT64_T, MPI_SUM, PETSC_COMM_WORLD));
  PetscCallMPI(MPI_Allreduce(&m->summary.value, best, 1, MPI_INT64_T, MPI_MAX, PETSC_COMM_WORLD));
  PetscFunctionReturn(0);
}

static PetscErrorCode engines(const qv_group *group, trial_maker make, int engine, int i) {
  qv_dice dice = qv_dice_for(qv_stream_named(6, "group"), engine, i), same = dice;
  match   one, many;

  PetscFunctionBegin;
  PetscCall(match_begin(&one, &dice, make, engine, N, NULL));
  PetscCall(match_begin(&many, &same, make, engine, N, group));
  for (int64_t u = 1; u <= 15; u++) {
    const int   e      = (int)qv_dice_below(&dice, N);
    const bool  insert = !one.ground.live[e];
    qv_calls    want, got;
    int64_t     best;
    match      *both[2] = {&one, &many};
    const char *wrong;
    for (int w = 0; w < 2; w++) {
      match *m          = both[w];
      m->ground.live[e] = insert;
      m->ground.n_live += insert ? 1 : -1;
      PetscCall(insert ? m->engine->kind->insert(m->engine, u, e)
                       : m->engine->kind->erase(m->engine, u, e));
    }
    PetscCall(one.engine->kind->best(one.engine, &one.summary));
    one.engine->kind->take_calls(one.engine, &want);
    PetscCall(together(&many, group, &got, &best));
    EXPECT_INT(best, one.summary.value);
    if (many.summary.value == best && many.summary.source == one.summary.source)
      for (int32_t j = 0; j < one.summary.n; j++) EXPECT_INT(many.summary.e[j], one.summary.e[j]);
    EXPECT_INT(got.marginal, want.marginal);
    EXPECT_INT(got.physical, want.physical);
    EXPECT_INT(got.full, want.full);
    EXPECT_INT(got.touched, want.touched);
    EXPECT_INT(got.close, want.close);
    EXPECT(got.speculative >= 0 && want.speculative == 0);
    PetscCall(many.engine->kind->verify(many.engine, &wrong));
    EXPECT(!wrong);
    many.engine->kind->take_calls(many.engine, &got); /* of the check */
    int64_t asked[2] = {0, 0};
    EXPECT_INT(qv_greedy_bound(many.greedy, &one.summary, &asked[0]),
               qv_greedy_bound(one.greedy, &one.summary, &asked[1]));
    EXPECT_INT(asked[0], asked[1]);
  }
  PetscCall(match_end(&one));
  PetscCall(match_end(&many));
  PetscFunctionReturn(0);
}

static PetscErrorCode all_splits(bool whole_engines) {
  int size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &size));
  for (int most = 1; most <= size; most++) {
    if ((most == 1 && size > 2) || (most == 3 && size > 3)) continue;
    qv_group group;
    PetscCall(qv_group_split(PETSC_COMM_WORLD, most, &group));
    EXPECT(group.size <= most && group.size >= 1 && group.count * most >= size);
    for (int i = 0; i < (int)(sizeof kinds / sizeof *kinds); i++) {
      for (int round = 0; !whole_engines && round < 5; round++)
        PetscCall(prefixes(&group, kinds[i].make, 10 * i + round));
      for (int engine = BATCHED; whole_engines && engine <= PORTFOLIO; engine++)
        PetscCall(engines(&group, kinds[i].make, engine, i));
    }
    PetscCall(qv_group_free(&group));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode rows(void) {
  return all_splits(false);
}
static PetscErrorCode in_step(void) {
  return all_splits(true);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"rows", rows}, {"in_step", in_step});
}
