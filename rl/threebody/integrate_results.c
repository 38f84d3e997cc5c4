/* SPDX-License-Identifier: GPL-3.0-or-later
 * What threebody.integrate puts into its file: /result, a row a system, and /snapshot. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rl/threebody/integrate.h"
#include "solvers/nbody/invariants.h"

enum { BODIES = 3, PAIRS = 3, FEW = 10 /* systems make no histogram */ };

/* All that is known of one system at its end. */
typedef struct {
  const qv_ensemble *ensemble;
  qv_member          member; /* as given */
  qv_report          report; /* internal units */
  qv_hierarchy       hierarchy;
  qv_tally           tally;
  double             drift; /* of the centre of mass */
  double             time_scale;
} outcome;

typedef enum { UNIT_NONE, UNIT_MASS, UNIT_LENGTH, UNIT_VELOCITY, UNIT_TIME } unit_kind;

/* A column of the result: its shape below [system], and how a row is filled. Columns of doubles
 * unless `fill_integer` is there. */
typedef struct {
  const char *path, *long_name;
  unit_kind   unit;
  const char *axes[2]; /* below system; NULL: none */
  const char *view;
  void (*fill)(const outcome *o, double *to);
  int64_t (*fill_integer)(const outcome *o);
} result_column;

static double *put_vectors(const outcome *o, const double v[3][3], double scale, double *to) {
  for (int b = 0; b < BODIES; b++)
    for (int k = 0; k < o->ensemble->axes; k++) *to++ = v[b][k] * scale;
  return to;
}

static void fill_mass(const outcome *o, double *to) {
  memcpy(to, o->member.system.mass, sizeof o->member.system.mass);
}

static void fill_initial_position(const outcome *o, double *to) {
  put_vectors(o, o->member.system.position, 1, to);
}

static void fill_initial_velocity(const outcome *o, double *to) {
  put_vectors(o, o->member.system.velocity, 1, to);
}

static void fill_position(const outcome *o, double *to) {
  put_vectors(o, o->report.position, 1, to);
}

static void fill_velocity(const outcome *o, double *to) {
  put_vectors(o, o->report.velocity, o->time_scale, to);
}

static void fill_time(const outcome *o, double *to) {
  *to = o->report.time / o->time_scale;
}

static void fill_energy_error(const outcome *o, double *to) {
  *to = o->report.energy_error;
}

static void fill_momentum_error(const outcome *o, double *to) {
  *to = o->report.angular_momentum_error;
}

static void fill_drift(const outcome *o, double *to) {
  *to = o->drift;
}

static void fill_closest(const outcome *o, double *to) {
  *to = o->report.closest_approach;
}

static void fill_closest_time(const outcome *o, double *to) {
  *to = o->report.closest_approach_time / o->time_scale;
}

static void fill_binary_axis(const outcome *o, double *to) {
  *to = o->hierarchy.semi_major_axis > 0 ? o->hierarchy.semi_major_axis : NAN;
}

static void fill_binary_eccentricity(const outcome *o, double *to) {
  *to = o->hierarchy.semi_major_axis > 0 ? o->hierarchy.eccentricity : NAN;
}

static int64_t fill_system(const outcome *o) {
  return o->member.id;
}

static int64_t fill_closest_pair(const outcome *o) {
  return o->report.closest_pair;
}

static int64_t fill_steps(const outcome *o) {
  return o->report.steps;
}

static int64_t fill_evaluations(const outcome *o) {
  return o->report.force_evaluations;
}

static int64_t fill_side_evaluations(const outcome *o) {
  return o->tally.side_evaluations;
}

static int64_t fill_escaper(const outcome *o) {
  return qv_hierarchy_escaped(&o->hierarchy) ? o->hierarchy.third + 1 : 0;
}

