/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/files.h"

#include <math.h>
#include <string.h>

enum { BUCKETS = 1024 };

const qv_choice qv_data_known[] = {
  {"fashion-mnist", "pictures of clothes, of Debian's dataset-fashion-mnist"}, {NULL, NULL}};

const qv_choice qv_data_formats[] = {
  {"auto", "by the file's ending: .csv, .svm or .libsvm, .tsv, each with .gz or not; else HDF5"},
  {"hdf5", "splits as they are: /train, /validation, /test with x and label"},
  {"idx", "the format of the MNIST family, pixels as bytes"},
  {"csv", "a table of numbers with a column of labels"},
  {"libsvm", "label index:value index:value …"},
  {"text", "label, tab, words; counted in hashed buckets"},
  {NULL, NULL}};

static bool ends(const char *name, size_t length, const char *with) {
  const size_t n = strlen(with);
  return length >= n && strncmp(name + length - n, with, n) == 0;
}

int qv_files_format(const qv_bilevel_params *p) {
  const char *name = p->task.data.written;
  if (p->task.images[0].written) return QV_FORMAT_IDX;
  if (p->task.format > QV_FORMAT_AUTO) return p->task.format;
  size_t length = strlen(name);
  if (ends(name, length, ".gz")) length -= 3;
  if (ends(name, length, ".csv")) return QV_FORMAT_CSV;
  if (ends(name, length, ".svm") || ends(name, length, ".libsvm")) return QV_FORMAT_LIBSVM;
  return ends(name, length, ".tsv") ? QV_FORMAT_TEXT : QV_FORMAT_HDF5;
}

/* Rank 0: one file, or pair of files, by its reader. */
static PetscErrorCode read_format(qv_files *r, int k) {
  const qv_bilevel_params *p        = r->task->params;
  const int64_t            features = p->task.features == QV_UNSET_INT ? -1 : p->task.features;
  qv_samples_form          form     = {.label = p->task.label, .features = features};
  qv_input                *input    = &r->input[k];
  qv_samples             **samples  = &r->samples[k];

  PetscFunctionBegin;
  if (r->format == QV_FORMAT_TEXT && features < 0) form.features = BUCKETS;
  if (r->sequences)
    PetscCall(qv_samples_sequences(input, &form, samples));
  else if (r->format == QV_FORMAT_IDX)
    PetscCall(qv_samples_idx(input, &r->labels[k], samples));
  else if (r->format == QV_FORMAT_CSV)
    PetscCall(qv_samples_csv(input, &form, samples));
  else if (r->format == QV_FORMAT_LIBSVM)
    PetscCall(qv_samples_libsvm(input, &form, samples));
  else
    PetscCall(qv_samples_text(input, &form, samples));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_files(qv_files *r) {
  const qv_bilevel_params *p = r->task->params;

  PetscFunctionBegin;
  for (int k = 0; k < 2; k++) {
    const bool     idx  = r->format == QV_FORMAT_IDX;
    const qv_path *path = idx ? &p->task.images[k] : k ? &p->task.test_data : &p->task.data;
    if (!path->written || (idx && !p->task.labels[k].written)) continue;
    r->has_test = k == 1;
    PetscCall(qv_input_name(r->task->comm, path, r->task->diag, &r->input[k]));
    if (idx)
      PetscCall(qv_input_name(r->task->comm, &p->task.labels[k], r->task->diag, &r->labels[k]));
    if (r->input[k].rank == 0) PetscCall(read_format(r, k));
  }
  PetscCall(qv_input_share(&r->input[0]));
  PetscFunctionReturn(0);
}

static int compare(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* The different labels of the main file, in increasing order. */
static PetscErrorCode list_words(const qv_samples *s, int64_t **word, int64_t *n) {
  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)s->n, word));
  memcpy(*word, s->label, (size_t)s->n * sizeof **word);
  qsort(*word, (size_t)s->n, sizeof **word, compare);
  *n = 0;
  for (int64_t i = 0; i < s->n; i++)
    if (i == 0 || (*word)[i] != (*word)[*n - 1]) (*word)[(*n)++] = (*word)[i];
  PetscFunctionReturn(0);
}

