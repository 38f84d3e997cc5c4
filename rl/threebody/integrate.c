/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem threebody.integrate: an ensemble of three-body systems, each integrated to its end
 * with a certificate. A row is a system; rows move between ranks as systems finish. */
#include "rl/threebody/integrate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solvers/parallel/agree.h"

enum { PROGRESS_UNIT = 1000000 }; /* of a system, for progress in whole numbers */

static int64_t ensemble_size(const qv_integrate_params *p) {
  return qv_sources[p->from]->n_fixed ? qv_sources[p->from]->n_fixed : p->count;
}

PetscErrorCode qv_integrate_estimate(const void *params, int size, qv_cost *cost) {
  const qv_integrate_params *p          = params;
  const qv_integrator       *integrator = qv_integrators[p->integrator];
  const bool                 from_file  = p->count == QV_UNSET_INT && !qv_sources[p->from]->n_fixed;
  const double n        = from_file ? 1000 : (double)ensemble_size(p); /* a file is read later */
  const double snapshot = 8 * 9 * (double)p->snapshots;
  const double row      = 2 * 8 * integrator->words + sizeof(qv_tally) + snapshot;
  const double report   = 8 * 64 + 8 * 3 * (double)p->snapshots;

  PetscFunctionBegin;
  cost->memory           = 4e7 + ceil(n / size) * (row + report);
  cost->disk             = 5e4 + n * (report + snapshot);
  cost->seconds_per_unit = integrator->seconds_per_evaluation;
  cost->unit             = "force evaluations";
  if (p->from == 0) { /* measured on the paper's seeds 0 to 99 */
    const double per_year = integrator->chooses_steps ? 250 : 602 * 4.64e-3 / p->mu;
    cost->work            = n * p->end.value * per_year;
  }
  PetscFunctionReturn(0);
}

/* The end of system i in internal units. */
static double end_of(const qv_integrate_state *s, int64_t i) {
  const qv_integrate_params *p = s->params;
  qv_member                  member;
  if (p->end.unit != QV_UNIT_PERIODS) return p->end.value * qv_source_time_scale(s->ensemble.units);
  qv_source_member(&s->ensemble, i, &member);
  return p->end.value * member.period;
}

static qv_integration integration_of(const qv_integrate_state *s) {
  const qv_integrate_params *p        = s->params;
  const double               interval = p->interval.value;
  return (qv_integration){
    .tolerance = p->tolerance,
    .interval  = isnan(interval) ? 0 : interval * qv_source_time_scale(s->ensemble.units),
    .mu        = p->mu,
    .budget    = p->budget};
}

/* The ensemble that the deck names; a mistake in a file goes to the run's list. */
static PetscErrorCode open_ensemble(qv_run *run, qv_integrate_state *s) {
  const qv_integrate_params *p      = s->params;
  const qv_source           *source = qv_sources[p->from];
  qv_ensemble               *e      = &s->ensemble;

  PetscFunctionBegin;
  e->from  = p->from;
  e->seed  = qv_run_seed(run);
  e->first = p->first != QV_UNSET_INT ? p->first : p->first_seed;
  e->units = source->units;
  e->axes  = source->axes;
  e->n     = ensemble_size(p);
  if (!p->path.found) PetscFunctionReturn(0);
  PetscCall(
    qv_systems_read(qv_run_comm(run), p->path.found, p->path.written, qv_run_diag(run), &e->file));
  if (!e->file) PetscFunctionReturn(0);
  e->n     = e->file->n;
  e->axes  = e->file->axes;
  e->units = (qv_units)p->units;
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_run *run, const void *params, void *state) {
  qv_integrate_state *s = state;

  PetscFunctionBegin;
  s->params     = params;
  s->integrator = qv_integrators[s->params->integrator];
  PetscCall(open_ensemble(run, s));
  if (qv_diag_count(qv_run_diag(run))) PetscFunctionReturn(0);
  const size_t words    = sizeof(double) * (size_t)s->integrator->words;
  const size_t snapshot = sizeof(double) * (size_t)(s->params->snapshots * 3 * s->ensemble.axes);
  const size_t bytes[QV_COLUMNS] = {words, words, sizeof(qv_tally), snapshot};
  PetscCall(qv_rows_create(qv_run_comm(run), s->ensemble.n, QV_COLUMNS, bytes, &s->rows));
  PetscCall(PetscMalloc1(s->ensemble.n, &s->open));
  PetscFunctionReturn(0);
}

