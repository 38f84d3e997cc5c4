/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/corrupt.h"

#include <string.h>

PetscErrorCode qv_corrupt_labels(const qv_task *task, int64_t n, int *label, int **truth) {
  const qv_bilevel_params *p       = task->params;
  const qv_stream          stream  = qv_stream_named(task->seed, "label noise");
  const uint64_t           classes = (uint64_t)p->task.classes;

  PetscFunctionBegin;
  if (!(p->task.noise > 0)) PetscFunctionReturn(0);
  if (!*truth) {
    PetscCall(PetscMalloc1((size_t)n, truth));
    memcpy(*truth, label, (size_t)n * sizeof **truth);
  }
  for (int64_t i = 0; i < n; i++) {
    if (qv_random_uniform(stream, (uint64_t)i, 0) >= p->task.noise) continue;
    if (p->task.noise_kind == QV_NOISE_REDRAW)
      label[i] = (int)qv_random_below(stream, (uint64_t)i, 1, classes);
    else
      label[i] =
        (int)(((uint64_t)label[i] + 1 + qv_random_below(stream, (uint64_t)i, 1, classes - 1)) %
              classes);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_corrupt_flag(qv_task *task, int64_t n, const int *label, const int *truth) {
  static const qv_flag flag = {
    "corrupted", "whether the label of a training sample is wrong", {"true", "corrupted", NULL}};

  PetscFunctionBegin;
  task->flag_kind = &flag;
  if (!truth) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1((size_t)n, &task->flag));
  for (int64_t i = 0; i < n; i++) task->flag[i] = label[i] != truth[i];
  PetscFunctionReturn(0);
}
