/* SPDX-License-Identifier: GPL-3.0-or-later
 * A split of labelled data (training, validation, test), its samples spread over the ranks by
 * tiles. */
#pragma once
#include "optim/bilevel/samples.h"
#include "optim/bilevel/tiles.h"

typedef enum { QV_KEPT_DOUBLE, QV_KEPT_SINGLE, QV_KEPT_BYTES } qv_kept;

/* A feature is (number - shift) factor; equal in all splits of a task and on all ranks. */
typedef struct {
  int64_t n;
  double *shift, *factor; /* [n] */
  bool    is_shifted;
  double *mean, *square; /* of the training set on its way: rank 0 alone */
  int64_t counted;
} qv_scaling;

typedef struct {
  int64_t   n, features;
  int64_t   first, end; /* samples of this rank */
  qv_kept   kept;
  void     *x;     /* [end - first, features] of doubles, floats or bytes */
  int      *label; /* [n], of all samples */
  qv_tiles *tiles; /* for batches of it */
} qv_split;

/* What is asked of a split. */
typedef struct {
  int64_t     classes, features; /* features that must be met; negative: any */
  bool        complete;          /* every class must occur */
  bool        single;            /* keep floats, where there are no bytes */
  qv_scaling *moments;           /* add this split's mean and variance there; NULL: do not */
} qv_split_wish;

/* Read /<name>/x [sample, feature] and /<name>/label [sample] of an HDF5 file. Mistakes go to the
 * input's list; then *split may be in part and can be destroyed. Collective. */
PetscErrorCode qv_split_read(qv_input *input, const char *name, const qv_split_wish *wish,
                             qv_split **split);
/* The n samples `chosen` out of those on rank 0; labels are 0 … classes - 1 there. Collective. */
PetscErrorCode qv_split_take(qv_input *input, const qv_samples *samples, int64_t n,
                             const int64_t *chosen, const qv_split_wish *wish, qv_split **split);
PetscErrorCode qv_split_destroy(qv_split **split);

/* Whole numbers in 0 … classes - 1, equal on all ranks; *label is NULL after a mistake. */
PetscErrorCode qv_split_labels(qv_input *input, const char *path, int64_t n, int64_t classes,
                               int **label);

/* A class without samples is a mistake. */
PetscErrorCode qv_split_check(qv_input *input, const char *what, int64_t classes,
                              const qv_split *split);

/* shift 0 and the factor given; then, with what `moments` saw, those of mean 0 and variance 1 (a
 * constant feature becomes 0). Collective. */
PetscErrorCode qv_scaling_create(int64_t n, double factor, qv_scaling *features);
PetscErrorCode qv_scaling_standardise(MPI_Comm comm, qv_scaling *features);
PetscErrorCode qv_scaling_destroy(qv_scaling *features);
