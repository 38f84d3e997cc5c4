/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/logistic.h"

#include <string.h>

#include "solvers/parallel/sum.h"

PetscErrorCode qv_logistic_create(qv_task *task, qv_logistic **logistic) {
  PetscFunctionBegin;
  PetscCall(PetscNew(logistic));
  qv_logistic *l = *logistic;
  PetscCall(qv_data_read(task, &l->data));
  if (qv_diag_count(task->diag)) PetscFunctionReturn(0);
  const qv_split *train = l->data.split[QV_TRAIN];
  l->classes            = task->params->task.classes;
  l->lines              = train->features + task->params->task.bias;
  l->n                  = l->lines * l->classes;
  PetscCall(qv_softmax_create(&l->data.features, l->classes, task->params->task.bias, &l->softmax));
  const size_t part = (size_t)l->n * (size_t)PetscMax(train->tiles->n_tiles, 1);
  PetscCall(PetscMalloc3(part, &l->gradient, part, &l->product, part, &l->upper));
  task->samples  = train->n;
  task->batch[0] = train->n;
  task->batch[1] = l->data.split[QV_VALIDATION]->n;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_logistic_destroy(qv_logistic **logistic) {
  PetscFunctionBegin;
  if (!*logistic) PetscFunctionReturn(0);
  PetscCall(qv_data_destroy(&(*logistic)->data));
  PetscCall(qv_softmax_destroy(&(*logistic)->softmax));
  PetscCall(PetscFree3((*logistic)->gradient, (*logistic)->product, (*logistic)->upper));
  PetscCall(PetscFree(*logistic));
  PetscFunctionReturn(0);
}

/* The sum over all tiles of all ranks of one number each. */
static PetscErrorCode sum_tiles(qv_task *task, int n_tiles, const double *value, double *total) {
  qv_sum sum = {0};

  PetscFunctionBegin;
  for (int t = 0; t < n_tiles; t++) qv_sum_add(&sum, value[t]);
  PetscCall(qv_sum_join(task->comm, 1, &sum));
  if (!task->uncounted) {
    task->count.reductions++;
    task->count.bytes += (int64_t)sizeof sum;
  }
  *total = qv_sum_round(&sum);
  PetscFunctionReturn(0);
}

/* A batch that is drawn; what takes all samples is exact, and in double. */
static bool is_drawn(const qv_batch *batch, const qv_split *split) {
  return batch && batch->size > 0 && batch->size < split->n;
}

static bool is_single(const qv_logistic *l, const qv_oracle *o) {
  const qv_split *const *split = (const qv_split *const *)l->data.split;
  if (!l->data.single || o->lower_x || o->lower_value || o->upper_value) return false;
  return (!o->lower || is_drawn(o->lower, split[QV_TRAIN])) &&
         (!o->upper || is_drawn(o->upper, split[QV_VALIDATION]));
}

static bool is_bytes(const qv_logistic *l) {
  return l->data.split[QV_TRAIN]->kept == QV_KEPT_BYTES &&
         l->data.split[QV_VALIDATION]->kept == QV_KEPT_BYTES;
}

/* What has an entry a sample is put where the batch is; elsewhere it is zero. */
static void clear_entries(const qv_task *task, double *v) {
  if (v) memset(v + task->first, 0, (size_t)(task->end - task->first) * sizeof(double));
}

static void scale_entries(const qv_tiles *tiles, double scale, double *v) {
  for (int64_t i = 0; v && i < tiles->start[tiles->n_tiles]; i++) v[tiles->sample[i]] *= scale;
}

static qv_softmax_pass lower_pass(qv_logistic *l, const qv_oracle *o, const double *lambda) {
  return (qv_softmax_pass){.split    = l->data.split[QV_TRAIN],
                           .w        = o->y,
                           .z        = o->product || o->cross ? o->z : NULL,
                           .lambda   = lambda,
                           .gradient = o->gradient ? l->gradient : NULL,
                           .product  = o->product ? l->product : NULL,
                           .cross    = lambda ? o->cross : NULL,
                           .slope    = lambda ? o->lower_x : NULL,
                           .single   = is_single(l, o)};
}

/* Bytes in single precision: one sum for all. */
static PetscErrorCode lower_exact(qv_task *task, qv_logistic *l, const qv_oracle *o,
                                  const double *lambda) {
  const qv_tiles *train = l->data.split[QV_TRAIN]->tiles;
  const qv_tiles *above = l->data.split[QV_VALIDATION]->tiles;
  const bool      folds = o->fold && o->product && o->upper;
  qv_softmax_pass pass  = lower_pass(l, o, lambda);
  qv_softmax_sum  sum   = {.gradient = o->gradient, .product = o->product};

  PetscFunctionBegin;
  if (folds) PetscCall(qv_tiles_draw(l->data.split[QV_VALIDATION]->tiles, o->upper));
  sum.samples = (double)train->drawn + (folds ? (double)above->drawn : 0);
  sum.factor  = folds ? (double)train->drawn / (double)above->drawn : 1;
  qv_softmax_begin(l->softmax, &sum, o->y, pass.z);
  pass.scale = 1;
  qv_softmax_add(l->softmax, &sum, &pass, false);
  if (folds)
    qv_softmax_add(l->softmax, &sum,
                   &(qv_softmax_pass){.split    = l->data.split[QV_VALIDATION],
                                      .scale    = -sum.factor,
                                      .gradient = l->product,
                                      .single   = true},
                   true);
  if (o->gradient || o->product)
    PetscCall(
      qv_softmax_end(l->softmax, task, &sum, 1 / (double)train->drawn, o->gradient, o->product));
  PetscFunctionReturn(0);
}

/* Parts of the upper level's gradient, with a sign into `part`. */
static PetscErrorCode add_upper(qv_logistic *l, const qv_oracle *o, double sign, double *part,
                                double *loss) {
  qv_split *validation = l->data.split[QV_VALIDATION];

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(validation->tiles, o->upper));
  qv_softmax_run(l->softmax, &(qv_softmax_pass){.split    = validation,
                                                .w        = o->y,
                                                .scale    = sign / (double)validation->tiles->drawn,
                                                .gradient = part,
                                                .loss     = loss,
                                                .single   = is_single(l, o) && !loss});
  PetscFunctionReturn(0);
}

