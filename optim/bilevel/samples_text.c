/* SPDX-License-Identifier: GPL-3.0-or-later
 * Corpora: "label<TAB>word word …", one text a line; words are hashed into buckets and counted. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/corpus.h"
#include "optim/bilevel/samples.h"

PetscErrorCode qv_samples_text(qv_input *input, const qv_samples_form *form, qv_samples **samples) {
  qv_corpus *corpus;

  PetscFunctionBegin;
  *samples = NULL;
  PetscCall(qv_corpus_read(input, form->features, &corpus));
  if (!corpus) PetscFunctionReturn(0);
  PetscCall(PetscNew(samples));
  qv_samples *s = *samples;
  *s            = (qv_samples){.n = corpus->n, .features = form->features, .unit = 1};
  PetscCall(PetscCalloc1((size_t)(s->n * s->features), &s->real));
  for (int64_t i = 0; i < s->n; i++)
    for (int64_t t = corpus->start[i]; t < corpus->start[i + 1]; t++)
      s->real[i * s->features + corpus->token[t]]++;
  s->label      = corpus->label; /* ours now */
  s->line       = corpus->line;
  corpus->label = corpus->line = NULL;
  PetscCall(qv_samples_pack(s));
  PetscCall(qv_corpus_destroy(&corpus));
  PetscFunctionReturn(0);
}
