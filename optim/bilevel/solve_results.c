/* SPDX-License-Identifier: GPL-3.0-or-later
 * What bilevel.solve puts into its file: /result, and /series a row a report. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optim/bilevel/solve.h"

enum { PATH = 96 };

/* A column of numbers of the rows. */
typedef struct {
  const char *name, *long_name;
  int         word;
  bool        exact, stochastic; /* for which methods */
  bool        certified;         /* from exact answers */
} row_column;

/* Always; where the task knows its answer; where certificates are asked for; of clients; of audits.
 */
typedef enum { ALWAYS, ANSWER, CERTIFICATE, FEDERATED, AUDIT } series_use;

typedef struct {
  const char *name, *long_name, *view;
  int         column;
  series_use  only;
} series_column;

// clang-format off
static const row_column row_columns[] = {
  {"objective", "upper objective at the lower level's solution", QV_ROW_OBJECTIVE, true, false, false},
  {"objective", "upper objective at the returned pair", QV_ROW_OBJECTIVE, false, true, false},
  {"certified_objective", "upper objective at the lower level's exact solution", QV_ROW_CERTIFIED, false, true, true},
  {"certified_gradient", "norm of the hypergradient, exact answers inside", QV_ROW_GRADIENT, false, true, true},
  {"lower_residual", "norm of dg/dy, relative to max(1, norm at y = 0)", QV_ROW_LOWER_ERROR, true, false, false},
  {"adjoint_residual", "norm of H z - b relative to that of b", QV_ROW_ADJOINT_ERROR, true, false, false},
};
static const series_column series_columns[] = {
  {"gradient_calls", "gradients of either level, one batch each", NULL, QV_SERIES_GRADIENTS, ALWAYS},
  {"product_calls", "Hessian products, one batch each", NULL, QV_SERIES_PRODUCTS, ALWAYS},
  {"cross_calls", "cross products, one batch each", NULL, QV_SERIES_CROSSES, ALWAYS},
  {"samples", "samples seen by all oracles", NULL, QV_SERIES_SAMPLES, ALWAYS},
  {"exchanged_bytes", "bytes between clients and the server, both ways", NULL, QV_SERIES_EXCHANGED, FEDERATED},
  {"objective", "upper objective, all samples", "series", QV_SERIES_OBJECTIVE, ALWAYS},
  {"lower_objective", "lower objective, all samples", "series", QV_SERIES_LOWER_OBJECTIVE, ALWAYS},
  {"direction_norm", "norm of the direction of the upper step", "series-log", QV_SERIES_MOMENTUM, ALWAYS},
  {"hypergradient_norm", "norm of the hypergradient in closed form", "series-log", QV_SERIES_HYPERGRADIENT, ANSWER},
  {"lower_distance", "distance of y from the lower level's solution", "series-log", QV_SERIES_DISTANCE, ANSWER},
  {"certified_objective", "upper objective at the lower level's exact solution", "series", QV_SERIES_CERTIFIED, CERTIFICATE},
  {"certified_gradient", "norm of the hypergradient, exact answers inside", "series-log", QV_SERIES_CERTIFIED_GRADIENT, CERTIFICATE},
  {"upper_slope", "norm of df/dx", NULL, QV_SERIES_SLOPE, AUDIT},
  {"upper_curvature", "change of df/dx along its own direction, over the distance", NULL, QV_SERIES_CURVATURE, AUDIT},
};
static const struct { const char *name, *long_name; int word; } audits[] = {
  {"convexity", "mu at the end, by Lanczos' method or as known", QV_ROW_AUDIT_CONVEXITY},
  {"smoothness", "largest curvature of the lower level at the end", QV_ROW_AUDIT_SMOOTHNESS},
  {"tracking", "tolerated distance of y: the recipe's, or a tenth of |y|", QV_ROW_AUDIT_TRACKING},
  {"period", "longest period that keeps it", QV_ROW_AUDIT_PERIOD},
  {"steps", "lower steps of an update that keep it", QV_ROW_AUDIT_STEPS},
  {"radius", "smallest ball that does not hinder it", QV_ROW_AUDIT_RADIUS},
  {"l_x0", "L0 of curvature = L0 + L1 slope along the run", QV_ROW_AUDIT_L0},
  {"l_x1", "L1 of the same", QV_ROW_AUDIT_L1},
};
/* Settings that must not be more, or not less, than what the audit says. */
static const struct { const char *name; int setting, word; bool most; } rules[] = {
  {"period_verdict", QV_SETTING_PERIOD, QV_ROW_AUDIT_PERIOD, true},
  {"steps_verdict", QV_SETTING_STEPS, QV_ROW_AUDIT_STEPS, false},
  {"radius_verdict", QV_SETTING_RADIUS, QV_ROW_AUDIT_RADIUS, false},
};
static const struct { const char *name, *long_name; int setting; } settings[] = {
  {"eta", "upper step", QV_SETTING_ETA},
  {"beta", "momentum", QV_SETTING_BETA},
  {"nu", "step of z", QV_SETTING_NU},
  {"gamma", "lower step", QV_SETTING_GAMMA},
  {"period", "iterations between updates of y", QV_SETTING_PERIOD},
  {"steps", "lower steps of an update", QV_SETTING_STEPS},
  {"radius", "radius of the ball of an update", QV_SETTING_RADIUS},
  {"batch", "samples of an oracle; 0: all", QV_SETTING_BATCH},
  {"init_gamma", "first step of Epoch-SGD", QV_SETTING_INIT_GAMMA},
  {"init_steps", "length of its first epoch", QV_SETTING_INIT_STEPS},
  {"init_radius", "radius of its first ball", QV_SETTING_INIT_RADIUS},
  {"init_epochs", "number of its epochs", QV_SETTING_INIT_EPOCHS},
  {"steps_uncapped", "lower steps that the recipe asks for", QV_SETTING_STEPS_UNCAPPED},
  {"init_steps_uncapped", "length of the first epoch that the recipe asks for", QV_SETTING_INIT_STEPS_UNCAPPED},
  {"convexity", "mu of the recipe", QV_SETTING_CONVEXITY},
  {"smoothness", "largest curvature of the lower level, of the recipe", QV_SETTING_SMOOTHNESS},
  {"noise", "standard deviation of the lower gradient, of the recipe", QV_SETTING_NOISE},
  {"tracking", "tolerated distance of y, of the recipe", QV_SETTING_TRACKING},
};
// clang-format on

