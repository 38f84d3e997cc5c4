/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem bilevel.solve: rows (seeds, or points of `exact`), one after the other, each of some
 * iterations. */
#include "optim/bilevel/solve.h"

#include <math.h>
#include <string.h>

#include "optim/bilevel/input.h"
#include "solvers/parallel/agree.h"

static const char *const stream_names[QV_STREAMS] = {
  "lower gradient", "hessian product",  "upper gradient y",
  "cross product",  "upper gradient x", "noise probe",
  "start"};

/* The points of `exact`. */
static PetscErrorCode read_points(qv_run *run, qv_solve_state *s) {
  int64_t  shape[2] = {-1, s->task->n_upper};
  qv_input input;

  PetscFunctionBegin;
  PetscCall(qv_input_open(qv_run_comm(run), &s->params->method.at, qv_run_diag(run), &input));
  if (!input.open) PetscFunctionReturn(0);
  PetscCall(qv_input_reals(&input, "/x", 2, shape,
                           "[point, dx] with the upper variables of the task", &s->points));
  PetscCall(qv_input_close(&input));
  s->rows = shape[0];
  PetscFunctionReturn(0);
}

/* How many rows, iterations, reports. */
static PetscErrorCode plan(qv_run *run, qv_solve_state *s) {
  PetscFunctionBegin;
  s->rows = s->iterations = 1;
  if (!s->method->exact) {
    s->rows       = s->params->seeds;
    s->iterations = s->params->method.iterations;
    s->every      = s->params->method.every;
    if (s->every == QV_UNSET_INT) /* a power of two, so that reports stay when iterations grow */
      for (s->every = 1; 200 * s->every <= s->iterations;) s->every *= 2;
    s->reports = (s->iterations + s->every - 1) / s->every + 1;
  } else if (s->params->method.at.written) {
    PetscCall(read_points(run, s));
  } else {
    bool reached; /* what is said at the end comes from the answers there */
    PetscCall(PetscCalloc1((size_t)s->task->n_upper, &s->points));
    PetscCall(s->task->kind->solve(s->task, s->params->method.tolerance, s->points, &reached));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode allocate(qv_solve_state *s) {
  const size_t nx = (size_t)s->task->n_upper, ny = (size_t)s->task->n_lower;
  const size_t rows = (size_t)s->rows;

  PetscFunctionBegin;
  PetscCall(PetscCalloc4(rows * (size_t)s->vectors[0] * nx, &s->upper,
                         rows * (size_t)s->vectors[1] * ny, &s->lower_v, rows * QV_SETTINGS,
                         &s->setting, rows * QV_ROW_WORDS, &s->row));
  PetscCall(qv_extend_room(s, PetscMax(1, s->reports)));
  PetscCall(PetscCalloc2(rows * QV_AT_WORDS, &s->place, rows, &s->elapsed));
  for (size_t r = 0; r < rows; r++) s->place[r * QV_AT_WORDS + QV_AT_ROW] = (int64_t)r;
  PetscCall(PetscCalloc2((size_t)s->vectors[0], &s->upper_of, (size_t)s->vectors[1], &s->lower_of));
  for (int k = 0; k < QV_WORK_UPPER; k++) PetscCall(PetscCalloc1(nx, &s->walk.work_upper[k]));
  for (int k = 0; k < QV_WORK_LOWER; k++) PetscCall(PetscCalloc1(ny, &s->walk.work_lower[k]));
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_run *run, const void *params, void *state) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  s->params = params;
  s->method = qv_methods[s->params->method.name];
  PetscCall(qv_rows_split(s, qv_run_comm(run)));
  PetscCall(qv_task_create(s->comm, params, qv_run_seed(run), qv_run_diag(run), &s->task));
  if (qv_diag_count(qv_run_diag(run))) PetscFunctionReturn(0);
  PetscCall(plan(run, s));
  if (qv_diag_count(qv_run_diag(run))) PetscFunctionReturn(0);
  s->vectors[0] = s->method->upper;
  s->vectors[1] = s->method->lower;
  if (s->method->tables) s->method->tables(s->task, s->vectors);
  s->vectors[0] += qv_optimizer_moments(s->params->optimizer.name);
  const bool recycles = s->params->method.z_guess == QV_GUESS_FISCHER;
  s->walk.n_basis     = recycles ? s->params->method.z_keep : 0;
  s->vectors[1] += (int)s->walk.n_basis;
  PetscCall(qv_lower_create(s->task, &s->lower));
  if (s->params->method.z_by > QV_Z_STEP)
    PetscCall(qv_adjoint_create(s->task, s->params->method.z_by, &s->walk.adjoint));
  PetscCall(allocate(s));
  PetscFunctionReturn(0);
}

static PetscErrorCode begin(qv_run *run, void *state) {
  PetscFunctionBegin;
  (void)run, (void)state; /* a row starts when it is its turn */
  PetscFunctionReturn(0);
}

/* Point the walk at the row whose turn it is. */
static void enter_row(qv_run *run, qv_solve_state *s) {
  const int64_t row = s->at[QV_AT_ROW];
  qv_walk      *w   = &s->walk;
  for (int k = 0; k < s->vectors[0]; k++)
    s->upper_of[k] = s->upper + (row * s->vectors[0] + k) * s->task->n_upper;
  for (int k = 0; k < s->vectors[1]; k++)
    s->lower_of[k] = s->lower_v + (row * s->vectors[1] + k) * s->task->n_lower;
  for (int k = 0; k < QV_STREAMS; k++)
    w->stream[k] = qv_stream_named(qv_run_seed(run) + (uint64_t)row, stream_names[k]);
  s->task->row_seed = qv_run_seed(run) + (uint64_t)row;

  w->params      = s->params;
  w->task        = s->task;
  w->lower       = s->lower;
  w->setting     = s->setting + row * QV_SETTINGS;
  w->upper       = s->upper_of;
  w->lower_v     = s->lower_of;
  w->basis       = s->lower_of + s->vectors[1] - w->n_basis;
  w->moment      = s->upper_of + s->vectors[0] - qv_optimizer_moments(s->params->optimizer.name);
  w->iteration   = s->at[QV_AT_ITERATION];
  w->lower_steps = s->at[QV_AT_LOWER_STEPS];
  w->start_steps = s->at[QV_AT_START_STEPS];
}

/* The start of a row: its point, or the method's own. */
static PetscErrorCode begin_row(qv_solve_state *s) {
  qv_walk *w = &s->walk;

  PetscFunctionBegin;
  if (s->points)
    memcpy(w->upper[0], s->points + s->at[QV_AT_ROW] * s->task->n_upper,
           (size_t)s->task->n_upper * sizeof(double));
  else
    PetscCall(s->task->kind->start(s->task, w->upper[0]));
  for (int64_t i = 0; !s->method->exact && i < s->task->n_lower; i++)
    w->lower_v[0][i] = isnan(s->params->task.lower_start) ? 0 : s->params->task.lower_start;
  if (!s->method->exact && s->task->kind->start_lower)
    PetscCall(s->task->kind->start_lower(s->task, w->lower_v[0]));
  if (!s->method->exact) PetscCall(qv_recipe_fill(w, s->setting + s->at[QV_AT_ROW] * QV_SETTINGS));
  s->at[QV_AT_BEGUN] = QV_BEGUN_SETTINGS;
  PetscFunctionReturn(0);
}

/* What the method does with episodes, by the row's settings. */
static qv_adapt adapt_of(const qv_solve_state *s) {
  const double *setting = s->walk.setting;
  if (s->method->adapts == QV_ADAPTS_NOTHING) return (qv_adapt){0};
  return (qv_adapt){.steps       = (int64_t)setting[QV_SETTING_STEPS],
                    .size        = setting[QV_SETTING_GAMMA],
                    .all         = s->method->adapts == QV_ADAPTS_ALL,
                    .first_order = s->params->method.first_order};
}

/* A part of the method's own start. */
static PetscErrorCode go_on_beginning(qv_solve_state *s) {
  qv_walk *w = &s->walk;

  PetscFunctionBegin;
  w->begun = true;
  if (s->method->begin) PetscCall(s->method->begin(w));
  s->at[QV_AT_START_STEPS] = w->start_steps;
  s->at[QV_AT_LOWER_STEPS] = w->lower_steps;
  if (!w->begun) PetscFunctionReturn(0);
  s->at[QV_AT_BEGUN] = QV_BEGUN_ALL;
  if (!s->method->exact) PetscCall(qv_report_take(s));
  PetscFunctionReturn(0);
}

/* In four sums, which do not wait for each other. */
static bool is_finite(int64_t n, const double *v) {
  double  a = 0, b = 0, c = 0, d = 0;
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    a += fabs(v[i]);
    b += fabs(v[i + 1]);
    c += fabs(v[i + 2]);
    d += fabs(v[i + 3]);
  }
  for (; i < n; i++) a += fabs(v[i]);
  return isfinite(a + b + c + d);
}

