/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem submodular.stream: at every update, a summary of at most k live elements. Every rank
 * reads the whole stream; the engine spreads its guesses over groups of ranks, and each group the
 * rows of the objective over its ranks. */
#include "optim/submodular/maintain.h"

#include <math.h>
#include <string.h>

#include "optim/submodular/adversary.h"
#include "solvers/parallel/agree.h"

enum { COSTS = 1 << 16, PROBE = 32, BRUTE_FORCE = 4, BRUTE_LIMIT = 20 };

/* How the engine asks for marginals; a portfolio has guesses if a member has. */
static qv_asking asking_of(const qv_maintain_params *p) {
  qv_asking how = qv_engines[p->engine]->asking;
  for (int m = 0; m < p->members.n; m++) {
    const int engine = qv_maintain_engine(p->members.text[m]);
    if (engine < 0) continue;
    const qv_asking its = qv_engines[engine]->asking;
    how                 = m && how < its ? how : its;
  }
  return how;
}

qv_objective_plan qv_maintain_objective(const qv_maintain_params *p) {
  const qv_asking   how  = asking_of(p);
  qv_objective_plan plan = p->objective;
  plan.ranks_per_group   = p->ranks_per_group;
  plan.by_guess          = how == QV_ASKS_BY_GUESS;
  plan.in_batches        = how == QV_ASKS_IN_BATCHES;
  return plan;
}

static PetscErrorCode save_stream(qv_run *run, const qv_maintain_state *s) {
  PetscErrorCode code = 0;

  PetscFunctionBegin;
  if (qv_run_rank(run) == 0) code = qv_feed_save(&s->stream, s->names, s->params->save);
  PetscCall(qv_agree_ok(qv_run_comm(run), !code, code, "cannot write the stream"));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_stream(qv_run *run, qv_maintain_state *s) {
  const qv_maintain_params *p    = s->params;
  const qv_feed_plan        plan = {.from     = p->from,
                                    .path     = &p->path,
                                    .source   = p->source,
                                    .skip     = p->on_error == 1,
                                    .window   = p->window,
                                    .updates  = p->updates,
                                    .size     = p->size,
                                    .hot      = p->hot,
                                    .block    = p->block,
                                    .lifetime = p->lifetime,
                                    .shuffle  = p->order == 1,
                                    .seed     = qv_run_seed(run),
                                    .f        = s->f,
                                    .names    = s->names};

  PetscFunctionBegin;
  PetscCall(qv_feeds[p->from]->make(qv_run_comm(run), &plan, qv_run_diag(run), &s->stream));
  if (qv_feeds[p->from] == &qv_feed_live)
    PetscCall(qv_live_open(qv_run_comm(run), &plan, qv_run_diag(run), &s->live));
  if (!qv_diag_count(qv_run_diag(run)) && p->save && !s->live) PetscCall(save_stream(run, s));
  PetscFunctionReturn(0);
}

static PetscErrorCode make_engine(qv_run *run, qv_maintain_state *s) {
  const qv_maintain_params *p      = s->params;
  const qv_real_or_word     trials = p->trials;
  int                      *member;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(p->members.n, &member));
  for (int m = 0; m < p->members.n; m++) member[m] = qv_maintain_engine(p->members.text[m]);
  const qv_plan plan = {
    .f       = s->f,
    .ground  = &s->ground,
    .k       = (int32_t)p->k,
    .epsilon = p->epsilon,
    .trials =
      trials.word >= 0 ? 0 : (int64_t)ceil(isnan(trials.value) ? 4 / p->epsilon : trials.value),
    .dormant   = p->dormant,
    .probe     = PROBE,
    .period    = p->period,
    .seed      = qv_run_seed(run),
    .group     = s->group.index,
    .groups    = s->group.count,
    .n_members = p->members.n,
    .member    = member};
  PetscCall(qv_engines[p->engine]->create(&plan, &s->engine));
  PetscCall(PetscFree(member));
  PetscCall(qv_greedy_create(s->f, &s->ground, (int32_t)p->k, &s->greedy));
  PetscCall(PetscMalloc1(p->k + 1, &s->summary.e));
  PetscCall(PetscMalloc1(p->k + 1, &s->other.e));
  PetscCall(PetscMalloc1(COSTS, &s->cost));
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_run *run, const void *params, void *state) {
  qv_maintain_state *s    = state;
  qv_diag           *diag = qv_run_diag(run);

  PetscFunctionBegin;
  s->params                   = params;
  qv_objective_plan objective = qv_maintain_objective(s->params);
  objective.seed              = qv_run_seed(run);
  objective.group             = &s->group;
  s->group                    = qv_group_alone;
  PetscCall(qv_makers[objective.name]->make(qv_run_comm(run), &objective, diag, &s->f, &s->names));
  if (qv_diag_count(diag)) PetscFunctionReturn(0);
  s->numeric = qv_names_numeric(s->names);
  if (s->params->engine == BRUTE_FORCE && s->f->n > BRUTE_LIMIT)
    PetscCall(qv_diag_add(diag, QV_EXIT_DECK, (qv_place){.file = objective.data.written},
                          "holds %d elements; the engine brute-force takes at most %d", s->f->n,
                          BRUTE_LIMIT));
  PetscCall(make_stream(run, s));
  if (qv_diag_count(diag)) PetscFunctionReturn(0);
  PetscCall(PetscCalloc1(s->f->n, &s->ground.live));
  PetscCall(make_engine(run, s));
  PetscFunctionReturn(0);
}