/* Put a block [rows, below…] under /result or /series; the first axis is left out for one seed. */
typedef struct {
  const qv_solve_state *s;
  qv_record            *record;
  const char           *group;
} sink;

static PetscErrorCode put(const sink *to, const char *name, const char *long_name,
                          const qv_array *below, const void *data) {
  const qv_solve_state *s = to->s;
  char                  path[PATH];
  qv_array a = {.path = path, .type = below->type, .unit = "1", .long_name = long_name};

  PetscFunctionBegin;
  snprintf(path, sizeof path, "%s/%s", to->group, name);
  a.view  = below->view;
  a.words = below->words;
  if (s->method->exact || s->rows > 1) {
    a.shape[a.rank]  = s->rows;
    a.axes[a.rank++] = s->method->exact ? "point" : "seed";
  }
  for (int i = 0; i < below->rank; i++) {
    a.shape[a.rank]  = below->shape[i];
    a.axes[a.rank++] = below->axes[i];
  }
  PetscCall(qv_record_put(to->record, &a, data));
  PetscFunctionReturn(0);
}

/* The values of the axis `seed`. */
static PetscErrorCode put_seeds(const qv_run *run, const sink *to) {
  const qv_solve_state *s = to->s;
  int64_t              *seed;

  PetscFunctionBegin;
  if (s->method->exact || s->rows == 1) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1((size_t)s->rows, &seed));
  for (int64_t r = 0; r < s->rows; r++) seed[r] = (int64_t)qv_run_seed(run) + r;
  PetscCall(put(to, "seed", "seed of the run", &(qv_array){.type = QV_I64}, seed));
  PetscCall(PetscFree(seed));
  PetscFunctionReturn(0);
}

