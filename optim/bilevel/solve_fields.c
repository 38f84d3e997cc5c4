/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a restart of bilevel.solve needs. */
#include "optim/bilevel/solve.h"

static PetscErrorCode view_at(void *state, qv_field_view *view) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  *view = (qv_field_view){.rank = 2, .shape = {s->rows, QV_AT_WORDS}, .data = s->place};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_plan(void *state, qv_field_view *view) {
  PetscFunctionBegin;
  *view =
    (qv_field_view){.rank = 1, .shape = {QV_PLAN_WORDS}, .data = ((qv_solve_state *)state)->saved};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_upper(void *state, qv_field_view *view) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  *view = (qv_field_view){
    .rank = 3, .shape = {s->rows, s->vectors[0], s->task->n_upper}, .data = s->upper};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_lower(void *state, qv_field_view *view) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  *view = (qv_field_view){
    .rank = 3, .shape = {s->rows, s->vectors[1], s->task->n_lower}, .data = s->lower_v};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_setting(void *state, qv_field_view *view) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  *view = (qv_field_view){.rank = 2, .shape = {s->rows, QV_SETTINGS}, .data = s->setting};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_row(void *state, qv_field_view *view) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  *view = (qv_field_view){.rank = 2, .shape = {s->rows, QV_ROW_WORDS}, .data = s->row};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_series(void *state, qv_field_view *view) {
  qv_solve_state *s = state;

  const int64_t n = s->saved[QV_PLAN_REPORTS]; /* when it is loaded, those of the file */

  PetscFunctionBegin;
  PetscCall(qv_extend_room(s, n));
  *view = (qv_field_view){.rank = 3, .shape = {s->rows, n, QV_SERIES_COLUMNS}, .data = s->series};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_elapsed(void *state, qv_field_view *view) {
  qv_solve_state *s = state;

  PetscFunctionBegin;
  *view = (qv_field_view){.rank = 1, .shape = {s->rows}, .data = s->elapsed};
  PetscFunctionReturn(0);
}

static PetscErrorCode view_meter(void *state, qv_field_view *view) {
  qv_solve_state *s = state;

  const int64_t n = s->saved[QV_PLAN_REPORTS];

  PetscFunctionBegin;
  *view = (qv_field_view){.rank = 3, .shape = {s->rows, n, QV_METERS}, .data = s->meter};
  PetscFunctionReturn(0);
}

const qv_field qv_solve_fields[] = {{"at", QV_I64, QV_REPLICATED, "1", view_at},
                                    {"plan", QV_I64, QV_REPLICATED, "1", view_plan},
                                    {"upper", QV_F64, QV_REPLICATED, "1", view_upper},
                                    {"lower", QV_F64, QV_REPLICATED, "1", view_lower},
                                    {"setting", QV_F64, QV_REPLICATED, "1", view_setting},
                                    {"row", QV_F64, QV_REPLICATED, "1", view_row},
                                    {"series", QV_F64, QV_REPLICATED, "1", view_series},
                                    {"meter", QV_F64, QV_REPLICATED, "1", view_meter},
                                    {"elapsed", QV_F64, QV_REPLICATED, "s", view_elapsed},
                                    {.name = NULL}};
