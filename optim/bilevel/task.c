/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "optim/bilevel/task.h"

#include <math.h>

#include "optim/bilevel/blocks.h"
#include "optim/bilevel/tiles.h"
#include "solvers/parallel/sum.h"

const qv_choice qv_task_words[] = {
#define QV_TASK(name, word, doc) {word, doc},
#include "optim/bilevel/tasks.def"
#undef QV_TASK
  {NULL, NULL}};

#define QV_TASK(name, word, doc) extern const qv_task_kind qv_task_##name;
#include "optim/bilevel/tasks.def"
#undef QV_TASK

const qv_task_kind *const qv_task_kinds[] = {
#define QV_TASK(name, word, doc) &qv_task_##name,
#include "optim/bilevel/tasks.def"
#undef QV_TASK
  NULL};

const qv_batch qv_task_everything = {.size = 0};

PetscErrorCode qv_task_create(MPI_Comm comm, const qv_bilevel_params *params, uint64_t seed,
                              qv_diag *diag, qv_task **task) {
  PetscFunctionBegin;
  PetscCall(PetscNew(task));
  (*task)->kind       = qv_task_kinds[params->task.name];
  (*task)->params     = params;
  (*task)->comm       = comm;
  (*task)->diag       = diag;
  (*task)->seed       = seed;
  (*task)->upper_axis = "upper_index";
  PetscCall((*task)->kind->setup(*task));
  PetscCall(qv_blocks_check_data(params, (*task)->n_upper, diag));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_task_destroy(qv_task **task) {
  PetscFunctionBegin;
  if (!*task) PetscFunctionReturn(0);
  PetscCall((*task)->kind->destroy(*task));
  PetscCall(PetscFree(*task));
  PetscFunctionReturn(0);
}

bool qv_task_many_minima(const qv_bilevel_params *params) {
  const qv_task_kind *kind = qv_task_kinds[params->task.name];
  return kind->many_minima && kind->many_minima(params);
}

PetscErrorCode qv_task_start(qv_task *task, double *x) {
  PetscFunctionBegin;
  for (int64_t i = 0; i < task->n_upper; i++) x[i] = task->params->task.start;
  PetscFunctionReturn(0);
}

int64_t qv_task_samples(const qv_batch *batch, int64_t all) {
  const int64_t parts = PetscMax(1, batch->parts);
  const int64_t there = (all - batch->part + parts - 1) / parts;
  return batch->size && batch->size < there ? batch->size : there;
}

/* Steps of adaptation are a pass each, and one more back through each where they have derivatives.
 */
static void count_adaptation(qv_task *task, const qv_oracle *o) {
  const bool    back  = (o->upper_x || o->upper_y) && !task->adapt.first_order;
  const int64_t steps = task->adapt.steps;
  task->count.gradients += steps;
  task->count.products += back ? steps : 0;
  task->count.samples += (back ? 2 : 1) * steps * qv_task_samples(o->upper, task->batch[1]);
}

PetscErrorCode qv_task_evaluate(qv_task *task, const qv_oracle *o) {
  const qv_count before = task->count;

  PetscFunctionBegin;
  PetscCall(task->kind->evaluate(task, o));
  task->count.gradients += (o->gradient != NULL) + (o->lower_x != NULL) + (o->upper_x != NULL) +
                           (o->upper_y != NULL || (o->fold && o->product && o->upper));
  task->count.products += o->product != NULL;
  task->count.crosses += o->cross != NULL;
  if (o->lower) task->count.samples += qv_task_samples(o->lower, task->batch[0]);
  if (o->upper && (o->upper_x || o->upper_y || o->upper_value || o->fold))
    task->count.samples += qv_task_samples(o->upper, task->batch[1]);
  if (o->upper) count_adaptation(task, o);
  if (task->uncounted) task->count = before;
  PetscFunctionReturn(0);
}

/* Owned entries begin anew at each tile of samples, whoever has it. */
static void add_owned(const qv_task *task, const double *a, const double *b, qv_sum *sum) {
  for (int t = 0; t < QV_TILES; t++) {
    const int64_t first = qv_tiles_first(task->n_upper, t),
                  end   = qv_tiles_first(task->n_upper, t + 1);
    if (first >= task->first && end <= task->end)
      qv_sum_add_products(sum, end - first, a + first, b + first);
  }
}

PetscErrorCode qv_task_dot(qv_task *task, const double *a, const double *b, double *dot) {
  qv_sum sum = {0};

  PetscFunctionBegin;
  if (task->shared)
    qv_sum_add_products(&sum, task->n_upper, a, b);
  else
    add_owned(task, a, b, &sum);
  if (!task->shared) {
    PetscCall(qv_sum_join(task->comm, 1, &sum));
    if (!task->uncounted) {
      task->count.reductions++;
      task->count.bytes += (int64_t)sizeof sum;
    }
  }
  *dot = qv_sum_round(&sum);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_task_norm(qv_task *task, const double *a, double *norm) {
  double square;

  PetscFunctionBegin;
  PetscCall(qv_task_dot(task, a, a, &square));
  *norm = sqrt(square);
  PetscFunctionReturn(0);
}

PetscErrorCode qv_task_gather(qv_task *task, double *x) {
  int *count, *first, rank, size;

  PetscFunctionBegin;
  if (task->shared) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_rank(task->comm, &rank));
  PetscCallMPI(MPI_Comm_size(task->comm, &size));
  PetscCall(PetscMalloc2(size, &count, size, &first));
  for (int r = 0; r < size; r++) {
    first[r] = (int)qv_tiles_first_of(task->n_upper, r, size);
    count[r] = (int)qv_tiles_first_of(task->n_upper, r + 1, size) - first[r];
  }
  PetscCallMPI(
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, x, count, first, MPI_DOUBLE, task->comm));
  PetscCall(PetscFree2(count, first));
  PetscFunctionReturn(0);
}

double qv_task_lower_dot(int64_t n, const double *a, const double *b) {
  qv_sum sum = {0};
  qv_sum_add_products(&sum, n, a, b);
  return qv_sum_round(&sum);
}

double qv_task_lower_norm(int64_t n, const double *a) {
  return sqrt(qv_task_lower_dot(n, a, a));
}