/* One vector of each row; `stride` vectors of n numbers stand in a row. */
static PetscErrorCode put_vectors(const sink *to, const char *name, const char *long_name,
                                  const qv_array *below, const double *first, int stride) {
  const int64_t n    = qv_array_length(below);
  double       *copy = NULL;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)(to->s->rows * n), &copy));
  for (int64_t r = 0; r < to->s->rows; r++)
    memcpy(copy + r * n, first + r * stride * n, (size_t)n * sizeof *copy);
  PetscCall(put(to, name, long_name, below, copy));
  PetscCall(PetscFree(copy));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_variables(const sink *to) {
  const qv_solve_state *s     = to->s;
  const qv_array        upper = {
           .type = QV_F64, .rank = 1, .shape = {s->task->n_upper}, .axes = {s->task->upper_axis}};
  qv_array lower = {.type = QV_F64, .rank = s->task->lower_rank};

  PetscFunctionBegin;
  for (int i = 0; i < lower.rank; i++) {
    lower.shape[i] = s->task->lower_shape[i];
    lower.axes[i]  = s->task->lower_axes[i];
  }
  for (int64_t k = 0; k < s->rows * s->vectors[0]; k++)
    PetscCall(qv_task_gather(s->task, s->upper + k * s->task->n_upper));
  PetscCall(put_vectors(to, "upper", "upper variables", &upper, s->upper, s->vectors[0]));
  PetscCall(put_vectors(to, "lower", "lower variables", &lower, s->lower_v, s->vectors[1]));
  if (!s->method->exact) PetscFunctionReturn(0);
  PetscCall(put_vectors(to, "hypergradient", "df/dx - (d2g/dxdy) z", &upper,
                        s->upper + s->task->n_upper, s->vectors[0]));
  PetscCall(put_vectors(to, "adjoint", "z of (d2g/dy2) z = df/dy", &lower,
                        s->lower_v + s->task->n_lower, s->vectors[1]));
  PetscFunctionReturn(0);
}

/* A word of each row. */
static PetscErrorCode put_words(const sink *to, const char *name, const char *long_name,
                                const double *first, int stride) {
  double *value;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)to->s->rows, &value));
  for (int64_t r = 0; r < to->s->rows; r++) value[r] = first[r * stride];
  PetscCall(put(to, name, long_name, &(qv_array){.type = QV_F64}, value));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_verdict(const sink *to) {
  static const char *const exact[]      = {"reached", "tolerance-missed", NULL};
  static const char *const stochastic[] = {"reached", "diverged", NULL};
  const qv_solve_state    *s            = to->s;
  signed char             *verdict;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)s->rows, &verdict));
  for (int64_t r = 0; r < s->rows; r++) verdict[r] = s->row[r * QV_ROW_WORDS + QV_ROW_REACHED] == 0;
  PetscCall(put(to, "verdict", "how the run ended",
                &(qv_array){.type = QV_ENUM, .words = s->method->exact ? exact : stochastic},
                verdict));
  PetscCall(PetscFree(verdict));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_audit(const qv_run *run, qv_solve_state *s, qv_record *record) {
  static const char *const words[] = {"kept", "violated", NULL};
  const sink               to      = {s, record, "/result/audit"};
  signed char             *verdict;

  PetscFunctionBegin;
  PetscCall(put_seeds(run, &to));
  for (size_t k = 0; k < sizeof audits / sizeof *audits; k++)
    PetscCall(
      put_words(&to, audits[k].name, audits[k].long_name, s->row + audits[k].word, QV_ROW_WORDS));
  PetscCall(PetscMalloc1((size_t)s->rows, &verdict));
  for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
    for (int64_t r = 0; r < s->rows; r++) {
      const double is    = s->setting[r * QV_SETTINGS + rules[k].setting];
      const double bound = s->row[r * QV_ROW_WORDS + rules[k].word];
      verdict[r]         = rules[k].most ? is > bound : is < bound;
    }
    PetscCall(put(&to, rules[k].name, "does the setting keep the recipe's rule",
                  &(qv_array){.type = QV_ENUM, .words = words}, verdict));
  }
  PetscCall(PetscFree(verdict));
  PetscFunctionReturn(0);
}

