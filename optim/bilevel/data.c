/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/data.h"

#include "optim/bilevel/corrupt.h"

#include "optim/bilevel/method.h"

static PetscErrorCode deal(qv_files *f, qv_data *data) {
  const qv_bilevel_params *p       = f->task->params;
  double                   head[2] = {0};
  const int64_t           *chosen;

  PetscFunctionBegin;
  if (f->samples[0]) head[0] = (double)f->samples[0]->features, head[1] = f->samples[0]->unit;
  PetscCallMPI(MPI_Bcast(head, 2, MPI_DOUBLE, 0, f->task->comm));
  PetscCall(qv_scaling_create((int64_t)head[0], head[1], &data->features));
  for (int k = 0; k < QV_SPLITS; k++) {
    const int           from = qv_files_part(f, k, &chosen);
    const qv_split_wish wish = {
      .classes  = p->task.classes,
      .features = (int64_t)head[0],
      .single   = p->task.precision == QV_PRECISION_SINGLE,
      .moments  = k == QV_TRAIN && p->task.standardise ? &data->features : NULL};
    if (f->n[k] == 0) continue;
    PetscCall(
      qv_split_take(&f->input[from], f->samples[from], f->n[k], chosen, &wish, &data->split[k]));
  }
  PetscCall(qv_split_check(&f->input[0], "training data", p->task.classes, data->split[QV_TRAIN]));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_samples(qv_task *task, qv_data *data) {
  qv_files files = {.classes = task->params->task.classes};

  PetscFunctionBegin;
  PetscCall(qv_files_read(task, &files));
  if (!qv_diag_count(task->diag)) PetscCall(qv_files_split(&files));
  if (!qv_diag_count(task->diag)) PetscCall(deal(&files, data));
  PetscCall(qv_files_destroy(&files));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_hdf5(qv_task *task, qv_data *data) {
  static const char *const names[] = {"train", "validation", "test"};
  const qv_bilevel_params *p       = task->params;
  qv_split_wish            wish    = {.classes  = p->task.classes,
                                      .features = -1,
                                      .complete = true,
                                      .single   = p->task.precision == QV_PRECISION_SINGLE};
  qv_input                 input;
  bool                     there;

  PetscFunctionBegin;
  PetscCall(qv_input_open(task->comm, &p->task.data, task->diag, &input));
  if (!input.open) PetscFunctionReturn(0);
  for (int k = 0; k < QV_SPLITS; k++) {
    if (k == QV_TEST) PetscCall(qv_input_has(&input, "/test", &there));
    if (k == QV_TEST && !there) break;
    wish.moments = k == QV_TRAIN ? &data->features : NULL;
    PetscCall(qv_split_read(&input, names[k], &wish, &data->split[k]));
    wish.features = k == QV_TRAIN && data->split[k]->n ? data->split[k]->features : wish.features;
    wish.complete = false;
  }
  PetscCall(qv_input_has(&input, "/train/label_true", &there));
  if (there && data->split[QV_TRAIN]->n)
    PetscCall(qv_split_labels(&input, "/train/label_true", data->split[QV_TRAIN]->n,
                              p->task.classes, &data->truth));
  PetscCall(qv_input_close(&input));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_data_read(qv_task *task, qv_data *data) {
  const qv_bilevel_params *p = task->params;

  PetscFunctionBegin;
  *data = (qv_data){0};
  if (qv_files_format(p) == QV_FORMAT_HDF5)
    PetscCall(read_hdf5(task, data));
  else
    PetscCall(read_samples(task, data));
  if (qv_diag_count(task->diag)) PetscFunctionReturn(0);
  if (p->task.standardise) PetscCall(qv_scaling_standardise(task->comm, &data->features));
  PetscCall(
    qv_corrupt_labels(task, data->split[QV_TRAIN]->n, data->split[QV_TRAIN]->label, &data->truth));
  const qv_kept kept = data->split[QV_TRAIN]->kept;
  data->single = !qv_methods[p->method.name]->exact && p->task.precision != QV_PRECISION_DOUBLE &&
                 kept != QV_KEPT_DOUBLE;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_data_destroy(qv_data *data) {
  PetscFunctionBegin;
  for (int k = 0; k < QV_SPLITS; k++) PetscCall(qv_split_destroy(&data->split[k]));
  PetscCall(qv_scaling_destroy(&data->features));
  PetscCall(PetscFree(data->truth));
  PetscFunctionReturn(0);
}
