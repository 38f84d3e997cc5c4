/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem submodular.stream: parameters and state, for the files of this folder. */
#pragma once
#include "optim/submodular/feed_live.h"
#include "optim/submodular/greedy.h"
#include "optim/submodular/maker.h"
#include "optim/submodular/spread.h"
#include "solvers/run/run.h"

enum { QV_AUGMENT_NONE, QV_AUGMENT_FILL, QV_AUGMENT_MERGE, QV_AUGMENT_GREEDY };

/* Members stand for the deck's keys of the same name below `submodular`. */
typedef struct {
  qv_objective_plan objective;
  int               from;
  qv_path           path;
  int64_t           window, updates, size, hot, block;
  double            lifetime;
  int               order, on_error;
  char             *save, *source;
  int               engine;
  qv_texts          members;
  bool              dormant;
  double            epsilon;
  qv_real_or_word   trials;
  int64_t           period;
  int               augment;
  int64_t           k, every, verify, ranks_per_group;
} qv_maintain_params;

extern const qv_key qv_maintain_keys[];

/* The engine of a word, -1 if there is none. */
int qv_maintain_engine(const char *word);

/* The objective's plan with what the ranks and the engine say to it; no group, the seed of no run.
 */
qv_objective_plan qv_maintain_objective(const qv_maintain_params *params);

/* One column of /series, in the order of the rows of qv_maintain_series. */
enum {
  QV_ROW_UPDATE,
  QV_ROW_LIVE,
  QV_ROW_VALUE,
  QV_ROW_SIZE,
  QV_ROW_UPPER_BOUND,
  QV_ROW_RATIO,
  QV_ROW_CHANGES,
  QV_ROW_CALLS,
  QV_ROW_CALLS_STRICT,
  QV_ROW_CALLS_FULL,
  QV_ROW_CALLS_PHYSICAL,
  QV_ROW_CALLS_REPORT,
  QV_ROW_TOUCHED,
  QV_ROW_CALLS_P50,
  QV_ROW_CALLS_P99,
  QV_ROW_CALLS_MAX,
  QV_ROW_SECONDS_P50,
  QV_ROW_SECONDS_P99,
  QV_ROW_SECONDS_MAX,
  QV_ROW_RESTORED,
  QV_ROW_SPECULATIVE,
  QV_ROW_COLUMNS
};

/* What is saved beside the summaries; a block of int64. */
typedef struct {
  int64_t   position;     /* ops of the stream that are done */
  int64_t   n_updates;    /* insertions and deletions among them */
  int64_t   n_reports;    /* made so far */
  int64_t   last_report;  /* n_updates at the last one */
  int64_t   report_calls; /* marginals spent on augmenting and bounding at reports */
  qv_calls  calls;        /* of the engine, over all ranks */
  int64_t   n_words;      /* of the frozen engine */
  qv_spread spread;       /* marginals of an update since the last report */
  qv_spread seconds;      /* ns of an update on rank 0 since then */
  qv_spread all_spread,
    all_seconds;               /* both before it: of the whole run, with what a checkpoint held */
  double last[QV_ROW_COLUMNS]; /* the latest report */
} qv_maintain_counts;

typedef struct {
  const qv_maintain_params *params;
  qv_group                  group;
  qv_objective             *f;
  qv_names                 *names;
  bool                      numeric; /* ids are their own numbers */
  qv_updates                stream;
  qv_live                  *live;  /* where more of the stream comes from, or NULL */
  bool                      ended; /* no more will come */
  qv_ground                 ground;
  qv_engine                *engine;
  qv_greedy                *greedy;
  qv_summary                summary, other; /* room for reports */
  qv_maintain_counts        counts;
  int64_t                   capacity; /* of the next two, in reports */
  int64_t                  *chosen;   /* [report, k] elements, -1 where empty */
  double                   *gain;     /* [report, k] */
  qv_words                  words;    /* the frozen engine */
  int64_t                  *cost;     /* [n_costs] marginals of each update, this rank's part */
  int64_t                   n_costs;
  qv_spread                 seconds; /* ns of an update since the last report */
  int64_t                   n_pending, pending_capacity;
  double                   *pending; /* [n_pending, QV_ROW_COLUMNS] rows not offered yet */
} qv_maintain_state;

/* Room for one more report. */
PetscErrorCode qv_maintain_reserve(qv_maintain_state *s);

/* The engine's answer of all ranks into s->summary. Collective. */
PetscErrorCode qv_maintain_best(const qv_run *run, qv_maintain_state *s);

/* Add a report on the state as it is. Collective. */
PetscErrorCode qv_maintain_report(const qv_run *run, qv_maintain_state *s);

/* How the costs of all updates spread, as /result/update_calls_... and /run/update_seconds_.... */
PetscErrorCode qv_maintain_put_spreads(const qv_maintain_state *s, qv_record *record);

/* Join the ranks' costs of the latest updates. Collective. */
PetscErrorCode qv_maintain_fold(const qv_run *run, qv_maintain_state *s);

/* Join what the ranks' engines counted since the last time. Collective. */
PetscErrorCode qv_maintain_sum_calls(const qv_run *run, qv_maintain_state *s);

/* Get more of a live stream. Collective. */
PetscErrorCode qv_maintain_listen(qv_run *run, qv_maintain_state *s);

/* End a live stream when a signal or the time asks for an end and it cannot be read again: then
 * there is nothing that a restart could go on from. Collective. */
PetscErrorCode qv_maintain_hang_up(qv_run *run, qv_maintain_state *s);

/* The latest report as a line of JSON. Rank 0 tells. */
PetscErrorCode qv_maintain_tell(const qv_run *run, const qv_maintain_state *s);

PetscErrorCode qv_maintain_check(const void *params, const qv_deck *deck, qv_diag *diag);
PetscErrorCode qv_maintain_estimate(const void *params, int size, qv_cost *cost);
PetscErrorCode qv_maintain_observe(const qv_run *run, void *state, qv_record *record);

/* Checkpoints. */
extern const qv_field qv_maintain_fields[];
PetscErrorCode        qv_maintain_freeze(qv_run *run, void *state);
PetscErrorCode        qv_maintain_thaw(qv_run *run, void *state);
