/* SPDX-License-Identifier: GPL-3.0-or-later
 * Ensembles of systems by the deck's word `from`. */
#pragma once
#include "rl/threebody/systems.h"
#include "solvers/deck/key.h"

/* What one member of an ensemble is. */
typedef struct {
  int64_t   id;
  qv_system system; /* in the units of the ensemble */
  double    period; /* NaN where it has none; internal units */
} qv_member;

typedef struct {
  int64_t         n;
  int             axes; /* 2 or 3 */
  qv_units        units;
  uint64_t        seed;  /* the deck's */
  int64_t         first; /* first seed, index or number */
  qv_system_file *file;  /* from: file, else NULL */
  int             from;
} qv_ensemble;

typedef struct {
  qv_units units;      /* of paper; the others nbody */
  int      axes;       /* 0: as the file says */
  int64_t  n_fixed;    /* number of systems, 0: the deck's count */
  bool     has_period; /* `end` may be given in periods */
  int64_t  last;       /* largest seed, index or number; INT64_MAX: no end */
  void (*member)(const qv_ensemble *ensemble, int64_t i, qv_member *member);
} qv_source;

extern const qv_choice        qv_source_words[];
extern const qv_source *const qv_sources[]; /* in the order of the words */

/* Member i < n of an ensemble. Pure. */
void qv_source_member(const qv_ensemble *ensemble, int64_t i, qv_member *member);

/* The same with lengths as they are and velocities for G = 1: au and au / (yr / 2 pi). Pure. */
void qv_source_internal(const qv_ensemble *ensemble, int64_t i, qv_system *system);

/* Internal units of time in one unit of the ensemble's time: 2 pi for yr, 1 for nbody. Pure. */
double qv_source_time_scale(qv_units units);
