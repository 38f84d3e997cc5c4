/* SPDX-License-Identifier: GPL-3.0-or-later
 * Corpora: "label<TAB>word word …", one text a line; words are hashed into buckets and counted. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/samples.h"
#include "optim/bilevel/tokens.h"

PetscErrorCode qv_samples_text(qv_input *input, const qv_samples_form *form, qv_samples **samples) {
  qv_tokens *texts;

  PetscFunctionBegin;
  *samples = NULL;
  PetscCall(qv_tokens_read(input, form->features, &texts));
  if (!texts) PetscFunctionReturn(0);
  PetscCall(PetscNew(samples));
  qv_samples *s = *samples;
  *s            = (qv_samples){.n = texts->n, .features = form->features, .unit = 1};
  PetscCall(PetscCalloc1((size_t)(s->n * s->features), &s->real));
  for (int64_t i = 0; i < s->n; i++)
    for (int64_t t = texts->start[i]; t < texts->start[i + 1]; t++)
      s->real[i * s->features + texts->token[t]]++;
  s->label     = texts->label; /* ours now */
  s->line      = texts->line;
  texts->label = texts->line = NULL;
  PetscCall(qv_samples_pack(s));
  PetscCall(qv_tokens_destroy(&texts));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_samples_sequences(qv_input *input, const qv_samples_form *form,
                                    qv_samples **samples) {
  qv_tokens *texts;
  int64_t    empty = -1;

  PetscFunctionBegin;
  *samples = NULL;
  PetscCall(qv_tokens_read(input, form->features, &texts));
  if (!texts) PetscFunctionReturn(0);
  for (int64_t i = 0; i < texts->n && empty < 0; i++)
    if (texts->start[i] == texts->start[i + 1]) empty = i;
  if (empty >= 0) {
    PetscCall(qv_samples_complain(input, texts->line[empty], "has a label, but no words"));
  } else {
    PetscCall(PetscNew(samples));
    **samples    = (qv_samples){.n        = texts->n,
                                .features = form->features,
                                .unit     = 1,
                                .label    = texts->label,
                                .line     = texts->line,
                                .start    = texts->start,
                                .token    = texts->token};
    texts->label = texts->line = texts->start = texts->token = NULL;
  }
  PetscCall(qv_tokens_destroy(&texts));
  PetscFunctionReturn(0);
}
