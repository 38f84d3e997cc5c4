/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/task_representation.h"

#include <string.h>

#include "optim/bilevel/files.h"
#include "solvers/parallel/agree.h"

enum { TRAIN, TEST, RANGES };

/* Labelled images of /train, as many classes as its labels say; x is NULL after a mistake. */
static PetscErrorCode read_labelled(qv_input *input, qv_labelled *from, float **x, int **label) {
  const int64_t many     = 100000;
  int64_t       shape[2] = {-1, -1};
  double       *value;

  PetscFunctionBegin;
  PetscCall(qv_input_reals(input, "/train/x", 2, shape,
                           "[sample, feature], where there is no /task", &value));
  if (!value) PetscFunctionReturn(0);
  PetscCall(qv_split_labels(input, "/train/label", shape[0], many, label));
  const int64_t entries = shape[0] * shape[1];
  if (*label && !qv_diag_count(input->diag)) {
    PetscCall(PetscMalloc1((size_t)entries, x));
    for (int64_t i = 0; i < entries; i++) (*x)[i] = (float)value[i];
    *from = (qv_labelled){.n = shape[0], .features = shape[1], .x = *x, .label = *label};
    for (int64_t i = 0; i < from->n; i++) from->classes = PetscMax(from->classes, (*label)[i] + 1);
  }
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

/* Pairs of classes: all but the last ones for training. */
static PetscErrorCode pair_up(qv_task *task, qv_input *input, const qv_labelled *from) {
  qv_representation *r                = task->data;
  const int64_t      pairs            = from->classes * (from->classes - 1) / 2;
  const int64_t      held_out         = task->params->network.held_out;
  const qv_stream    stream           = qv_stream_named(0, "pairs"); /* equal in all runs */
  const int64_t      range[RANGES][2] = {{0, pairs - held_out}, {pairs - held_out, pairs}};
  qv_episodes      **made[RANGES]     = {&r->train, &r->test};
  bool               ok               = held_out < pairs && task->params->task.classes == 2;

  PetscFunctionBegin;
  for (int k = 0; ok && k < RANGES; k++)
    if (range[k][1] > range[k][0])
      PetscCall(
        qv_episodes_pairs(from, range[k], task->params->network.shots, stream, made[k], &ok));
  if (!ok && input->rank == 0)
    PetscCall(qv_input_complain(input,
                                "%lld classes make %lld pairs; fewer than these may be held "
                                "out, each class must have 2 bilevel.task.shots samples, and "
                                "bilevel.task.classes must be 2",
                                (long long)from->classes, (long long)pairs));
  PetscCall(qv_input_share(input));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_pairs(qv_task *task, qv_input *input) {
  qv_labelled from  = {0};
  float      *x     = NULL;
  int        *label = NULL;

  PetscFunctionBegin;
  PetscCall(read_labelled(input, &from, &x, &label));
  if (x) PetscCall(pair_up(task, input, &from));
  ((qv_representation *)task->data)->input = from.features;
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(label));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_images(qv_task *task, qv_input *input) {
  qv_representation *r       = task->data;
  const int64_t      classes = task->params->task.classes;
  bool               there;

  PetscFunctionBegin;
  PetscCall(qv_input_has(input, "/task", &there));
  if (!there) {
    PetscCall(read_pairs(task, input));
    PetscFunctionReturn(0);
  }
  r->input = -1;
  PetscCall(qv_episodes_images(input, "task", classes, &r->input, &r->train));
  PetscCall(qv_input_has(input, "/test/support/x", &there));
  if (there) PetscCall(qv_episodes_images(input, "test", classes, &r->input, &r->test));
  PetscFunctionReturn(0);
}

static int32_t largest_word(const qv_episodes *e) {
  int32_t largest = -1;
  for (int s = 0; e && s < QV_EPISODE_SETS; s++)
    largest = PetscMax(largest, qv_corpus_largest(e->episodes * e->n[s] * e->width, e->token[s]));
  return largest;
}

static PetscErrorCode read_texts(qv_task *task, qv_input *input) {
  qv_representation       *r       = task->data;
  const qv_bilevel_params *p       = task->params;
  const int64_t            longest = p->network.length == QV_UNSET_INT ? 0 : p->network.length;
  bool                     there;

  PetscFunctionBegin;
  PetscCall(qv_episodes_texts(input, "task", p->task.classes, longest, &r->train));
  PetscCall(qv_input_has(input, "/test/support/tokens", &there));
  if (there) PetscCall(qv_episodes_texts(input, "test", p->task.classes, longest, &r->test));
  if (qv_diag_count(task->diag)) PetscFunctionReturn(0);
  const int32_t largest = PetscMax(largest_word(r->train), largest_word(r->test));
  r->input              = p->network.embedding == QV_UNSET_INT ? 0 : p->network.embedding;
  PetscCall(
    qv_corpus_embed(input, qv_stream_named(0, "embedding"), largest + 1, &r->input, &r->words));
  PetscFunctionReturn(0);
}

/* Rank 0's samples to all: bytes as they are, or floats. */
static PetscErrorCode share_labelled(qv_files *files, qv_labelled *from, void **x, int **label) {
  const qv_samples *s       = files->samples[0];
  const MPI_Comm    comm    = files->task->comm;
  double            head[5] = {0};

  PetscFunctionBegin;
  if (s) {
    const double mine[] = {(double)s->n, (double)s->features, (double)files->classes, s->unit,
                           s->byte != NULL};
    memcpy(head, mine, sizeof head);
  }
  PetscCallMPI(MPI_Bcast(head, 5, MPI_DOUBLE, 0, comm));
  *from                = (qv_labelled){.n        = (int64_t)head[0],
                                       .features = (int64_t)head[1],
                                       .classes  = (int64_t)head[2],
                                       .unit     = head[3]};
  const bool   is_byte = head[4] != 0;
  const size_t n = (size_t)from->n, entries = n * (size_t)from->features;
  const size_t size = is_byte ? 1 : sizeof(float);
  PetscCall(PetscMalloc1(entries * size, (char **)x));
  PetscCall(PetscMalloc1(n, label));
  if (s && is_byte) memcpy(*x, s->byte, entries);
  for (size_t i = 0; s && !is_byte && i < entries; i++)
    ((float *)*x)[i] = (float)(s->unit * s->real[i]);
  for (size_t i = 0; s && i < n; i++) (*label)[i] = (int)s->label[i];
  PetscCall(qv_agree_broadcast(comm, *x, (int64_t)entries, size));
  PetscCall(qv_agree_broadcast(comm, *label, from->n, sizeof **label));
  from->x     = is_byte ? NULL : *x;
  from->byte  = is_byte ? *x : NULL;
  from->label = *label;
  PetscFunctionReturn(0);
}

/* Pairs of the classes of a file that is not HDF5. */
static PetscErrorCode read_files(qv_task *task) {
  qv_files    files = {0};
  qv_labelled from  = {0};
  void       *x     = NULL;
  int        *label = NULL;

  PetscFunctionBegin;
  PetscCall(qv_files_read(task, &files));
  if (!qv_diag_count(task->diag)) {
    PetscCall(share_labelled(&files, &from, &x, &label));
    PetscCall(pair_up(task, &files.input[0], &from));
  }
  ((qv_representation *)task->data)->input = from.features;
  PetscCall(qv_files_destroy(&files));
  PetscCall(PetscFree(x));
  PetscCall(PetscFree(label));
  PetscFunctionReturn(0);
}

/* Pairs of the classes of a corpus; a word is its bucket. */
static PetscErrorCode read_corpus(qv_task *task) {
  const qv_bilevel_params *p       = task->params;
  const int64_t            longest = p->network.length == QV_UNSET_INT ? 0 : p->network.length;
  qv_representation       *r       = task->data;
  qv_files                 files   = {.sequences = true};
  qv_corpus               *texts   = NULL;

  PetscFunctionBegin;
  PetscCall(qv_files_read(task, &files));
  if (!qv_diag_count(task->diag)) {
    const int64_t n = files.n[QV_TRAIN] = files.shape[0]; /* all, as they are */
    if (files.input[0].rank == 0) PetscCall(PetscMalloc1((size_t)n, &files.order[0]));
    for (int64_t i = 0; files.order[0] && i < n; i++) files.order[0][i] = i;
    PetscCall(qv_corpus_take(&files, QV_TRAIN, longest, &texts));
    PetscCallMPI(MPI_Bcast(&files.classes, 1, MPI_INT64_T, 0, task->comm));
    PetscCall(pair_up(task, &files.input[0],
                      &(qv_labelled){.n        = n,
                                     .features = texts->width,
                                     .classes  = files.classes,
                                     .token    = texts->token,
                                     .length   = texts->length,
                                     .label    = texts->label}));
    PetscCall(qv_corpus_destroy(&texts));
    r->input = p->network.embedding == QV_UNSET_INT ? 0 : p->network.embedding;
    PetscCall(
      qv_corpus_draw(qv_stream_named(0, "embedding"), p->task.features, &r->input, &r->words));
  }
  PetscCall(qv_files_destroy(&files));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_representation_read(qv_task *task) {
  const qv_bilevel_params *p = task->params;
  qv_input                 input;

  PetscFunctionBegin;
  if (qv_files_format(p) != QV_FORMAT_HDF5) {
    PetscCall(p->network.encoder == QV_ENCODER_RNN ? read_corpus(task) : read_files(task));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_input_open(task->comm, &p->task.data, task->diag, &input));
  if (!input.open) PetscFunctionReturn(0);
  if (p->network.encoder == QV_ENCODER_RNN)
    PetscCall(read_texts(task, &input));
  else
    PetscCall(read_images(task, &input));
  PetscCall(qv_input_close(&input));
  PetscFunctionReturn(0);
}
