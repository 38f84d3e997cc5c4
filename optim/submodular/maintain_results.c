/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports as columns of /series, summaries as /snapshot and /result. */
#include "optim/submodular/maintain.h"

// clang-format off
#define COLUMN(PATH, TYPE, UNIT, NAME, VIEW)                                                       \
  {.path = PATH, .type = TYPE, .rank = 1, .axes = {"update"}, .unit = UNIT, .long_name = NAME, .view = VIEW}
static const qv_array columns[QV_ROW_COLUMNS] = {
  [QV_ROW_UPDATE]         = COLUMN("/series/update", QV_I64, "1", "insertions and deletions done", NULL),
  [QV_ROW_LIVE]           = COLUMN("/series/live", QV_I64, "1", "live elements", NULL),
  [QV_ROW_VALUE]          = COLUMN("/series/value", QV_F64, "1", "value of the summary", "series with upper_bound"),
  [QV_ROW_SIZE]           = COLUMN("/series/size", QV_I64, "1", "elements of the summary", NULL),
  [QV_ROW_UPPER_BOUND]    = COLUMN("/series/upper_bound", QV_F64, "1", "upper bound on the optimum", NULL),
  [QV_ROW_RATIO]          = COLUMN("/series/ratio", QV_F64, "1", "value over upper bound: certified share of the optimum", "series"),
  [QV_ROW_CHANGES]        = COLUMN("/series/changes", QV_I64, "1", "elements that came or went since the last report", NULL),
  [QV_ROW_CALLS]          = COLUMN("/series/oracle_calls", QV_I64, "1", "marginal evaluations so far, in the value-oracle model", "series"),
  [QV_ROW_CALLS_STRICT]   = COLUMN("/series/oracle_calls_strict", QV_I64, "1", "value-oracle calls so far: two a marginal, one a whole set", NULL),
  [QV_ROW_CALLS_FULL]     = COLUMN("/series/oracle_calls_full", QV_I64, "1", "whole-set evaluations so far", NULL),
  [QV_ROW_CALLS_PHYSICAL] = COLUMN("/series/oracle_calls_physical", QV_I64, "1", "marginals or all-prefix passes computed so far", NULL),
  [QV_ROW_CALLS_REPORT]   = COLUMN("/series/oracle_calls_report", QV_I64, "1", "marginals that reports took so far: augmentation and bounds", NULL),
  [QV_ROW_TOUCHED]        = COLUMN("/series/touched", QV_I64, "1", "items that marginals have read so far", NULL),
  [QV_ROW_CALLS_P50]      = COLUMN("/series/update_calls_p50", QV_I64, "1", "median of the marginal evaluations of an update since the last report", "series-log with update_calls_p99 update_calls_max"),
  [QV_ROW_CALLS_P99]      = COLUMN("/series/update_calls_p99", QV_I64, "1", "99th percentile of the marginal evaluations of an update since the last report", NULL),
  [QV_ROW_CALLS_MAX]      = COLUMN("/series/update_calls_max", QV_I64, "1", "most marginal evaluations of an update since the last report", NULL),
  [QV_ROW_SECONDS_P50]    = COLUMN("/run/series/update_seconds_p50", QV_F64, "s", "median of the time of an update on rank 0 since the last report", "series-log with update_seconds_p99 update_seconds_max"),
  [QV_ROW_SECONDS_P99]    = COLUMN("/run/series/update_seconds_p99", QV_F64, "s", "99th percentile of the time of an update on rank 0 since the last report", NULL),
  [QV_ROW_SECONDS_MAX]    = COLUMN("/run/series/update_seconds_max", QV_F64, "s", "longest time of an update on rank 0 since the last report", NULL),
  [QV_ROW_RESTORED]       = COLUMN("/run/series/restored", QV_I64, "1", "elements pushed to rebuild prefixes after restarts", NULL),
  [QV_ROW_SPECULATIVE]    = COLUMN("/run/series/speculative", QV_I64, "1", "marginals that ranks that share rows have asked ahead in vain", NULL)};
// clang-format on

