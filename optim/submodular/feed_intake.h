/* SPDX-License-Identifier: GPL-3.0-or-later
 * Taking in a user's stream, wherever it comes from: what is live, and what cannot be. On one rank.
 */
#pragma once
#include "optim/submodular/feed.h"
#include "optim/submodular/reader.h"

/* An element was seen. */
typedef struct {
  double  time;
  int32_t e;
} qv_sighting;

typedef struct {
  qv_feed_plan plan;
  qv_reader    reader; /* of texts; takes the mistakes of other files too */
  qv_updates  *updates;
  uint8_t     *live; /* [n] */
  /* Elements expire in the order in which they were seen last. */
  int64_t      n_seen, first, capacity;
  qv_sighting *seen;   /* [n_seen] in order of time */
  int64_t     *latest; /* [n] place of the last sighting of a live element */
  /* What is to be said of a line that is passed over; may be NULL. */
  PetscErrorCode (*complain)(void *context, const char *text);
  void *context;
} qv_intake;

/* The plan's objective and names stay alive; the reader is opened by the caller. */
PetscErrorCode qv_intake_begin(const qv_feed_plan *plan, qv_updates *updates, qv_intake *intake);
PetscErrorCode qv_intake_end(qv_intake *intake);

/* The line that the reader holds: `+ id`, `- id`, `?`; or `time id`. */
PetscErrorCode qv_intake_line(qv_intake *intake);
PetscErrorCode qv_intake_sighting_line(qv_intake *intake);

/* `+`, `-` of an element, -1: unknown, whose id in the file is `id`. */
PetscErrorCode qv_intake_update(qv_intake *intake, char op, int32_t e, const char *id);
PetscErrorCode qv_intake_sighting(qv_intake *intake, double time, int32_t e, const char *id);

/* A line that cannot be used: a mistake, or passed over and counted. */
PetscErrorCode qv_intake_refuse(qv_intake *intake, const char *format, ...)
  __attribute__((format(printf, 2, 3)));
