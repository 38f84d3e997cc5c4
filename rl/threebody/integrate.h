/* SPDX-License-Identifier: GPL-3.0-or-later
 * The problem threebody.integrate: parameters and state, for the files of this folder. */
#pragma once
#include "rl/threebody/integrator.h"
#include "rl/threebody/source.h"
#include "solvers/run/run.h"

/* Members stand for the deck's keys of the same name below `threebody`. */
typedef struct {
  int         from;
  int64_t     count, first_seed, first;
  qv_path     path;
  int         units;
  int         integrator;
  double      tolerance;
  qv_quantity interval;
  int64_t     budget;
  int         controller;
  double      mu;
  int64_t     snapshots;
  qv_quantity end;
} qv_integrate_params;

extern const qv_key qv_integrate_keys[];

/* Columns of the rows, one row a system. */
enum {
  QV_COLUMN_STATE,    /* double [integrator's words]: after the last full step */
  QV_COLUMN_FINAL,    /* the same where it ended */
  QV_COLUMN_TALLY,    /* qv_tally */
  QV_COLUMN_SNAPSHOT, /* double [snapshot, body, axis] */
  QV_COLUMNS
};

typedef struct {
  const qv_integrate_params *params;
  const qv_integrator       *integrator;
  qv_ensemble                ensemble;
  qv_rows                   *rows;
  unsigned char             *open; /* [rows->n_local], renewed at each step */
  int64_t                    n_snapshots;
  double                    *snapshot_time; /* [n_snapshots], internal units; NULL with periods */
} qv_integrate_state;

/* The deck's rules between keys. */
PetscErrorCode qv_integrate_check(const void *params, const qv_deck *deck, qv_diag *diag);
PetscErrorCode qv_integrate_estimate(const void *params, int size, qv_cost *cost);

/* Results, offered when the output is written. Collective. */
PetscErrorCode qv_integrate_observe(const qv_run *run, void *state, qv_record *record);