static PetscErrorCode begin(qv_run *run, void *state) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  (void)run;
  memset(&s->counts, 0, sizeof s->counts);
  memset(s->ground.live, 0, (size_t)s->f->n);
  PetscFunctionReturn(0);
}

/* One insertion or deletion. */
static PetscErrorCode apply(qv_maintain_state *s, int32_t op) {
  const qv_engine_kind *kind   = s->engine->kind;
  const int32_t         e      = abs(op) - 1;
  const int64_t         before = s->engine->desk->calls.marginal;
  const double          start  = MPI_Wtime();

  PetscFunctionBegin;
  s->counts.n_updates++;
  s->ground.live[e] = op > 0;
  s->ground.n_live += op > 0 ? 1 : -1;
  if (op > 0)
    PetscCall(kind->insert(s->engine, s->counts.n_updates, e));
  else
    PetscCall(kind->erase(s->engine, s->counts.n_updates, e));
  s->cost[s->n_costs++] = s->group.rank ? 0 : s->engine->desk->calls.marginal - before;
  qv_spread_add(&s->counts.seconds, (int64_t)fmax(0, 1e9 * (MPI_Wtime() - start)));
  PetscFunctionReturn(0);
}

/* Does the state of the engine hold what it promises? A fault if not. Collective. */
static PetscErrorCode verify(const qv_run *run, qv_maintain_state *s) {
  const char *wrong;

  PetscFunctionBegin;
  PetscCall(s->engine->kind->verify(s->engine, &wrong));
  PetscCall(qv_agree_ok(qv_run_comm(run), !wrong, PETSC_ERR_PLIB, wrong));
  PetscFunctionReturn(0);
}

static bool reported(const qv_maintain_state *s) {
  return s->counts.n_reports && s->counts.last_report == s->counts.n_updates;
}

/* What an adversary who looks does now: an op of the ordinary kind. */
static PetscErrorCode decide(const qv_run *run, qv_maintain_state *s, int32_t *op) {
  const qv_stream stream = qv_stream_named(qv_run_seed(run), "adversary");
  qv_dice         dice   = qv_dice_for(stream, s->counts.n_updates, 0);

  PetscFunctionBegin;
  if (*op == QV_OP_RENEW) {
    *op = 1 + qv_adversary_renew(&s->ground, s->f->n, &dice);
  } else if (*op == QV_OP_HIT) {
    PetscCall(qv_maintain_best(run, s));
    *op = -1 - qv_adversary_hit(&s->ground, s->f->n, &s->summary, &dice);
  }
  PetscFunctionReturn(0);
}

