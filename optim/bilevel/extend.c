/* SPDX-License-Identifier: GPL-3.0-or-later
 * More iterations on a restart: rows that have ended go on, and the series keeps the reports that a
 * run of that many iterations from the start would have made. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/solve.h"

static int64_t *place_of(qv_solve_state *s, int64_t row) {
  return s->place + row * QV_AT_WORDS;
}

PetscErrorCode qv_extend_room(qv_solve_state *s, int64_t reports) {
  const size_t n = (size_t)(s->rows * reports);

  PetscFunctionBegin;
  if (reports <= s->room) PetscFunctionReturn(0);
  PetscCall(PetscFree2(s->series, s->meter));
  PetscCall(PetscCalloc2(n * QV_SERIES_COLUMNS, &s->series, n * QV_METERS, &s->meter));
  for (size_t i = 0; i < n * QV_SERIES_COLUMNS; i++) s->series[i] = NAN;
  s->room = reports;
  PetscFunctionReturn(0);
}

/* Would a run with this plan have made report k of the row? */
static bool stays(const qv_solve_state *s, int64_t row, int64_t k, const double *report) {
  const bool stopped = s->row[row * QV_ROW_WORDS + QV_ROW_TROUBLE] != QV_TROUBLE_NONE;
  if (stopped && k == s->place[row * QV_AT_WORDS + QV_AT_REPORTS] - 1) return true;
  return (int64_t)report[QV_SERIES_ITERATION] % s->every == 0;
}

/* Reports of a row from the loaded series to the new one. */
static void move_row(qv_solve_state *s, int64_t row, const double *series, const double *meter) {
  const int64_t from = row * s->saved[QV_PLAN_REPORTS], to = row * s->reports;
  const int64_t n = place_of(s, row)[QV_AT_REPORTS], certified = s->params->certify_every;
  int64_t       kept = 0;
  for (int64_t k = 0; k < n; k++) {
    const double *report = series + (from + k) * QV_SERIES_COLUMNS;
    double       *column = s->series + (to + kept) * QV_SERIES_COLUMNS;
    if (!stays(s, row, k, report)) continue;
    memcpy(column, report, QV_SERIES_COLUMNS * sizeof *column);
    memcpy(s->meter + (to + kept) * QV_METERS, meter + (from + k) * QV_METERS,
           QV_METERS * sizeof *meter);
    if (certified != QV_UNSET_INT && kept % certified)
      column[QV_SERIES_CERTIFIED] = column[QV_SERIES_CERTIFIED_GRADIENT] = NAN;
    kept++;
  }
  place_of(s, row)[QV_AT_REPORTS]             = kept;
  s->row[row * QV_ROW_WORDS + QV_ROW_REPORTS] = (double)kept;
}

/* Rows that have ended go on, but for those that diverged. */
static PetscErrorCode go_on(qv_solve_state *s) {
  double *series = s->series, *meter = s->meter;

  PetscFunctionBegin;
  s->series = s->meter = NULL;
  s->room              = 0;
  PetscCall(qv_extend_room(s, s->reports));
  for (int64_t r = 0; r < s->rows; r++) {
    int64_t *begun = &place_of(s, r)[QV_AT_BEGUN];
    move_row(s, r, series, meter);
    if (*begun == QV_BEGUN_ENDED && s->row[r * QV_ROW_WORDS + QV_ROW_TROUBLE] == QV_TROUBLE_NONE)
      *begun = QV_BEGUN_ALL;
  }
  PetscCall(PetscFree2(series, meter));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_extend_thaw(qv_run *run, qv_solve_state *s) {
  const qv_place where = {.file = "--resume"};
  int64_t        done  = 0;
  bool           same  = true;

  PetscFunctionBegin;
  if (s->saved[QV_PLAN_ITERATIONS] == s->iterations) PetscFunctionReturn(0);
  for (int64_t r = 0; r < s->rows; r++) {
    done = PetscMax(done, place_of(s, r)[QV_AT_ITERATION]);
    if (place_of(s, r)[QV_AT_BEGUN] != QV_BEGUN_NOT)
      same = same && qv_recipe_extends(s->params, s->setting + r * QV_SETTINGS);
  }
  if (done > s->iterations || s->every % s->saved[QV_PLAN_EVERY])
    PetscCall(qv_diag_add(qv_run_diag(run), QV_EXIT_DECK, where,
                          "the checkpoint is of %lld iterations, %lld of them done; "
                          "bilevel.method.iterations can only grow",
                          (long long)s->saved[QV_PLAN_ITERATIONS], (long long)done));
  else if (!same)
    PetscCall(qv_diag_add(qv_run_diag(run), QV_EXIT_DECK, where,
                          "the recipe made eta, or the length of the start, from the number of "
                          "iterations, so that more of them are another run: --force starts it"));
  else
    PetscCall(go_on(s));
  PetscFunctionReturn(0);
}
