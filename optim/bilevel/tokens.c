/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/tokens.h"

#include <math.h>
#include <string.h>

#include "optim/bilevel/samples_lines.h"
#include "solvers/store/decimal.h"

enum { SHOWN = 40 };

static uint64_t hash(const char *word, size_t length) {
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)word[i]) * UINT64_C(0x100000001b3);
  return h;
}

static PetscErrorCode read_line(qv_input *input, const qv_samples_form *form, char *text,
                                int64_t line, qv_sparse *to) {
  const size_t length = strcspn(text, "\t");
  double       label;

  PetscFunctionBegin;
  const bool good = text[length] && qv_decimal_read(text, length, &label) == QV_DECIMAL &&
                    fabs(label) < 1e15 && label == floor(label);
  if (!good) {
    PetscCall(qv_samples_complain(input, line,
                                  "'%.*s' is no label, expected a whole number, a tab, and words",
                                  (int)PetscMin(length, (size_t)SHOWN), text));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_sparse_add_sample(to, (int64_t)label, line));
  for (text += length; *(text += strspn(text, " \t"));) {
    const size_t word = strcspn(text, " \t");
    PetscCall(qv_sparse_add_pair(to, (int64_t)(hash(text, word) % (uint64_t)form->features), 1));
    text += word;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tokens_read(qv_input *input, int64_t buckets, qv_tokens **texts) {
  const qv_samples_form form  = {.features = buckets};
  qv_sparse             words = {0};
  bool                  ok;

  PetscFunctionBegin;
  *texts = NULL;
  PetscCall(qv_sparse_read(input, &form, read_line, &words, &ok));
  if (ok) {
    PetscCall(PetscNew(texts));
    qv_tokens *c = *texts;
    *c =
      (qv_tokens){.n = words.n, .label = words.label, .line = words.line, .token = words.feature};
    PetscCall(PetscCalloc1((size_t)c->n + 1, &c->start));
    for (int64_t e = 0; e < words.entries; e++) c->start[words.row[e] + 1]++;
    for (int64_t i = 0; i < c->n; i++) c->start[i + 1] += c->start[i];
    words.label = words.line = words.feature = NULL;
  }
  PetscCall(qv_sparse_clear(&words));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tokens_destroy(qv_tokens **texts) {
  PetscFunctionBegin;
  if (!*texts) PetscFunctionReturn(0);
  PetscCall(PetscFree((*texts)->label));
  PetscCall(PetscFree((*texts)->line));
  PetscCall(PetscFree((*texts)->start));
  PetscCall(PetscFree((*texts)->token));
  PetscCall(PetscFree(*texts));
  PetscFunctionReturn(0);
}
