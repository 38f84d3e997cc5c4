/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem bilevel.solve: its state, for the files of this folder. */
#pragma once
#include "optim/bilevel/method.h"
#include "solvers/run/run.h"

/* Where a row is; saved as int64. */
enum {
  QV_AT_ROW,
  QV_AT_ITERATION,
  QV_AT_BEGUN, /* below */
  QV_AT_START_STEPS,
  QV_AT_LOWER_STEPS,
  QV_AT_REPORTS,
  QV_AT_GRADIENTS,
  QV_AT_PRODUCTS,
  QV_AT_CROSSES,
  QV_AT_SAMPLES,
  QV_AT_EXCHANGED,
  QV_AT_REDUCTIONS,
  QV_AT_BYTES,
  QV_AT_WORDS
};

/* What a checkpoint was planned for. */
enum { QV_PLAN_ITERATIONS, QV_PLAN_EVERY, QV_PLAN_REPORTS, QV_PLAN_WORDS };

/* How far a row is: its settings are there; the method's own start is done, too; all is done. */
enum { QV_BEGUN_NOT, QV_BEGUN_SETTINGS, QV_BEGUN_ALL, QV_BEGUN_ENDED };

/* Numbers of a row. */
enum {
  QV_ROW_OBJECTIVE,
  QV_ROW_CERTIFIED, /* f(x, y*(x)) */
  QV_ROW_GRADIENT,  /* |hypergradient|, certified */
  QV_ROW_REACHED,   /* exact: 1 when the tolerance was met; else 1 unless it diverged */
  QV_ROW_REPORTS,
  QV_ROW_LOWER_ERROR, /* exact: relative |dg/dy| and |H z - b| */
  QV_ROW_ADJOINT_ERROR,
  QV_ROW_ITERATIONS, /* done */
  QV_ROW_TROUBLE,    /* qv_trouble */
  QV_ROW_AUDIT_CONVEXITY,
  QV_ROW_AUDIT_SMOOTHNESS,
  QV_ROW_AUDIT_TRACKING, /* eps_y that the next three are for */
  QV_ROW_AUDIT_PERIOD,
  QV_ROW_AUDIT_STEPS,
  QV_ROW_AUDIT_RADIUS,
  QV_ROW_AUDIT_L0,
  QV_ROW_AUDIT_L1,
  QV_ROW_WORDS
};

typedef enum {
  QV_TROUBLE_NONE,
  QV_TROUBLE_DIRECTION,
  QV_TROUBLE_LOWER,
  QV_TROUBLE_ADJOINT
} qv_trouble;

/* Columns of the series; merits of the task come behind them. */
enum {
  QV_SERIES_ITERATION,
  QV_SERIES_GRADIENTS,
  QV_SERIES_PRODUCTS,
  QV_SERIES_CROSSES,
  QV_SERIES_SAMPLES,
  QV_SERIES_EXCHANGED,
  QV_SERIES_OBJECTIVE,
  QV_SERIES_LOWER_OBJECTIVE,
  QV_SERIES_MOMENTUM,
  QV_SERIES_HYPERGRADIENT, /* closed form or certified */
  QV_SERIES_DISTANCE,      /* |y - y*| */
  QV_SERIES_CERTIFIED,     /* f(x, y*) and |grad Phi| by exact answers, at some reports */
  QV_SERIES_CERTIFIED_GRADIENT,
  QV_SERIES_SLOPE, /* audit: |df/dx|, and its change along itself */
  QV_SERIES_CURVATURE,
  QV_SERIES_MERITS,
  QV_SERIES_COLUMNS = QV_SERIES_MERITS + 4
};

/* What a report costs beside; differs between equal runs. */
enum { QV_METER_SECONDS, QV_METER_REDUCTIONS, QV_METER_BYTES, QV_METERS };

typedef struct {
  const qv_bilevel_params *params;
  const qv_method         *method;
  qv_task                 *task;
  qv_lower                *lower;
  int64_t                  rows, iterations, every, reports; /* reports: at most, in a row */
  int                      vectors[2];                       /* of a row: upper, lower */
  MPI_Comm                 comm;                 /* of this rank's group: it does rows group, */
  int                      groups, group;        /* group + groups, and so on */
  int64_t                 *place;                /* [rows, QV_AT_WORDS] */
  int64_t                  saved[QV_PLAN_WORDS]; /* of the checkpoint */
  int64_t                  room;                 /* reports of a row that there is memory for */
  int64_t                 *at;                   /* the row whose turn it is; NULL: none yet */
  double                  *upper;                /* [rows, method->upper, n_upper] */
  double                  *lower_v;              /* [rows, method->lower, n_lower] */
  double                  *setting;              /* [rows, QV_SETTINGS] */
  double                  *row;                  /* [rows, QV_ROW_WORDS] */
  double                  *series;               /* [rows, reports, QV_SERIES_COLUMNS] */
  double                  *meter;                /* [rows, reports, QV_METERS] */
  double                  *points;               /* exact: [rows, n_upper] */
  double                  *elapsed;              /* [rows] seconds before `since` */
  double                   since;                /* MPI_Wtime */
  qv_walk                  walk;
  double                 **upper_of, **lower_of; /* pointers of the walk */
} qv_solve_state;

extern const qv_key   qv_solve_keys[];
extern const qv_field qv_solve_fields[];
PetscErrorCode        qv_solve_check(const void *params, const qv_deck *deck, qv_diag *diag);
PetscErrorCode        qv_solve_estimate(const void *params, int size, qv_cost *cost);
PetscErrorCode        qv_solve_observe(const qv_run *run, void *state, qv_record *record);

/* Empty series of at least so many reports a row. */
PetscErrorCode qv_extend_room(qv_solve_state *s, int64_t reports);
/* After a restart: where the deck has more iterations than the checkpoint was planned for, all rows
 * go on. Mistakes go to the run's list. */
PetscErrorCode qv_extend_thaw(qv_run *run, qv_solve_state *s);
/* Do exact answers mean something here? Pure. */
bool qv_solve_certifies(const qv_solve_state *s);
/* Cut the ranks of `world` into groups that share the rows out, as many as the deck says, at most
 * one a rank and a row. Collective. */
PetscErrorCode qv_rows_split(qv_solve_state *s, MPI_Comm world);
PetscErrorCode qv_rows_release(qv_solve_state *s);
/* Enter the next row of this group that has not ended; false: there is none. */
bool qv_rows_enter(qv_solve_state *s);
/* Every rank gets all that there is of all rows. Collective over `world`. */
PetscErrorCode qv_rows_share(qv_solve_state *s, MPI_Comm world);

/* Append a report of the row on its way. Collective, as all below are in the row's group. */
PetscErrorCode qv_report_take(qv_solve_state *s);
/* Audit: a row of the regression of smoothness on slope; all its figures at the end of a row.
 * Collective. */
PetscErrorCode qv_audit_probe(qv_solve_state *s, double *slope, double *curvature);
PetscErrorCode qv_audit_conclude(qv_solve_state *s);
/* The certified figures of the row that ends. Collective. */
PetscErrorCode qv_report_certify(qv_solve_state *s);