/* The first thing that is not finite any more. */
static qv_trouble look_for_trouble(const qv_solve_state *s) {
  const qv_walk *w = &s->walk;
  if (!isfinite(w->momentum)) return QV_TROUBLE_DIRECTION;
  for (int k = 0; k < s->vectors[1]; k++) {
    if (!is_finite(s->task->n_lower, w->lower_v[k]))
      return k == 0 ? QV_TROUBLE_LOWER : QV_TROUBLE_ADJOINT;
  }
  return QV_TROUBLE_NONE;
}

static void finish_exact(qv_solve_state *s) {
  double *row               = s->row + s->at[QV_AT_ROW] * QV_ROW_WORDS;
  row[QV_ROW_OBJECTIVE]     = s->walk.value;
  row[QV_ROW_CERTIFIED]     = s->walk.value;
  row[QV_ROW_LOWER_ERROR]   = s->walk.gradient;
  row[QV_ROW_ADJOINT_ERROR] = s->walk.residual;
  row[QV_ROW_REACHED]       = s->walk.reached;
}

static PetscErrorCode end_row(qv_solve_state *s, qv_trouble trouble) {
  double *row = s->row + s->at[QV_AT_ROW] * QV_ROW_WORDS;

  PetscFunctionBegin;
  row[QV_ROW_ITERATIONS] = (double)s->at[QV_AT_ITERATION];
  row[QV_ROW_TROUBLE]    = trouble;
  if (s->method->exact) {
    finish_exact(s);
  } else {
    row[QV_ROW_REACHED]   = trouble == QV_TROUBLE_NONE;
    row[QV_ROW_OBJECTIVE] = row[QV_ROW_CERTIFIED] = row[QV_ROW_GRADIENT] = NAN;
    if (trouble == QV_TROUBLE_NONE) PetscCall(qv_report_certify(s));
  }
  s->at[QV_AT_BEGUN] = QV_BEGUN_ENDED;
  PetscFunctionReturn(0);
}