static PetscErrorCode begin(qv_run *run, void *state) {
  qv_integrate_state  *s     = state;
  const qv_integration how   = integration_of(s);
  qv_tally            *tally = s->rows->column[QV_COLUMN_TALLY].data;
  double              *words = s->rows->column[QV_COLUMN_STATE].data;

  PetscFunctionBegin;
  (void)run;
  for (int64_t k = 0; k < s->rows->n_local; k++) {
    qv_system system;
    qv_source_internal(&s->ensemble, s->rows->index[k], &system);
    s->integrator->start(&how, &system, end_of(s, s->rows->index[k]),
                         words + k * s->integrator->words);
    tally[k] = (qv_tally){.open = 1};
  }
  PetscFunctionReturn(0);
}

/* The local rows as a batch; mass and t_end are the caller's to free. */
static PetscErrorCode make_batch(const qv_integrate_state *s, const qv_integration *how,
                                 qv_batch *b) {
  double *mass, *t_end;

  PetscFunctionBegin;
  const int64_t n = s->rows->n_local;
  PetscCall(PetscMalloc2(3 * n, &mass, n, &t_end));
  for (int64_t k = 0; k < n; k++) {
    qv_system system;
    qv_source_internal(&s->ensemble, s->rows->index[k], &system);
    memcpy(mass + 3 * k, system.mass, sizeof system.mass);
    t_end[k] = end_of(s, s->rows->index[k]);
  }
  *b = (qv_batch){.how         = how,
                  .n           = n,
                  .words       = s->integrator->words,
                  .state       = s->rows->column[QV_COLUMN_STATE].data,
                  .final       = s->rows->column[QV_COLUMN_FINAL].data,
                  .tally       = s->rows->column[QV_COLUMN_TALLY].data,
                  .mass        = mass,
                  .t_end       = t_end,
                  .n_snapshots = s->params->snapshots,
                  .axes        = s->ensemble.axes};
  if (b->n_snapshots) b->snapshot = s->rows->column[QV_COLUMN_SNAPSHOT].data;
  PetscFunctionReturn(0);
}

/* "97 of 100 systems reached the end, 2 escaped, 1 spent its budget" */
static PetscErrorCode conclude(qv_run *run, int64_t n, const int64_t count[QV_VERDICTS]) {
  static const char *const what[QV_VERDICTS] = {"", "out of budget", "escaped", "collapsed"};
  char                     rest[160]         = "";
  size_t                   used              = 0;

  PetscFunctionBegin;
  for (int v = 1; v < QV_VERDICTS; v++)
    if (count[v])
      used += (size_t)snprintf(rest + used, sizeof rest - used, ", %lld %s", (long long)count[v],
                               what[v]);
  PetscCall(qv_run_conclude(run, "%lld of %lld system%s reached the end%s",
                            (long long)count[QV_VERDICT_REACHED], (long long)n, n == 1 ? "" : "s",
                            rest));
  PetscFunctionReturn(0);
}

/* Say how far all systems are, and at last how they ended; *n_open are still on their way. */
static PetscErrorCode take_stock(qv_run *run, const qv_integrate_state *s, const qv_batch *b,
                                 int64_t *n_open) {
  int64_t count[QV_VERDICTS + 2] = {0}; /* endings, open ones, progress */

  PetscFunctionBegin;
  for (int64_t k = 0; k < b->n; k++) {
    const double t    = b->tally[k].open ? s->integrator->time(b->state + k * b->words) : 0;
    const double part = b->tally[k].open ? fmin(fmax(t / b->t_end[k], 0), 1) : 1;
    count[b->tally[k].open ? QV_VERDICTS : b->tally[k].ending]++;
    count[QV_VERDICTS + 1] += (int64_t)(part * PROGRESS_UNIT);
  }
  PetscCallMPI(
    MPI_Allreduce(MPI_IN_PLACE, count, QV_VERDICTS + 2, MPI_INT64_T, MPI_SUM, qv_run_comm(run)));
  *n_open = count[QV_VERDICTS];
  qv_run_progress(run, (double)count[QV_VERDICTS + 1] / PROGRESS_UNIT, (double)s->ensemble.n,
                  s->ensemble.n == 1 ? "system" : "systems");
  if (!*n_open) PetscCall(conclude(run, s->ensemble.n, count));
  PetscFunctionReturn(0);
}

