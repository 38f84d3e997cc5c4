/* SPDX-License-Identifier: GPL-3.0-or-later
 * A split of labelled data (training, validation, test), its samples spread over the ranks by
 * tiles. */
#pragma once
#include "optim/bilevel/input.h"
#include "optim/bilevel/tiles.h"

typedef struct {
  int64_t   n, features;
  int64_t   first, end; /* samples of this rank */
  double   *x;          /* [end - first, features] */
  int      *label;      /* [n], of all samples */
  qv_tiles *tiles;      /* for batches of it */
} qv_split;

/* Read /<name>/x [sample, feature] and /<name>/label [sample]; *features is met, or set where it is
 * negative. Mistakes go to the input's list; then *split may be in part and can be destroyed.
 * `complete`: every class must occur. Collective. */
PetscErrorCode qv_split_read(qv_input *input, const char *name, int64_t classes, bool complete,
                             int64_t *features, qv_split **split);
PetscErrorCode qv_split_destroy(qv_split **split);

/* Whole numbers in 0 … classes - 1, equal on all ranks; *label is NULL after a mistake. */
PetscErrorCode qv_split_labels(qv_input *input, const char *path, int64_t n, int64_t classes,
                               int **label);