// clang-format off
static const result_column columns[] = {
  {"/result/system", "name of the system: seed, index, number or id", UNIT_NONE, {0}, NULL, NULL, fill_system},
  {"/result/mass", "mass", UNIT_MASS, {"body"}, NULL, fill_mass, NULL},
  {"/result/initial_position", "position at the start", UNIT_LENGTH, {"body", "axis"}, NULL, fill_initial_position, NULL},
  {"/result/initial_velocity", "velocity at the start", UNIT_VELOCITY, {"body", "axis"}, NULL, fill_initial_velocity, NULL},
  {"/result/position", "position at the end", UNIT_LENGTH, {"body", "axis"}, NULL, fill_position, NULL},
  {"/result/velocity", "velocity at the end", UNIT_VELOCITY, {"body", "axis"}, NULL, fill_velocity, NULL},
  {"/result/time", "time at the end", UNIT_TIME, {0}, NULL, fill_time, NULL},
  {"/result/energy_error", "relative energy error", UNIT_NONE, {0}, "histogram-log", fill_energy_error, NULL},
  {"/result/angular_momentum_error", "relative angular momentum error", UNIT_NONE, {0}, "histogram-log", fill_momentum_error, NULL},
  {"/result/centre_of_mass_drift", "distance of the centre of mass from its straight path", UNIT_LENGTH, {0}, NULL, fill_drift, NULL},
  {"/result/closest_approach", "smallest separation of two bodies on the way", UNIT_LENGTH, {0}, "histogram-log", fill_closest, NULL},
  {"/result/closest_approach_time", "time of the closest approach", UNIT_TIME, {0}, NULL, fill_closest_time, NULL},
  {"/result/closest_approach_pair", "pair of the closest approach, an index of the axis pair", UNIT_NONE, {0}, NULL, NULL, fill_closest_pair},
  {"/result/binary_semi_major_axis", "semi-major axis of the most bound pair at the end", UNIT_LENGTH, {0}, NULL, fill_binary_axis, NULL},
  {"/result/binary_eccentricity", "eccentricity of the most bound pair at the end", UNIT_NONE, {0}, NULL, fill_binary_eccentricity, NULL},
  {"/result/escaper", "body that leaves the other two at the end; 0: none", UNIT_NONE, {0}, NULL, NULL, fill_escaper},
  {"/result/steps", "steps", UNIT_NONE, {0}, NULL, NULL, fill_steps},
  {"/result/force_evaluations", "force evaluations, all three pairs once each", UNIT_NONE, {0}, "histogram-log", NULL, fill_evaluations},
  {"/result/snapshot_force_evaluations", "force evaluations for snapshots, not counted above", UNIT_NONE, {0}, NULL, NULL, fill_side_evaluations},
};
// clang-format on

enum {
  N_COLUMNS      = sizeof columns / sizeof *columns,
  COLUMN_VERDICT = N_COLUMNS,
  COLUMN_SEPARATION
};

static const char *unit_text(qv_units units, unit_kind kind) {
  static const char *const word[] = {"1", "Msun", "au", "au/yr", "yr"};
  return units == QV_UNITS_AU_MSUN_YR ? word[kind] : "1";
}

/* How far the centre of mass is from where its first velocity would have brought it. */
static double drift_of(const qv_system *start, const qv_report *r) {
  qv_invariants a, b;
  double        sum = 0;
  qv_invariants_compute(start->mass, start->position, start->velocity, &a);
  qv_invariants_compute(start->mass, r->position, r->velocity, &b);
  for (int k = 0; k < 3; k++) {
    const double d = b.centre[k] - (a.centre[k] + a.centre_velocity[k] * r->time);
    sum += d * d;
  }
  return sqrt(sum);
}

static void judge(const qv_integrate_state *s, int64_t k, outcome *o) {
  const double *final = s->rows->column[QV_COLUMN_FINAL].data;
  qv_system     internal;
  o->ensemble   = &s->ensemble;
  o->time_scale = qv_source_time_scale(s->ensemble.units);
  o->tally      = ((const qv_tally *)s->rows->column[QV_COLUMN_TALLY].data)[k];
  qv_source_member(&s->ensemble, s->rows->index[k], &o->member);
  qv_source_internal(&s->ensemble, s->rows->index[k], &internal);
  s->integrator->report(&internal, final + k * s->integrator->words, &o->report);
  qv_hierarchy_find(internal.mass, o->report.position, o->report.velocity, &o->hierarchy);
  o->drift = drift_of(&internal, &o->report);
}

