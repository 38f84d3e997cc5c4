/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streams of updates: from a file, or made. All of a stream but a live one is there before the
 * first update, so no feed but `adaptive`, `live` and a file of the user can depend on what the
 * engine answers. */
#pragma once
#include "optim/submodular/dice.h"
#include "optim/submodular/names.h"
#include "optim/submodular/objective.h"
#include "solvers/deck/key.h"
#include "solvers/parallel/diag.h"

/* One op: e + 1 inserts element e, -(e + 1) deletes it, 0 asks for a report; see adversary.h for
 * two more. */
typedef struct {
  int64_t  n, capacity;
  int32_t *op;
  int64_t  n_updates; /* ops other than 0 */
  int64_t  n_skipped; /* lines of a file that were passed over */
} qv_updates;

PetscErrorCode qv_updates_insert(qv_updates *updates, int32_t e);
PetscErrorCode qv_updates_erase(qv_updates *updates, int32_t e);
PetscErrorCode qv_updates_ask(qv_updates *updates);
PetscErrorCode qv_updates_add(qv_updates *updates, int32_t op);
PetscErrorCode qv_updates_free(qv_updates *updates);

typedef struct {
  int                 from; /* index into qv_feeds */
  const qv_path      *path;
  const char         *source; /* of a live stream */
  bool                skip;   /* pass over bad lines instead of refusing the file */
  int64_t             window, updates, size, hot, block; /* see the keys */
  double              lifetime;
  bool                shuffle;
  uint64_t            seed;
  const qv_objective *f;
  const qv_names     *names;
} qv_feed_plan;

typedef struct {
  /* Make the stream; equal on all ranks. Mistakes go to diag. Collective. */
  PetscErrorCode (*make)(MPI_Comm comm, const qv_feed_plan *plan, qv_diag *diag,
                         qv_updates *updates);
} qv_feed;

extern const qv_choice      qv_feed_words[];
extern const qv_feed *const qv_feeds[]; /* in the order of the words */

/* All elements in the order of the data, or shuffled by the stream `order`; PetscFree it. */
PetscErrorCode qv_feed_order(const qv_feed_plan *plan, int32_t **order);

/* Write a stream as a text that `from: file` reads back. Not collective. */
PetscErrorCode qv_feed_save(const qv_updates *updates, const qv_names *names, const char *path);
