/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labelled data of a task, out of files of any format: three splits, the map of their features,
 * and labels that may be made wrong on purpose. */
#pragma once
#include "optim/bilevel/files.h"
#include "optim/bilevel/split.h"

typedef struct {
  qv_split  *split[QV_SPLITS]; /* the test split may be NULL */
  qv_scaling features;
  int       *truth;  /* [n] training labels before they were corrupted, where known; or NULL */
  bool       single; /* drawn batches in single precision */
} qv_data;

/* Mistakes go to task->diag, equal on all ranks; then *data may be in part. Streams of the seed:
 * `split` (who is in which split), `label noise`. Collective. */
PetscErrorCode qv_data_read(qv_task *task, qv_data *data);
PetscErrorCode qv_data_destroy(qv_data *data);