/* What the task says of each of its steps. */
static PetscErrorCode put_trace(const sink *to) {
  const qv_solve_state *s     = to->s;
  qv_task              *task  = s->task;
  const qv_array        below = {
           .type = QV_F64, .rank = 1, .shape = {task->steps}, .axes = {"step"}, .view = "series"};
  double *value;

  PetscFunctionBegin;
  if (!task->kind->trace) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1((size_t)(s->rows * task->steps), &value));
  for (int64_t r = 0; r < s->rows; r++)
    PetscCall(task->kind->trace(task, s->upper + r * s->vectors[0] * task->n_upper,
                                value + r * task->steps));
  PetscCall(put(to, task->kind->traced->word, task->kind->traced->doc, &below, value));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

/* What a training sample counts: the upper variable behind its sigmoid. */
static PetscErrorCode put_weight(const sink *to) {
  const qv_solve_state *s     = to->s;
  const int64_t         n     = s->task->n_upper;
  const qv_array        below = {.type  = QV_F64,
                                 .rank  = 1,
                                 .shape = {n},
                                 .axes  = {s->task->upper_axis},
                                 .view  = "histogram by corrupted"};
  double               *weight;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)(s->rows * n), &weight));
  for (int64_t r = 0; r < s->rows; r++)
    for (int64_t i = 0; i < n; i++)
      weight[r * n + i] = 1 / (1 + exp(-s->upper[r * s->vectors[0] * n + i]));
  PetscCall(put(to, "sample_weight", "weight of the training sample", &below, weight));
  PetscCall(PetscFree(weight));
  PetscFunctionReturn(0);
}

/* The marks of the upper variables, the same in every row. */
static PetscErrorCode put_flag(const sink *to) {
  const qv_task *task  = to->s->task;
  const qv_array below = {.type  = QV_ENUM,
                          .rank  = 1,
                          .shape = {task->n_upper},
                          .axes  = {task->upper_axis},
                          .words = task->flag ? task->flag_kind->words : NULL};
  signed char   *copy;

  PetscFunctionBegin;
  if (!task->flag) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1((size_t)(to->s->rows * task->n_upper), &copy));
  for (int64_t r = 0; r < to->s->rows; r++)
    memcpy(copy + r * task->n_upper, task->flag, (size_t)task->n_upper);
  PetscCall(put(to, task->flag_kind->name, task->flag_kind->long_name, &below, copy));
  PetscCall(PetscFree(copy));
  PetscCall(put_weight(to));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_result(const qv_run *run, qv_solve_state *s, qv_record *record) {
  const sink to     = {s, record, "/result"};
  const sink inside = {s, record, "/result/parameters"};
  const int  n      = (int)(sizeof row_columns / sizeof *row_columns);

  PetscFunctionBegin;
  PetscCall(put_seeds(run, &to));
  PetscCall(put_variables(&to));
  for (int k = 0; k < n; k++)
    if ((s->method->exact ? row_columns[k].exact : row_columns[k].stochastic) &&
        !(row_columns[k].certified && !qv_solve_certifies(s)))
      PetscCall(put_words(&to, row_columns[k].name, row_columns[k].long_name,
                          s->row + row_columns[k].word, QV_ROW_WORDS));
  PetscCall(put_flag(&to));
  PetscCall(put_trace(&to));
  PetscCall(put_verdict(&to));
  if (s->method->exact) PetscFunctionReturn(0);
  if (s->params->audit) PetscCall(put_audit(run, s, record));
  PetscCall(put_seeds(run, &inside));
  for (size_t k = 0; k < sizeof settings / sizeof *settings; k++)
    if (!isnan(s->setting[settings[k].setting]))
      PetscCall(put_words(&inside, settings[k].name, settings[k].long_name,
                          s->setting + settings[k].setting, QV_SETTINGS));
  PetscFunctionReturn(0);
}