static PetscErrorCode step(qv_run *run, void *state, qv_verdict *verdict) {
  qv_integrate_state  *s   = state;
  const qv_integration how = integration_of(s);
  const qv_tally      *tally;
  qv_batch             batch;
  int64_t              n_open;

  PetscFunctionBegin;
  tally = s->rows->column[QV_COLUMN_TALLY].data;
  for (int64_t k = 0; k < s->rows->n_local; k++) s->open[k] = tally[k].open != 0;
  PetscCall(qv_rows_balance(s->rows, s->open));
  PetscCall(make_batch(s, &how, &batch));
  s->integrator->advance(&batch, qv_run_quantum(run));
  PetscCall(take_stock(run, s, &batch, &n_open));
  PetscCall(PetscFree2(batch.mass, batch.t_end));
  *verdict = n_open ? QV_GOING_ON : QV_REACHED;
  PetscFunctionReturn(0);
}

/* After a restart: systems that reached an earlier end go on to the new one. */
static PetscErrorCode thaw(qv_run *run, void *state) {
  qv_integrate_state *s      = state;
  qv_tally           *tally  = s->rows->column[QV_COLUMN_TALLY].data;
  const double       *final  = s->rows->column[QV_COLUMN_FINAL].data;
  int                 beyond = 0;

  PetscFunctionBegin;
  for (int64_t k = 0; k < s->rows->n_local; k++) {
    if (tally[k].open || tally[k].ending != QV_VERDICT_REACHED) continue;
    const double t     = s->integrator->time(final + k * s->integrator->words);
    const double t_end = end_of(s, s->rows->index[k]);
    tally[k].open      = t < t_end;
    if (t > t_end) beyond = 1;
  }
  PetscCall(qv_agree_max(qv_run_comm(run), beyond, &beyond));
  if (beyond)
    PetscCall(
      qv_diag_add(qv_run_diag(run), QV_EXIT_DECK, (qv_place){.file = "--resume"},
                  "the checkpoint has gone beyond threebody.time.end; the end can only grow"));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(void *state) {
  qv_integrate_state *s = state;

  PetscFunctionBegin;
  PetscCall(qv_rows_destroy(&s->rows));
  PetscCall(PetscFree(s->open));
  PetscCall(qv_systems_file_destroy(&s->ensemble.file));
  PetscFunctionReturn(0);
}

/* A column as a field: [system, length]. */
static PetscErrorCode view_column(qv_integrate_state *s, int column, int64_t length,
                                  qv_field_view *view) {
  PetscFunctionBegin;
  *view = (qv_field_view){.rank   = 2,
                          .shape  = {s->ensemble.n, length},
                          .data   = s->rows->column[column].data,
                          .rows   = s->rows,
                          .column = column};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_state(void *state, qv_field_view *view) {
  qv_integrate_state *s = state;

  PetscFunctionBegin;
  PetscCall(view_column(s, QV_COLUMN_STATE, s->integrator->words, view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_final(void *state, qv_field_view *view) {
  qv_integrate_state *s = state;

  PetscFunctionBegin;
  PetscCall(view_column(s, QV_COLUMN_FINAL, s->integrator->words, view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_tally(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  PetscCall(view_column(state, QV_COLUMN_TALLY, sizeof(qv_tally) / sizeof(int64_t), view));
  PetscFunctionReturn(0);
}

static PetscErrorCode view_snapshot(void *state, qv_field_view *view) {
  qv_integrate_state *s = state;

  PetscFunctionBegin;
  PetscCall(view_column(s, QV_COLUMN_SNAPSHOT, s->params->snapshots * 3 * s->ensemble.axes, view));
  PetscFunctionReturn(0);
}

static const qv_field fields[] = {{"state", QV_F64, QV_BY_INDEX, "1", view_state},
                                  {"final", QV_F64, QV_BY_INDEX, "1", view_final},
                                  {"tally", QV_I64, QV_BY_INDEX, "1", view_tally},
                                  {"snapshot", QV_F64, QV_BY_INDEX, "1", view_snapshot},
                                  {.name = NULL}};

extern const qv_problem qv_problem_threebody_integrate;
const qv_problem        qv_problem_threebody_integrate = {
         .name        = "threebody.integrate",
         .summary     = "integrate an ensemble of three-body systems, each with a certificate",
         .keys        = qv_integrate_keys,
         .fields      = fields,
         .params_size = sizeof(qv_integrate_params),
         .state_size  = sizeof(qv_integrate_state),
         .check       = qv_integrate_check,
         .estimate    = qv_integrate_estimate,
         .setup       = setup,
         .begin       = begin,
         .step        = step,
         .observe     = qv_integrate_observe,
         .thaw        = thaw,
         .destroy     = destroy};
