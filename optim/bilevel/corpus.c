/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/corpus.h"

#include <stdio.h>

#include "solvers/parallel/agree.h"

enum { PATH = 64, COLUMNS = 50 };

/* Rank 0: one text of `width` words, -1 behind its end; its length. */
static PetscErrorCode judge_text(qv_input *input, const char *path, const int64_t at[2],
                                 const int64_t *token, int32_t *text, int32_t *length) {
  const int64_t width = at[1];
  int64_t       n     = 0;

  PetscFunctionBegin;
  for (; n < width && token[n] >= 0 && token[n] < INT32_MAX; n++) text[n] = (int32_t)token[n];
  *length = (int32_t)n;
  if (n == 0)
    PetscCall(qv_input_complain(input, "%s[%lld] has no words: it begins with %lld", path,
                                (long long)at[0], (long long)token[0]));
  for (int64_t k = n; k < width; k++) {
    text[k] = -1;
    if (n == 0 || token[k] == -1) continue;
    PetscCall(qv_input_complain(input,
                                "%s[%lld, %lld] is %lld, must be -1 behind the end of the text, "
                                "or a whole number from 0 to %d before it",
                                path, (long long)at[0], (long long)k, (long long)token[k],
                                INT32_MAX - 1));
    break;
  }
  PetscFunctionReturn(0);
}

