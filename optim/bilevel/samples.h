/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labelled samples as a file gives them, all in memory of rank 0. One reader a format; nothing here
 * is collective, and what is wrong with a file goes to the input's list. */
#pragma once
#include "optim/bilevel/input.h"

typedef struct {
  int64_t  n, features;
  uint8_t *byte;  /* [n, features], */
  double  *real;  /* or this */
  double   unit;  /* a feature is unit times the number that is kept */
  int64_t *label; /* [n] as the file says, any whole numbers */
  int64_t *line;  /* [n] of the text, or NULL */
  int64_t *start; /* of sequences, [n + 1]: sample i is token[start[i]] … of those below */
  int64_t *token; /* start[i + 1], each below `features`; there is no table then */
} qv_samples;

/* What a reader may need beside the name of its file. */
typedef struct {
  const char *label;    /* CSV: name of the column of labels; NULL: the first */
  int64_t     features; /* text: number of buckets; LIBSVM: of features, -1: the largest index */
} qv_samples_form;

/* *samples is NULL after a mistake. */
PetscErrorCode qv_samples_idx(qv_input *images, qv_input *labels, qv_samples **samples);
PetscErrorCode qv_samples_csv(qv_input *input, const qv_samples_form *form, qv_samples **samples);
PetscErrorCode qv_samples_libsvm(qv_input *input, const qv_samples_form *form,
                                 qv_samples **samples);
PetscErrorCode qv_samples_text(qv_input *input, const qv_samples_form *form, qv_samples **samples);
/* The same texts as sequences of their words' buckets, none of them empty. */
PetscErrorCode qv_samples_sequences(qv_input *input, const qv_samples_form *form,
                                    qv_samples **samples);
PetscErrorCode qv_samples_destroy(qv_samples **samples);

/* Keep reals that are all whole numbers from 0 to 255 as bytes. */
PetscErrorCode qv_samples_pack(qv_samples *samples);

/* A mistake in a line of a text; 0: the whole file. */
PetscErrorCode qv_samples_complain(qv_input *input, int64_t line, const char *format, ...)
  __attribute__((format(printf, 3, 4)));