/* Entries of a row of a column. */
static int64_t row_length(const result_column *c, int axes) {
  return (c->axes[0] ? BODIES : 1) * (c->axes[1] ? axes : 1);
}

/* The rows of the result beside the rows of the state: same index, own columns. */
static PetscErrorCode make_columns(const qv_integrate_state *s, qv_rows *rows) {
  outcome o;

  PetscFunctionBegin;
  *rows           = *s->rows;
  rows->n_columns = COLUMN_SEPARATION + 1;
  PetscCall(PetscCalloc1(rows->n_columns, &rows->column));
  for (int c = 0; c < rows->n_columns; c++) {
    size_t bytes = c < N_COLUMNS ? 8 * (size_t)row_length(&columns[c], s->ensemble.axes) : 1;
    if (c == COLUMN_SEPARATION) bytes = 8 * PAIRS * (size_t)s->params->snapshots;
    rows->column[c].bytes = bytes;
    PetscCall(PetscCalloc(bytes * (size_t)rows->n_local + 1, &rows->column[c].data));
  }
  for (int64_t k = 0; k < rows->n_local; k++) {
    judge(s, k, &o);
    for (int c = 0; c < N_COLUMNS; c++) {
      double *real = (double *)rows->column[c].data + k * row_length(&columns[c], s->ensemble.axes);
      int64_t *integer = (int64_t *)rows->column[c].data + k;
      if (columns[c].fill)
        columns[c].fill(&o, real);
      else
        *integer = columns[c].fill_integer(&o);
    }
    ((int8_t *)rows->column[COLUMN_VERDICT].data)[k] = (int8_t)o.tally.ending;
  }
  PetscFunctionReturn(0);
}

/* Distances of the three pairs at each snapshot, from the positions. */
static void fill_separations(const qv_integrate_state *s, double *to) {
  static const int pair[PAIRS][2] = {{0, 1}, {0, 2}, {1, 2}};
  const double    *position       = s->rows->column[QV_COLUMN_SNAPSHOT].data;
  const int        axes           = s->ensemble.axes;
  const int64_t    n              = s->rows->n_local * s->params->snapshots;
  for (int64_t i = 0; i < n; i++, position += 3 * axes)
    for (int p = 0; p < PAIRS; p++) {
      double sum = 0;
      for (int k = 0; k < axes; k++) {
        const double d = position[pair[p][0] * axes + k] - position[pair[p][1] * axes + k];
        sum += d * d;
      }
      *to++ = sqrt(sum);
    }
}

/* The values of the axes body, axis and pair in a group. */
static PetscErrorCode put_scales(qv_record *record, const char *group, int axes) {
  static const int64_t     body[BODIES] = {1, 2, 3};
  static const char *const axis[]       = {"x", "y", "z"};
  static const char *const pair[]       = {"1-2", "1-3", "2-3"};
  char                     path[64];

  PetscFunctionBegin;
  snprintf(path, sizeof path, "%s/body", group);
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = path,
                                      .type      = QV_I64,
                                      .rank      = 1,
                                      .shape     = {BODIES},
                                      .axes      = {"body"},
                                      .unit      = "1",
                                      .long_name = "body"},
                          body));
  snprintf(path, sizeof path, "%s/axis", group);
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = path,
                                      .type      = QV_TEXT,
                                      .rank      = 1,
                                      .shape     = {axes},
                                      .axes      = {"axis"},
                                      .unit      = "1",
                                      .long_name = "axis"},
                          axis));
  snprintf(path, sizeof path, "%s/pair", group);
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = path,
                                      .type      = QV_TEXT,
                                      .rank      = 1,
                                      .shape     = {PAIRS},
                                      .axes      = {"pair"},
                                      .unit      = "1",
                                      .long_name = "pair of bodies"},
                          pair));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_results(const qv_integrate_state *s, const qv_rows *rows,
                                  qv_record *record) {
  PetscFunctionBegin;
  PetscCall(put_scales(record, "/result", s->ensemble.axes));
  for (int c = 0; c < N_COLUMNS; c++) {
    const result_column *col   = &columns[c];
    qv_array             array = {.path      = col->path,
                                  .type      = col->fill ? QV_F64 : QV_I64,
                                  .rank      = 1 + (col->axes[0] != NULL) + (col->axes[1] != NULL),
                                  .shape     = {rows->n, BODIES, s->ensemble.axes},
                                  .axes      = {"system", col->axes[0], col->axes[1]},
                                  .unit      = unit_text(s->ensemble.units, col->unit),
                                  .long_name = col->long_name,
                                  .view      = rows->n >= FEW ? col->view : NULL};
    PetscCall(qv_record_put_rows(record, &array, rows, c));
  }
  PetscCall(qv_record_put_rows(record,
                               &(qv_array){.path      = "/result/verdict",
                                           .type      = QV_ENUM,
                                           .rank      = 1,
                                           .shape     = {rows->n},
                                           .axes      = {"system"},
                                           .unit      = "1",
                                           .long_name = "how the system ended",
                                           .words     = qv_ending_words},
                               rows, COLUMN_VERDICT));
  PetscFunctionReturn(0);
}