/* Rank 0: all texts; only the first complaint counts. */
static PetscErrorCode judge_texts(qv_input *input, const char *path, const int64_t shape[3],
                                  int32_t *token, int32_t *length) {
  const int   before = qv_diag_count(input->diag);
  const char *reason;
  int64_t    *value;

  PetscFunctionBegin;
  PetscCall(qv_h5_read(input->file, path, QV_I64, (void **)&value, &reason));
  if (reason) {
    PetscCall(qv_input_complain(input, "%s", reason));
    PetscFunctionReturn(0);
  }
  for (int64_t i = 0; i < shape[0] && qv_diag_count(input->diag) == before; i++)
    PetscCall(judge_text(input, path, (int64_t[2]){i, shape[2]}, value + i * shape[1],
                         token + i * shape[2], length + i));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_corpus_tokens(qv_input *input, const char *path, const int64_t shape[3],
                                int32_t **token, int32_t **length) {
  const size_t n = (size_t)shape[0], entries = (size_t)(shape[0] * shape[2]);

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(entries, token));
  PetscCall(PetscCalloc1(n, length));
  if (input->rank == 0) PetscCall(judge_texts(input, path, shape, *token, *length));
  PetscCall(qv_input_share(input));
  PetscCall(qv_agree_broadcast(input->comm, *token, (int64_t)entries, sizeof(int32_t)));
  PetscCall(qv_agree_broadcast(input->comm, *length, shape[0], sizeof(int32_t)));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_corpus_read(qv_input *input, const char *name, int64_t classes, int64_t longest,
                              qv_corpus **texts) {
  char    tokens[PATH], labels[PATH];
  int64_t shape[2] = {-1, -1};
  bool    ok;

  PetscFunctionBegin;
  snprintf(tokens, sizeof tokens, "/%s/tokens", name);
  snprintf(labels, sizeof labels, "/%s/label", name);
  PetscCall(PetscNew(texts));
  PetscCall(qv_input_shape(input, tokens, 2, shape, "[text, word], -1 behind the end", &ok));
  if (!ok) PetscFunctionReturn(0);
  (*texts)->n     = shape[0];
  (*texts)->width = longest && longest < shape[1] ? longest : shape[1];
  PetscCall(qv_tiles_create(PETSC_COMM_SELF, shape[0], &(*texts)->tiles));
  PetscCall(qv_split_labels(input, labels, shape[0], classes, &(*texts)->label));
  PetscCall(qv_corpus_tokens(input, tokens, (int64_t[3]){shape[0], shape[1], (*texts)->width},
                             &(*texts)->token, &(*texts)->length));
  PetscFunctionReturn(0);
}

/* Rank 0: the chosen texts, -1 behind the end of each. */
static void copy_texts(const qv_samples *from, const int64_t *chosen, qv_corpus *texts) {
  for (int64_t i = 0; i < texts->n; i++) {
    const int64_t  first = from->start[chosen[i]], words = from->start[chosen[i] + 1] - first;
    const int64_t *token = from->token + first;
    int32_t       *text  = texts->token + i * texts->width;
    texts->label[i]      = (int)from->label[chosen[i]];
    texts->length[i]     = (int32_t)PetscMin(words, texts->width);
    for (int64_t k = 0; k < texts->width; k++)
      text[k] = k < texts->length[i] ? (int32_t)token[k] : -1;
  }
}

PetscErrorCode qv_corpus_take(const qv_files *files, int k, int64_t longest, qv_corpus **texts) {
  const MPI_Comm    comm = files->task->comm;
  const int64_t    *chosen;
  const qv_samples *from = files->samples[qv_files_part(files, k, &chosen)];

  PetscFunctionBegin;
  PetscCall(PetscNew(texts));
  qv_corpus *c = *texts;
  c->n         = files->n[k];
  for (int64_t i = 0; from && i < c->n; i++)
    c->width = PetscMax(c->width, from->start[chosen[i] + 1] - from->start[chosen[i]]);
  if (longest) c->width = PetscMin(c->width, longest);
  PetscCallMPI(MPI_Bcast(&c->width, 1, MPI_INT64_T, 0, comm));
  const size_t n = (size_t)c->n, entries = n * (size_t)c->width;
  PetscCall(PetscMalloc1(entries, &c->token));
  PetscCall(PetscMalloc1(n, &c->length));
  PetscCall(PetscMalloc1(n, &c->label));
  if (from) copy_texts(from, chosen, c);
  PetscCall(qv_agree_broadcast(comm, c->token, (int64_t)entries, sizeof *c->token));
  PetscCall(qv_agree_broadcast(comm, c->length, c->n, sizeof *c->length));
  PetscCall(qv_agree_broadcast(comm, c->label, c->n, sizeof *c->label));
  PetscCall(qv_tiles_create(PETSC_COMM_SELF, c->n, &c->tiles));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_corpus_destroy(qv_corpus **texts) {
  PetscFunctionBegin;
  if (!*texts) PetscFunctionReturn(0);
  PetscCall(qv_tiles_destroy(&(*texts)->tiles));
  PetscCall(PetscFree((*texts)->token));
  PetscCall(PetscFree((*texts)->length));
  PetscCall(PetscFree((*texts)->label));
  PetscCall(PetscFree(*texts));
  PetscFunctionReturn(0);
}

int32_t qv_corpus_largest(int64_t n, const int32_t *token) {
  int32_t largest = 0;
  for (int64_t i = 0; i < n; i++) largest = PetscMax(largest, token[i]);
  return largest;
}

static PetscErrorCode embed_from_file(qv_input *input, int64_t words, int64_t *columns,
                                      float **table) {
  int64_t shape[2] = {-1, *columns ? *columns : -1};
  double *value;

  PetscFunctionBegin;
  PetscCall(qv_input_reals(
    input, "/embedding", 2, shape,
    *columns ? "[word, entry] with bilevel.task.embedding entries" : "[word, entry]", &value));
  if (!value) PetscFunctionReturn(0);
  *columns = shape[1];
  if (shape[0] < words) {
    if (input->rank == 0)
      PetscCall(qv_input_complain(input, "/embedding has %lld words, but there is a word %lld",
                                  (long long)shape[0], (long long)(words - 1)));
    PetscCall(qv_input_share(input));
  }
  PetscCall(PetscMalloc1((size_t)(shape[0] * shape[1]), table));
  for (int64_t i = 0; i < shape[0] * shape[1]; i++) (*table)[i] = (float)value[i];
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_corpus_draw(qv_stream stream, int64_t words, int64_t *columns, float **table) {
  PetscFunctionBegin;
  if (!*columns) *columns = COLUMNS;
  PetscCall(PetscMalloc1((size_t)(words * *columns), table));
  for (int64_t i = 0; i < words; i++)
    for (int64_t k = 0; k < *columns; k++)
      (*table)[i * *columns + k] = (float)qv_random_normal(stream, (uint64_t)i, (uint64_t)k);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_corpus_embed(qv_input *input, qv_stream stream, int64_t words, int64_t *columns,
                               float **table) {
  bool there;

  PetscFunctionBegin;
  PetscCall(qv_input_has(input, "/embedding", &there));
  if (there)
    PetscCall(embed_from_file(input, words, columns, table));
  else
    PetscCall(qv_corpus_draw(stream, words, columns, table));
  PetscFunctionReturn(0);
}