static PetscErrorCode one_unit(qv_run *run, qv_solve_state *s) {
  PetscFunctionBegin;
  enter_row(run, s);
  if (s->at[QV_AT_BEGUN] == QV_BEGUN_NOT) PetscCall(begin_row(s));
  s->task->adapt = adapt_of(s);
  if (s->at[QV_AT_BEGUN] == QV_BEGUN_SETTINGS) PetscCall(go_on_beginning(s));
  if (s->at[QV_AT_BEGUN] != QV_BEGUN_ALL) PetscFunctionReturn(0);
  qv_trouble trouble = s->at[QV_AT_ITERATION] == 0 ? look_for_trouble(s) : QV_TROUBLE_NONE;
  if (trouble == QV_TROUBLE_NONE) {
    PetscCall(s->method->iterate(&s->walk));
    if (!s->method->exact) trouble = look_for_trouble(s);
    s->at[QV_AT_ITERATION]++;
  }
  s->at[QV_AT_LOWER_STEPS] = s->walk.lower_steps;
  const int64_t done       = s->at[QV_AT_ITERATION];
  const bool    ends       = done == s->iterations || trouble != QV_TROUBLE_NONE;
  if (!s->method->exact && (ends || done % s->every == 0)) PetscCall(qv_report_take(s));
  if (ends) PetscCall(end_row(s, trouble));
  PetscFunctionReturn(0);
}

static PetscErrorCode conclude_exact(qv_run *run, const qv_solve_state *s, int64_t good) {
  double worst = 0;

  PetscFunctionBegin;
  for (int64_t r = 0; r < s->rows; r++) {
    const double *row = s->row + r * QV_ROW_WORDS;
    worst             = fmax(worst, fmax(row[QV_ROW_LOWER_ERROR], row[QV_ROW_ADJOINT_ERROR]));
  }
  PetscCall(qv_run_conclude(run, "%lld of %lld points met the tolerance %g; largest residual %.2g",
                            (long long)good, (long long)s->rows, s->params->method.tolerance,
                            worst));
  PetscFunctionReturn(0);
}