/* One op of the stream, with the report and the check that follow it. */
static PetscErrorCode advance(const qv_run *run, qv_maintain_state *s) {
  const qv_maintain_params *p  = s->params;
  int32_t                   op = s->stream.op[s->counts.position++];
  bool                      report;

  PetscFunctionBegin;
  PetscCall(decide(run, s, &op));
  if (op) {
    PetscCall(apply(s, op));
    const int64_t u = s->counts.n_updates;
    report          = p->every && u % p->every == 0;
    if (p->verify && u % p->verify == 0) PetscCall(verify(run, s));
  } else {
    report = !reported(s);
  }
  if (report) PetscCall(qv_maintain_report(run, s));
  if (s->live && (report || !op)) PetscCall(qv_maintain_tell(run, s));
  if (s->n_costs == COSTS) PetscCall(qv_maintain_fold(run, s));
  PetscFunctionReturn(0);
}

static PetscErrorCode conclude(qv_run *run, const qv_maintain_state *s) {
  const double *row = s->counts.last;
  const char   *end = s->stream.n_skipped ? "; lines of the stream were passed over" : "";

  PetscFunctionBegin;
  PetscCall(qv_run_conclude(run,
                            "%lld updates; at the end %.9g from %lld of %lld live elements, at "
                            "least %.2f of the optimum%s",
                            (long long)s->counts.n_updates, row[QV_ROW_VALUE],
                            (long long)row[QV_ROW_SIZE], (long long)row[QV_ROW_LIVE],
                            floor(100 * row[QV_ROW_RATIO]) / 100, end));
  PetscFunctionReturn(0);
}

static PetscErrorCode step(qv_run *run, void *state, qv_verdict *verdict) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  if (s->live && !s->ended) PetscCall(qv_maintain_listen(run, s));
  const int64_t left = PetscMax(0, s->stream.n - s->counts.position);
  const int64_t ops  = PetscMin(left, qv_run_quantum(run));
  for (int64_t i = 0; i < ops; i++) PetscCall(advance(run, s));
  PetscCall(qv_maintain_fold(run, s));
  qv_run_progress(run, (double)s->counts.n_updates, (double)s->stream.n_updates, "updates");
  *verdict = QV_GOING_ON;
  if (s->live && !s->ended) PetscCall(qv_maintain_hang_up(run, s));
  if (ops < left || (s->live && !s->ended)) PetscFunctionReturn(0);
  if (!reported(s)) {
    PetscCall(qv_maintain_report(run, s));
    if (s->live) PetscCall(qv_maintain_tell(run, s));
  }
  if (s->live && s->params->save) PetscCall(save_stream(run, s));
  PetscCall(conclude(run, s));
  *verdict = QV_REACHED;
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(void *state) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  if (s->engine) PetscCall(s->engine->kind->destroy(&s->engine));
  PetscCall(qv_greedy_destroy(&s->greedy));
  PetscCall(qv_updates_free(&s->stream));
  PetscCall(qv_live_close(&s->live));
  PetscCall(qv_words_free(&s->words));
  PetscCall(qv_objective_destroy(&s->f));
  PetscCall(qv_group_free(&s->group));
  PetscCall(qv_names_destroy(&s->names));
  PetscCall(PetscFree(s->ground.live));
  PetscCall(PetscFree(s->summary.e));
  PetscCall(PetscFree(s->other.e));
  PetscCall(PetscFree(s->chosen));
  PetscCall(PetscFree(s->gain));
  PetscCall(PetscFree(s->cost));
  PetscCall(PetscFree(s->pending));
  PetscFunctionReturn(0);
}

extern const qv_problem qv_problem_submodular_stream;
const qv_problem        qv_problem_submodular_stream = {
         .name        = "submodular.stream",
         .summary     = "keep the best k elements of a set that changes, with a guaranteed value",
         .keys        = qv_maintain_keys,
         .fields      = qv_maintain_fields,
         .params_size = sizeof(qv_maintain_params),
         .state_size  = sizeof(qv_maintain_state),
         .check       = qv_maintain_check,
         .estimate    = qv_maintain_estimate,
         .setup       = setup,
         .begin       = begin,
         .step        = step,
         .observe     = qv_maintain_observe,
         .freeze      = qv_maintain_freeze,
         .thaw        = qv_maintain_thaw,
         .destroy     = destroy};
