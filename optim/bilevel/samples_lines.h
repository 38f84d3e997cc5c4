/* SPDX-License-Identifier: GPL-3.0-or-later
 * Samples out of lines of text, one a line: rows that grow, and pairs (row, feature, value) that
 * become a table at the end. Not collective. */
#pragma once
#include "optim/bilevel/samples.h"

typedef struct {
  int64_t  n, room; /* samples */
  int64_t *label, *line;
  int64_t  entries, most; /* pairs */
  int64_t *row, *feature;
  double  *value;
} qv_sparse;

/* Sample by sample. `read` judges one line: it adds the sample and its pairs, or a mistake. */
typedef PetscErrorCode (*qv_sparse_line)(qv_input *input, const qv_samples_form *form, char *text,
                                         int64_t line, qv_sparse *to);
/* All lines of the file; blank lines and those that begin with # are left out. *ok is false after a
 * mistake, of which the first few are told. */
PetscErrorCode qv_sparse_read(qv_input *input, const qv_samples_form *form, qv_sparse_line read,
                              qv_sparse *to, bool *ok);
PetscErrorCode qv_sparse_add_sample(qv_sparse *to, int64_t label, int64_t line);
/* Of the sample that was added last. */
PetscErrorCode qv_sparse_add_pair(qv_sparse *to, int64_t feature, double value);
/* A table [n, features], pairs of the same place added up. */
PetscErrorCode qv_sparse_spread(const qv_sparse *from, int64_t features, qv_samples **samples);
PetscErrorCode qv_sparse_clear(qv_sparse *sparse);