/* label := its place among the words; of bytes, the word itself. */
static PetscErrorCode rank_labels(qv_files *r, int k, const int64_t *word, int64_t n) {
  qv_samples *s     = r->samples[k];
  qv_input   *input = r->format == QV_FORMAT_IDX ? &r->labels[k] : &r->input[k];

  PetscFunctionBegin;
  for (int64_t i = 0; i < s->n; i++) {
    const int64_t *at = bsearch(&s->label[i], word, (size_t)n, sizeof *word, compare);
    if (!at || at - word >= r->classes) {
      PetscCall(qv_samples_complain(input, s->line ? s->line[i] : 0,
                                    "label %lld of sample %lld is not one of the %lld classes",
                                    (long long)s->label[i], (long long)i, (long long)r->classes));
      PetscFunctionReturn(0);
    }
    s->label[i] = at - word;
  }
  PetscFunctionReturn(0);
}

/* Rank 0: labels to 0 … classes - 1: those of IDX must be, others in increasing order. */
static PetscErrorCode judge_labels(qv_files *r) {
  int64_t *word, n;

  PetscFunctionBegin;
  PetscCall(list_words(r->samples[0], &word, &n));
  const bool    is_idx  = r->format == QV_FORMAT_IDX && r->classes;
  const int64_t classes = r->classes = r->classes ? r->classes : n;
  if (!is_idx && n != classes)
    PetscCall(qv_samples_complain(&r->input[0], 0,
                                  "has %lld different labels, from %lld to %lld, but "
                                  "bilevel.task.classes is %lld",
                                  (long long)n, (long long)word[0], (long long)word[n - 1],
                                  (long long)classes));
  if (is_idx) {
    PetscCall(PetscRealloc((size_t)classes * sizeof *word, &word));
    for (n = 0; n < classes; n++) word[n] = n;
  }
  for (int k = 0; k < 2 && (is_idx || n == classes); k++)
    if (r->samples[k]) PetscCall(rank_labels(r, k, word, n));
  PetscCall(PetscFree(word));
  PetscFunctionReturn(0);
}

/* LIBSVM leaves zeros out at the end too: a test file may know fewer features than the training
 * file, or more, which have no weights. */
static PetscErrorCode fit_features(qv_files *r) {
  qv_samples *a = r->samples[0], *b = r->samples[1];

  PetscFunctionBegin;
  if (!b || a->features == b->features) PetscFunctionReturn(0);
  if (r->format != QV_FORMAT_LIBSVM) {
    PetscCall(qv_samples_complain(&r->input[1], 0, "has %lld features, the training data have %lld",
                                  (long long)b->features, (long long)a->features));
    PetscFunctionReturn(0);
  }
  const size_t size = b->byte ? 1 : sizeof(double);
  char        *from = b->byte ? (char *)b->byte : (char *)b->real, *to;
  PetscCall(PetscCalloc1((size_t)(b->n * a->features) * size, &to));
  const size_t row = (size_t)PetscMin(a->features, b->features) * size;
  for (int64_t i = 0; i < b->n; i++)
    memcpy(to + (size_t)(i * a->features) * size, from + (size_t)(i * b->features) * size, row);
  PetscCall(PetscFree(from));
  b->byte     = b->byte ? (uint8_t *)to : NULL;
  b->real     = b->byte ? NULL : (double *)(void *)to;
  b->features = a->features;
  PetscFunctionReturn(0);
}

/* Both files must be kept alike: the features have one unit. */
static PetscErrorCode unpack(qv_samples *s) {
  const size_t length = (size_t)(s->n * s->features);

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(length, &s->real));
  for (size_t i = 0; i < length; i++) s->real[i] = (double)s->byte[i];
  PetscCall(PetscFree(s->byte));
  PetscFunctionReturn(0);
}

