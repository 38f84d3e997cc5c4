/* SPDX-License-Identifier: GPL-3.0-or-later
 * A growing block of int64 words: how live structures travel into checkpoints. */
#pragma once
#include <petscsys.h>
#include <stdint.h>

typedef struct {
  int64_t  n, capacity;
  int64_t *word;
} qv_words;

PetscErrorCode qv_words_add(qv_words *words, int64_t n, const int64_t *from);
PetscErrorCode qv_words_free(qv_words *words);
