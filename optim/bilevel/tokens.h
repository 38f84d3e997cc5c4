/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labelled texts as sequences of tokens. Not collective. */
#pragma once
#include "optim/bilevel/input.h"

typedef struct {
  int64_t  n;            /* texts */
  int64_t *label, *line; /* [n] */
  int64_t *start;        /* [n + 1]: text i is token[start[i]] … of those below start[i + 1] */
  int64_t *token;        /* the word's FNV-1a 64 hash modulo the number of buckets */
} qv_tokens;

/* Lines "label<TAB>word word …"; *texts is NULL after a mistake. */
PetscErrorCode qv_tokens_read(qv_input *input, int64_t buckets, qv_tokens **texts);
PetscErrorCode qv_tokens_destroy(qv_tokens **texts);