/* Rank 0: all that can be wrong or has to be made equal before samples are dealt out. */
static PetscErrorCode prepare(qv_files *r) {
  PetscFunctionBegin;
  PetscCall(judge_labels(r));
  PetscCall(fit_features(r));
  for (int k = 0; k < 2; k++) {
    qv_samples *s = r->samples[k], *other = r->samples[1 - k];
    if (s && s->byte && other && other->real) PetscCall(unpack(s));
    r->shape[k] = s ? s->n : 0;
  }
  PetscFunctionReturn(0);
}

/* Up to 1 a share, else a number. */
static int64_t count_of(double wish, int64_t n) {
  return (int64_t)(wish <= 1 ? floor(wish * (double)n) : wish);
}

static PetscErrorCode count_splits(qv_files *r) {
  const qv_bilevel_params *p       = r->task->params;
  const double             wish[3] = {p->task.train, p->task.validation, p->task.test};

  PetscFunctionBegin;
  for (int k = 0; k < QV_SPLITS; k++)
    r->n[k] = count_of(wish[k], r->shape[k == QV_TEST && r->has_test]);
  const int64_t main = r->n[QV_TRAIN] + r->n[QV_VALIDATION] + (r->has_test ? 0 : r->n[QV_TEST]);
  if (main > r->shape[0])
    PetscCall(qv_input_complain(&r->input[0], "has %lld samples, but %lld are asked for",
                                (long long)r->shape[0], (long long)main));
  else if (r->n[QV_TRAIN] < 1 || r->n[QV_VALIDATION] < 1)
    PetscCall(qv_input_complain(&r->input[0],
                                "has %lld samples: %lld for training and %lld for validation; "
                                "both need some",
                                (long long)r->shape[0], (long long)r->n[QV_TRAIN],
                                (long long)r->n[QV_VALIDATION]));
  if (r->has_test && r->n[QV_TEST] > r->shape[1])
    PetscCall(qv_input_complain(&r->input[1], "has %lld samples, but %lld are asked for",
                                (long long)r->shape[1], (long long)r->n[QV_TEST]));
  PetscFunctionReturn(0);
}

/* Rank 0: a permutation of each file's samples (Fisher and Yates). */
static PetscErrorCode shuffle(qv_files *r) {
  const qv_stream stream = qv_stream_named(r->task->seed, "split");

  PetscFunctionBegin;
  for (int k = 0; k < 2 && r->samples[k]; k++) {
    PetscCall(PetscMalloc1((size_t)r->shape[k], &r->order[k]));
    for (int64_t i = 0; i < r->shape[k]; i++) r->order[k][i] = i;
    for (int64_t i = r->shape[k] - 1; i > 0; i--) {
      const int64_t j =
        (int64_t)qv_random_below(stream, (uint64_t)k, (uint64_t)i, (uint64_t)(i + 1));
      const int64_t kept = r->order[k][i];
      r->order[k][i]     = r->order[k][j];
      r->order[k][j]     = kept;
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_files_read(qv_task *task, qv_files *files) {
  PetscFunctionBegin;
  files->task   = task;
  files->format = qv_files_format(task->params);
  PetscCall(read_files(files));
  if (!qv_diag_count(task->diag)) {
    if (files->input[0].rank == 0) PetscCall(prepare(files));
    PetscCallMPI(MPI_Bcast(files->shape, 2, MPI_INT64_T, 0, task->comm));
    PetscCall(qv_input_share(&files->input[0]));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_files_split(qv_files *files) {
  PetscFunctionBegin;
  PetscCall(count_splits(files));
  if (!qv_diag_count(files->task->diag) && files->input[0].rank == 0) PetscCall(shuffle(files));
  PetscFunctionReturn(0);
}

int qv_files_part(const qv_files *files, int split, const int64_t **chosen) {
  const int from  = split == QV_TEST && files->has_test;
  int64_t   first = 0;
  for (int k = 0; !from && k < split; k++) first += files->n[k];
  *chosen = files->order[from] ? files->order[from] + first : NULL;
  return from;
}

PetscErrorCode qv_files_destroy(qv_files *files) {
  PetscFunctionBegin;
  for (int k = 0; k < 2; k++) {
    PetscCall(qv_samples_destroy(&files->samples[k]));
    PetscCall(PetscFree(files->order[k]));
  }
  PetscFunctionReturn(0);
}