/* Tile by tile. */
static PetscErrorCode lower_tiles(qv_task *task, qv_logistic *l, const qv_oracle *o,
                                  const double *lambda) {
  const qv_tiles *tiles          = l->data.split[QV_TRAIN]->tiles;
  const size_t    bytes          = (size_t)(l->n * tiles->n_tiles) * sizeof(double);
  double          loss[QV_TILES] = {0};
  qv_softmax_pass pass           = lower_pass(l, o, lambda);

  PetscFunctionBegin;
  if (o->gradient) memset(l->gradient, 0, bytes);
  if (o->product) memset(l->product, 0, bytes);
  pass.scale = 1 / (double)tiles->drawn;
  pass.loss  = o->lower_value ? loss : NULL;
  qv_softmax_run(l->softmax, &pass);
  if (o->fold && o->product && o->upper) PetscCall(add_upper(l, o, -1, l->product, NULL));
  if (o->gradient) PetscCall(qv_tiles_sum(task, l->n, tiles->n_tiles, l->gradient, o->gradient));
  if (o->product) PetscCall(qv_tiles_sum(task, l->n, tiles->n_tiles, l->product, o->product));
  if (o->lower_value) {
    PetscCall(sum_tiles(task, tiles->n_tiles, loss, o->lower_value));
    *o->lower_value /= (double)tiles->drawn;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_logistic_lower(qv_task *task, qv_logistic *l, const qv_oracle *o,
                                 const double *lambda) {
  qv_tiles *tiles = l->data.split[QV_TRAIN]->tiles;

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(tiles, o->lower));
  if (lambda) clear_entries(task, o->cross);
  if (lambda) clear_entries(task, o->lower_x);
  if (is_single(l, o) && is_bytes(l))
    PetscCall(lower_exact(task, l, o, lambda));
  else
    PetscCall(lower_tiles(task, l, o, lambda));
  if (lambda) scale_entries(tiles, 1 / (double)tiles->drawn, o->cross);
  if (lambda) scale_entries(tiles, 1 / (double)tiles->drawn, o->lower_x);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_logistic_upper(qv_task *task, qv_logistic *l, const qv_oracle *o) {
  const qv_tiles *tiles          = l->data.split[QV_VALIDATION]->tiles;
  const int       n_tiles        = tiles->n_tiles;
  double          loss[QV_TILES] = {0};

  PetscFunctionBegin;
  if (!o->upper_y && !o->upper_value) PetscFunctionReturn(0);
  memset(l->upper, 0, (size_t)(l->n * n_tiles) * sizeof(double));
  PetscCall(add_upper(l, o, 1, o->upper_y ? l->upper : NULL, o->upper_value ? loss : NULL));
  if (o->upper_y) PetscCall(qv_tiles_sum(task, l->n, n_tiles, l->upper, o->upper_y));
  if (o->upper_value) {
    PetscCall(sum_tiles(task, n_tiles, loss, o->upper_value));
    *o->upper_value /= (double)tiles->drawn;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_logistic_accuracy(qv_task *task, qv_logistic *l, qv_split *split, const double *w,
                                    double *part) {
  double hits[QV_TILES] = {0};

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(split->tiles, &qv_task_everything));
  qv_softmax_run(
    l->softmax, &(qv_softmax_pass){.split = split, .w = w, .hits = hits, .single = l->data.single});
  PetscCall(sum_tiles(task, split->tiles->n_tiles, hits, part));
  *part /= (double)split->n;
  PetscFunctionReturn(0);
}
