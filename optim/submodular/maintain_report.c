/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a report says, and its columns in the output. */
#include <string.h>

#include "optim/submodular/maintain.h"

PetscErrorCode qv_maintain_reserve(qv_maintain_state *s) {
  const int64_t k = s->params->k;

  PetscFunctionBegin;
  if (s->counts.n_reports < s->capacity) PetscFunctionReturn(0);
  s->capacity = PetscMax(s->counts.n_reports + 1, 2 * s->capacity);
  PetscCall(PetscRealloc((size_t)(s->capacity * k) * sizeof *s->chosen, &s->chosen));
  PetscCall(PetscRealloc((size_t)(s->capacity * k) * sizeof *s->gain, &s->gain));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_fold(const qv_run *run, qv_maintain_state *s) {
  PetscFunctionBegin;
  if (qv_run_size(run) > 1 && s->n_costs)
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, s->cost, (int)s->n_costs, MPI_INT64_T, MPI_SUM,
                               qv_run_comm(run)));
  for (int64_t i = 0; i < s->n_costs; i++) qv_spread_add(&s->counts.spread, s->cost[i]);
  s->n_costs = 0;
  PetscFunctionReturn(0);
}

/* The best summary of all ranks becomes everybody's: largest value, then smallest guess. */
static PetscErrorCode agree_on_best(const qv_run *run, qv_summary *summary) {
  const MPI_Comm comm = qv_run_comm(run);
  const int      size = qv_run_size(run);
  int64_t       *all, mine[2] = {summary->value, summary->source};
  int            owner = 0;

  PetscFunctionBegin;
  if (size == 1) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(2 * size, &all));
  PetscCallMPI(MPI_Allgather(mine, 2, MPI_INT64_T, all, 2, MPI_INT64_T, comm));
  for (int r = 1; r < size; r++) {
    const int64_t *a = all + 2 * r, *b = all + (ptrdiff_t)2 * owner;
    if (a[0] > b[0] || (a[0] == b[0] && a[1] < b[1])) owner = r;
  }
  summary->value = all[2 * owner];
  PetscCall(PetscFree(all));
  PetscCallMPI(MPI_Bcast(&summary->n, 1, MPI_INT32_T, owner, comm));
  PetscCallMPI(MPI_Bcast(summary->e, summary->n, MPI_INT32_T, owner, comm));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_best(const qv_run *run, qv_maintain_state *s) {
  PetscFunctionBegin;
  PetscCall(s->engine->kind->best(s->engine, &s->summary));
  PetscCall(agree_on_best(run, &s->summary));
  PetscFunctionReturn(0);
}

/* All elements that the engine has picked on any rank: `mark` of them becomes 1. */
static PetscErrorCode mark_picks(const qv_run *run, const qv_maintain_state *s, uint8_t *mark) {
  const int size = qv_run_size(run);
  qv_words  mine = {0};
  int64_t  *all;
  int      *count, *start;

  PetscFunctionBegin;
  if (s->group.rank == 0) PetscCall(s->engine->kind->picks(s->engine, &mine));
  PetscCall(PetscCalloc2(size, &count, size + 1, &start));
  const int n = (int)mine.n;
  PetscCallMPI(MPI_Allgather(&n, 1, MPI_INT, count, 1, MPI_INT, qv_run_comm(run)));
  for (int r = 0; r < size; r++) start[r + 1] = start[r] + count[r];
  PetscCall(PetscMalloc1(start[size], &all));
  PetscCallMPI(
    MPI_Allgatherv(mine.word, n, MPI_INT64_T, all, count, start, MPI_INT64_T, qv_run_comm(run)));
  for (int i = 0; i < start[size]; i++) mark[all[i]] = 1;
  PetscCall(PetscFree(all));
  PetscCall(PetscFree2(count, start));
  PetscCall(qv_words_free(&mine));
  PetscFunctionReturn(0);
}

/* A greedy choice from the marked elements (NULL: from all); keep it if it is better. */
static void choose_anew(qv_maintain_state *s, const uint8_t *mark) {
  qv_summary *best = &s->summary, *other = &s->other;
  other->n        = 0;
  s->greedy->only = mark;
  qv_greedy_fill(s->greedy, other, &s->counts.report_calls);
  s->greedy->only = NULL;
  if (other->value <= best->value) return;
  best->value = other->value;
  best->n     = other->n;
  memcpy(best->e, other->e, (size_t)other->n * sizeof *best->e);
}

/* Add to the engine's summary what the deck allows; every rank does the same. */
static PetscErrorCode augment(const qv_run *run, qv_maintain_state *s) {
  qv_summary *best = &s->summary;
  const int   how  = s->params->augment;

  PetscFunctionBegin;
  if (how == QV_AUGMENT_NONE) PetscFunctionReturn(0);
  if (how == QV_AUGMENT_MERGE) {
    uint8_t *mark;
    PetscCall(PetscCalloc1(s->f->n, &mark));
    PetscCall(mark_picks(run, s, mark));
    choose_anew(s, mark);
    PetscCall(PetscFree(mark));
  }
  if (best->n < s->params->k && best->n < s->ground.n_live)
    qv_greedy_fill(s->greedy, best, &s->counts.report_calls);
  if (how == QV_AUGMENT_GREEDY) choose_anew(s, NULL);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_sum_calls(const qv_run *run, qv_maintain_state *s) {
  enum { WORDS = sizeof(qv_calls) / sizeof(int64_t) };
  qv_calls calls;

  PetscFunctionBegin;
  s->engine->kind->take_calls(s->engine, &calls);
  if (s->group.rank) calls = (qv_calls){.touched = calls.touched}; /* the others' count is ours */
  if (qv_run_size(run) > 1)
    PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, &calls, WORDS, MPI_INT64_T, MPI_SUM, qv_run_comm(run)));
  s->counts.calls.marginal += calls.marginal;
  s->counts.calls.physical += calls.physical;
  s->counts.calls.full += calls.full;
  s->counts.calls.touched += calls.touched;
  s->counts.calls.restored += calls.restored;
  s->counts.calls.close += calls.close;
  s->counts.calls.speculative += calls.speculative + s->greedy->spare;
  s->greedy->spare = 0;
  PetscFunctionReturn(0);
}