/* The longest row's number of reports: shorter ones, of runs that diverged, end with NaN. */
static int64_t most_reports(const qv_solve_state *s) {
  double most = 0;
  for (int64_t r = 0; r < s->rows; r++)
    most = fmax(most, s->row[r * QV_ROW_WORDS + QV_ROW_REPORTS]);
  return (int64_t)most;
}

/* Column `column` of `columns` of a table [rows, reports, columns]. */
static PetscErrorCode put_series(const sink *to, const series_column *c, const double *table,
                                 int columns) {
  const qv_solve_state *s       = to->s;
  const int64_t         reports = most_reports(s);
  const qv_array        below   = {.type  = QV_F64,
                                   .rank  = 1,
                                   .shape = {reports},
                                   .axes  = {s->rows > 1 ? "report" : "iteration"},
                                   .view  = c->view};
  double               *value;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)(s->rows * reports), &value));
  for (int64_t r = 0; r < s->rows; r++)
    for (int64_t k = 0; k < reports; k++)
      value[r * reports + k] = table[(r * s->reports + k) * columns + c->column];
  PetscCall(put(to, c->name, c->long_name, &below, value));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

static bool applies(const qv_solve_state *s, const series_column *c) {
  if (c->only == ANSWER) return s->task->kind->answer != NULL;
  if (c->only == CERTIFICATE) return s->params->certify_every != QV_UNSET_INT;
  if (c->only == AUDIT) return s->params->audit;
  if (c->only == FEDERATED) return s->method->federated;
  return true;
}

static PetscErrorCode put_all_series(const qv_run *run, qv_solve_state *s, qv_record *record) {
  static const series_column iteration = {"iteration", "upper steps done", NULL,
                                          QV_SERIES_ITERATION, ALWAYS};
  static const series_column meters[]  = {
     {"iteration", "upper steps done", NULL, 0, ALWAYS},
     {"seconds", "seconds since the start, reports left out", NULL, QV_METER_SECONDS, ALWAYS},
     {"reductions", "sums over ranks", NULL, QV_METER_REDUCTIONS, ALWAYS},
     {"bytes", "bytes that a rank gave to them", NULL, QV_METER_BYTES, ALWAYS}};
  const sink       to = {s, record, "/series"}, beside = {s, record, "/run/series"};
  const qv_choice *merit = s->task->kind->merits;

  PetscFunctionBegin;
  PetscCall(put_seeds(run, &to));
  PetscCall(put_series(&to, &iteration, s->series, QV_SERIES_COLUMNS));
  for (size_t k = 0; k < sizeof series_columns / sizeof *series_columns; k++)
    if (applies(s, &series_columns[k]))
      PetscCall(put_series(&to, &series_columns[k], s->series, QV_SERIES_COLUMNS));
  for (int k = 0; merit && merit[k].word; k++) {
    const series_column c = {merit[k].word, merit[k].doc, "series", QV_SERIES_MERITS + k, ALWAYS};
    if (!isnan(s->series[c.column])) PetscCall(put_series(&to, &c, s->series, QV_SERIES_COLUMNS));
  }
  PetscCall(put_seeds(run, &beside));
  PetscCall(put_series(&beside, &iteration, s->series, QV_SERIES_COLUMNS));
  for (int k = 1; k < 4; k++) PetscCall(put_series(&beside, &meters[k], s->meter, QV_METERS));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_solve_observe(const qv_run *run, void *state, qv_record *record) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  if (!qv_record_is_final(record)) PetscFunctionReturn(0);
  PetscCall(put_result(run, s, record));
  if (!s->method->exact) PetscCall(put_all_series(run, s, record));
  PetscFunctionReturn(0);
}
