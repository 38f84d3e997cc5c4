/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/submodular/words.h"

#include <string.h>

static PetscErrorCode reserve(qv_words *words, int64_t more) {
  PetscFunctionBegin;
  if (words->n + more > words->capacity) {
    words->capacity = PetscMax(words->n + more, 2 * words->capacity);
    PetscCall(PetscRealloc((size_t)words->capacity * sizeof *words->word, &words->word));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_words_add(qv_words *words, int64_t n, const int64_t *from) {
  PetscFunctionBegin;
  PetscCall(reserve(words, n));
  if (n) memcpy(words->word + words->n, from, (size_t)n * sizeof *from);
  words->n += n;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_words_free(qv_words *words) {
  PetscFunctionBegin;
  PetscCall(PetscFree(words->word));
  *words = (qv_words){0};
  PetscFunctionReturn(0);
}