/* The summary as a row of /snapshot; returns how many elements came or went since the last one. */
static int64_t keep(qv_maintain_state *s) {
  const int64_t     k    = s->params->k;
  const qv_summary *best = &s->summary;
  int64_t          *row = s->chosen + s->counts.n_reports * k, changes = 0;
  double           *gain   = s->gain + s->counts.n_reports * k;
  const int64_t    *before = s->counts.n_reports ? row - k : NULL;
  qv_prefix        *prefix = s->greedy->prefix;
  uint8_t          *mark   = s->greedy->chosen;
  qv_objective_chain(prefix, best->n, best->e, s->greedy->gain);
  for (int64_t i = 0; i < k; i++) {
    row[i]  = i < best->n ? best->e[i] : -1;
    gain[i] = 0;
    if (i >= best->n) continue;
    gain[i]          = (double)s->greedy->gain[i] * s->f->quantum;
    mark[best->e[i]] = 1;
    changes++;
  }
  for (int64_t i = 0; before && i < k && before[i] >= 0; i++) changes += mark[before[i]] ? -1 : 1;
  for (int32_t i = 0; i < best->n; i++) mark[best->e[i]] = 0;
  s->f->kind->truncate(prefix, 0, best->n, best->e);
  return changes;
}

/* Upper bounds on the optimum: of the summary, and of nothing at all. */
static int64_t upper_bound(qv_maintain_state *s) {
  s->other.n          = 0;
  const int64_t some  = qv_greedy_bound(s->greedy, &s->summary, &s->counts.report_calls);
  int64_t       spent = 0; /* singletons are known */
  const int64_t none  = qv_greedy_bound(s->greedy, &s->other, &spent);
  return PetscMin(some, none);
}

static void fill_row(const qv_maintain_state *s, int64_t bound, int64_t changes, double *row) {
  const qv_maintain_counts *c       = &s->counts;
  const double              quantum = s->f->quantum;
  row[QV_ROW_UPDATE]                = (double)c->n_updates;
  row[QV_ROW_LIVE]                  = s->ground.n_live;
  row[QV_ROW_VALUE]                 = (double)s->summary.value * quantum;
  row[QV_ROW_SIZE]                  = s->summary.n;
  row[QV_ROW_UPPER_BOUND]           = (double)bound * quantum;
  row[QV_ROW_RATIO]                 = bound ? (double)s->summary.value / (double)bound : 1;
  row[QV_ROW_CHANGES]               = (double)changes;
  row[QV_ROW_CALLS]                 = (double)c->calls.marginal;
  row[QV_ROW_CALLS_STRICT]          = (double)(2 * c->calls.marginal + c->calls.full);
  row[QV_ROW_CALLS_FULL]            = (double)c->calls.full;
  row[QV_ROW_CALLS_PHYSICAL]        = (double)c->calls.physical;
  row[QV_ROW_CALLS_REPORT]          = (double)c->report_calls;
  row[QV_ROW_TOUCHED]               = (double)c->calls.touched;
  row[QV_ROW_CALLS_P50]             = (double)qv_spread_quantile(&c->spread, 0.5);
  row[QV_ROW_CALLS_P99]             = (double)qv_spread_quantile(&c->spread, 0.99);
  row[QV_ROW_CALLS_MAX]             = (double)c->spread.largest;
  row[QV_ROW_SECONDS_P50]           = 1e-9 * (double)qv_spread_quantile(&c->seconds, 0.5);
  row[QV_ROW_SECONDS_P99]           = 1e-9 * (double)qv_spread_quantile(&c->seconds, 0.99);
  row[QV_ROW_SECONDS_MAX]           = 1e-9 * (double)c->seconds.largest;
  row[QV_ROW_RESTORED]              = (double)c->calls.restored;
  row[QV_ROW_SPECULATIVE]           = (double)c->calls.speculative;
}

/* What was counted since the last report joins the rest. */
static void renew(qv_spread *since, qv_spread *all) {
  qv_spread_join(all, since);
  memset(since, 0, sizeof *since);
}

PetscErrorCode qv_maintain_report(const qv_run *run, qv_maintain_state *s) {
  PetscFunctionBegin;
  PetscCall(qv_maintain_fold(run, s));
  PetscCall(qv_maintain_best(run, s));
  PetscCall(qv_maintain_sum_calls(run, s));
  PetscCall(augment(run, s));
  PetscCall(qv_maintain_reserve(s));
  const int64_t changes = keep(s), bound = upper_bound(s);
  if (s->n_pending == s->pending_capacity) {
    s->pending_capacity = PetscMax(16, 2 * s->pending_capacity);
    PetscCall(
      PetscRealloc((size_t)s->pending_capacity * QV_ROW_COLUMNS * sizeof *s->pending, &s->pending));
  }
  fill_row(s, bound, changes, s->counts.last);
  memcpy(s->pending + s->n_pending++ * QV_ROW_COLUMNS, s->counts.last, sizeof s->counts.last);
  s->counts.n_reports++;
  s->counts.last_report = s->counts.n_updates;
  renew(&s->counts.spread, &s->counts.all_spread);
  renew(&s->counts.seconds, &s->counts.all_seconds);
  PetscFunctionReturn(0);
}