static PetscErrorCode append_rows(qv_maintain_state *s, qv_record *record) {
  PetscFunctionBegin;
  for (int64_t r = 0; r < s->n_pending; r++)
    for (int c = 0; c < QV_ROW_COLUMNS; c++)
      PetscCall(qv_record_append(record, &columns[c], s->pending[r * QV_ROW_COLUMNS + c]));
  s->n_pending = 0;
  PetscFunctionReturn(0);
}

/* Elements as the user knows them: their numbers, or places in /result/id. */
static PetscErrorCode named(const qv_maintain_state *s, int64_t n, const int64_t *e, int64_t **id) {
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, id));
  for (int64_t i = 0; i < n; i++)
    (*id)[i] = e[i] >= 0 && s->numeric ? qv_names_number(s->names, (int32_t)e[i]) : e[i];
  PetscFunctionReturn(0);
}

static PetscErrorCode put_snapshots(const qv_maintain_state *s, qv_record *record) {
  const int64_t n = s->counts.n_reports, k = s->params->k;
  int64_t      *id;

  PetscFunctionBegin;
  PetscCall(named(s, n * k, s->chosen, &id));
  PetscCall(qv_record_put(
    record,
    &(qv_array){.path      = "/snapshot/summary",
                .type      = QV_I64,
                .rank      = 2,
                .shape     = {n, k},
                .axes      = {"report", "place"},
                .unit      = "1",
                .long_name = s->numeric
                               ? "ids of the chosen elements, in order of choice; -1: empty"
                               : "places in /result/id of the chosen elements; -1: empty"},
    id));
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/snapshot/gain",
                                      .type      = QV_F64,
                                      .rank      = 2,
                                      .shape     = {n, k},
                                      .axes      = {"report", "place"},
                                      .unit      = "1",
                                      .long_name = "value that each chosen element added to those "
                                                   "before it"},
                          s->gain));
  PetscCall(PetscFree(id));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_ids(const qv_maintain_state *s, qv_record *record) {
  const char **word;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(s->names->n, &word));
  for (int32_t e = 0; e < s->names->n; e++) word[e] = qv_names_word(s->names, e);
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/result/id",
                                      .type      = QV_TEXT,
                                      .rank      = 1,
                                      .shape     = {s->names->n},
                                      .axes      = {"element"},
                                      .unit      = "1",
                                      .long_name = "names of the elements, in order of the data"},
                          word));
  PetscCall(PetscFree(word));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_final(const qv_maintain_state *s, qv_record *record) {
  const int64_t k = s->params->k, last = (s->counts.n_reports - 1) * k;
  int64_t      *id;

  PetscFunctionBegin;
  PetscCall(named(s, k, s->chosen + last, &id));
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/result/summary",
                                      .type      = QV_I64,
                                      .rank      = 1,
                                      .shape     = {k},
                                      .axes      = {"place"},
                                      .unit      = "1",
                                      .long_name = "the last row of /snapshot/summary"},
                          id));
  PetscCall(PetscFree(id));
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/result/gain",
                                      .type      = QV_F64,
                                      .rank      = 1,
                                      .shape     = {k},
                                      .axes      = {"place"},
                                      .unit      = "1",
                                      .long_name = "the last row of /snapshot/gain"},
                          s->gain + last));
  PetscCall(qv_record_put(record,
                          &(qv_array){.path      = "/result/skipped",
                                      .type      = QV_I64,
                                      .unit      = "1",
                                      .long_name = "lines of the stream that were passed over"},
                          &s->stream.n_skipped));
  if (s->f->band > 0)
    PetscCall(qv_record_put(
      record,
      &(qv_array){.path      = "/result/close_calls",
                  .type      = QV_I64,
                  .unit      = "1",
                  .long_name = "marginals that missed a threshold by no more than the band of "
                               "rounding, and passed"},
      &s->counts.calls.close));
  if (!s->numeric) PetscCall(put_ids(s, record));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_maintain_observe(const qv_run *run, void *state, qv_record *record) {
  qv_maintain_state *s = state;

  PetscFunctionBegin;
  (void)run;
  PetscCall(append_rows(s, record));
  if (!qv_record_is_final(record)) PetscFunctionReturn(0);
  PetscCall(put_snapshots(s, record));
  PetscCall(put_final(s, record));
  PetscCall(qv_maintain_put_spreads(s, record));
  PetscFunctionReturn(0);
}