static PetscErrorCode conclude(qv_run *run, const qv_solve_state *s, qv_verdict *verdict) {
  static const char *const what[] = {"nothing", "the direction of the upper step",
                                     "the lower variable y", "the adjoint variable z"};
  int64_t                  good = 0, bad = -1;

  PetscFunctionBegin;
  for (int64_t r = s->rows - 1; r >= 0; r--) {
    good += s->row[r * QV_ROW_WORDS + QV_ROW_REACHED] != 0;
    if (s->row[r * QV_ROW_WORDS + QV_ROW_REACHED] == 0) bad = r;
  }
  *verdict          = bad < 0 ? QV_REACHED : QV_NOT_REACHED;
  const double *row = s->row + (bad < 0 ? 0 : bad) * QV_ROW_WORDS;
  if (s->method->exact)
    PetscCall(conclude_exact(run, s, good));
  else if (bad >= 0)
    PetscCall(qv_run_conclude(run,
                              "seed %lld diverged at iteration %lld: %s is no longer finite; "
                              "try smaller steps",
                              (long long)(qv_run_seed(run) + (uint64_t)bad),
                              (long long)row[QV_ROW_ITERATIONS], what[(int)row[QV_ROW_TROUBLE]]));
  else if (!qv_solve_certifies(s))
    PetscCall(qv_run_conclude(run, "%lld iterations; objective %.9g%s", (long long)s->iterations,
                              row[QV_ROW_OBJECTIVE], s->rows > 1 ? " (first seed)" : ""));
  else
    PetscCall(
      qv_run_conclude(run, "%lld iterations; objective %.9g, certified %.9g, |grad Phi| %.3g%s",
                      (long long)s->iterations, row[QV_ROW_OBJECTIVE], row[QV_ROW_CERTIFIED],
                      row[QV_ROW_GRADIENT], s->rows > 1 ? " (first seed)" : ""));
  PetscFunctionReturn(0);
}

/* Rank 0's rows stand for all. */
static void report_progress(qv_run *run, const qv_solve_state *s) {
  int64_t done = 0, own = 0;
  for (int64_t r = s->group; r < s->rows; r += s->groups, own++)
    done += s->place[r * QV_AT_WORDS + QV_AT_BEGUN] == QV_BEGUN_ENDED
              ? s->iterations
              : s->place[r * QV_AT_WORDS + QV_AT_ITERATION];
  qv_run_progress(run, (double)done * (double)s->rows / (double)PetscMax(1, own),
                  (double)s->rows * (double)s->iterations,
                  s->method->exact ? "points" : "iterations");
}

static PetscErrorCode step(qv_run *run, void *state, qv_verdict *verdict) {
  qv_solve_state *s    = state;
  bool            more = true;
  int             left;

  PetscFunctionBegin;
  *verdict = QV_GOING_ON;
  for (int64_t q = qv_run_quantum(run); q > 0 && more; q--) {
    more = qv_rows_enter(s);
    if (more) PetscCall(one_unit(run, s));
  }
  report_progress(run, s);
  PetscCall(qv_agree_max(qv_run_comm(run), more, &left));
  if (left) PetscFunctionReturn(0);
  PetscCall(qv_rows_share(s, qv_run_comm(run)));
  PetscCall(conclude(run, s, verdict));
  PetscFunctionReturn(0);
}

static PetscErrorCode freeze(qv_run *run, void *state) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  PetscCall(qv_rows_share(s, qv_run_comm(run)));
  s->saved[QV_PLAN_ITERATIONS] = s->iterations;
  s->saved[QV_PLAN_EVERY]      = s->every;
  s->saved[QV_PLAN_REPORTS]    = s->reports;
  PetscFunctionReturn(0);
}

static PetscErrorCode thaw(qv_run *run, void *state) {
  PetscFunctionBegin;
  PetscCall(qv_extend_thaw(run, state));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(void *state) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  PetscCall(qv_lower_destroy(&s->lower));
  PetscCall(qv_adjoint_destroy(&s->walk.adjoint));
  PetscCall(qv_task_destroy(&s->task));
  PetscCall(qv_rows_release(s));
  PetscCall(PetscFree4(s->upper, s->lower_v, s->setting, s->row));
  PetscCall(PetscFree2(s->series, s->meter));
  PetscCall(PetscFree2(s->place, s->elapsed));
  PetscCall(PetscFree2(s->upper_of, s->lower_of));
  PetscCall(PetscFree(s->points));
  for (int k = 0; k < QV_WORK_UPPER; k++) PetscCall(PetscFree(s->walk.work_upper[k]));
  for (int k = 0; k < QV_WORK_LOWER; k++) PetscCall(PetscFree(s->walk.work_lower[k]));
  PetscFunctionReturn(0);
}

extern const qv_problem qv_problem_bilevel_solve;
const qv_problem        qv_problem_bilevel_solve = {
         .name    = "bilevel.solve",
         .summary = "solve a bilevel problem: exactly, or by stochastic methods with certificates",
         .keys    = qv_solve_keys,
         .fields  = qv_solve_fields,
         .params_size = sizeof(qv_bilevel_params),
         .state_size  = sizeof(qv_solve_state),
         .check       = qv_solve_check,
         .estimate    = qv_solve_estimate,
         .setup       = setup,
         .begin       = begin,
         .step        = step,
         .observe     = qv_solve_observe,
         .freeze      = freeze,
         .thaw        = thaw,
         .destroy     = destroy};