/* Snapshot times in the ensemble's unit, or as parts of each system's own end. */
static PetscErrorCode put_times(const qv_integrate_state *s, qv_record *record) {
  const int64_t n       = s->params->snapshots;
  const bool    periods = s->params->end.unit == QV_UNIT_PERIODS;
  double       *time;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &time));
  for (int64_t i = 0; i < n; i++) time[i] = qv_integrator_snapshot_time(s->params->end.value, i, n);
  PetscCall(
    qv_record_put(record,
                  &(qv_array){.path  = "/snapshot/time",
                              .type  = QV_F64,
                              .rank  = 1,
                              .shape = {n},
                              .axes  = {"time"},
                              .unit  = periods ? "period" : unit_text(s->ensemble.units, UNIT_TIME),
                              .long_name = "time"},
                  time));
  PetscCall(PetscFree(time));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_snapshots(const qv_integrate_state *s, const qv_rows *rows,
                                    qv_record *record) {
  const char *length = unit_text(s->ensemble.units, UNIT_LENGTH);
  qv_array    array  = {.path      = "/snapshot/position",
                        .type      = QV_F64,
                        .rank      = 4,
                        .shape     = {s->params->snapshots, rows->n, BODIES, s->ensemble.axes},
                        .axes      = {"time", "system", "body", "axis"},
                        .unit      = length,
                        .long_name = "position",
                        .view      = "trajectory"};
  qv_array    apart  = {.path      = "/snapshot/separation",
                        .type      = QV_F64,
                        .rank      = 3,
                        .shape     = {s->params->snapshots, rows->n, PAIRS},
                        .axes      = {"time", "system", "pair"},
                        .unit      = length,
                        .long_name = "separation",
                        .view      = "series-log"};

  PetscFunctionBegin;
  PetscCall(put_times(s, record));
  PetscCall(put_scales(record, "/snapshot", s->ensemble.axes));
  PetscCall(qv_record_put_rows(record,
                               &(qv_array){.path      = "/snapshot/system",
                                           .type      = QV_I64,
                                           .rank      = 1,
                                           .shape     = {rows->n},
                                           .axes      = {"system"},
                                           .unit      = "1",
                                           .long_name = "name of the system"},
                               rows, 0));
  PetscCall(qv_record_put_rows_inner(record, &array, s->rows, QV_COLUMN_SNAPSHOT));
  fill_separations(s, rows->column[COLUMN_SEPARATION].data);
  PetscCall(qv_record_put_rows_inner(record, &apart, rows, COLUMN_SEPARATION));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_integrate_observe(const qv_run *run, void *state, qv_record *record) {
  const qv_integrate_state *s = state;
  qv_rows                   rows;

  PetscFunctionBegin;
  (void)run;
  if (!qv_record_is_final(record)) PetscFunctionReturn(0);
  PetscCall(make_columns(s, &rows));
  PetscCall(put_results(s, &rows, record));
  if (s->params->snapshots) PetscCall(put_snapshots(s, &rows, record));
  for (int c = 0; c < rows.n_columns; c++) PetscCall(PetscFree(rows.column[c].data));
  PetscCall(PetscFree(rows.column));
  PetscFunctionReturn(0);
}
