/* SPDX-License-Identifier: GPL-3.0-or-later
 * Ridge regression with a weight exp(x_j) for each coefficient, on made-up samples:
 * g = |Xy - b|^2/(2n) + sum exp(x_j) y_j^2/2, f = |Vy - c|^2/(2m) over other samples. y* and z*
 * are dense solves, grad Phi_j = -exp(x_j) y*_j z*_j; the cross product is not Lipschitz in x. A
 * finite sum with a known answer: batches are true samples. All is equal on all ranks; samples
 * come from the stream `ridge`. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/dense.h"
#include "optim/bilevel/tiles.h"

enum { TRAIN, VALIDATION, SETS };

typedef struct {
  double   *row[SETS]; /* [samples, n_lower] */
  double   *right[SETS];
  qv_tiles *tiles[SETS];
  double   *matrix, *work;
} ridge;

/* Features are normal; coefficients alternate in sign and every third is zero. */
static PetscErrorCode make(ridge *r, int set, int64_t count, int64_t n) {
  const qv_stream stream = qv_stream_named(0, "ridge");

  PetscFunctionBegin;
  PetscCall(PetscMalloc2((size_t)(count * n), &r->row[set], (size_t)count, &r->right[set]));
  PetscCall(qv_tiles_create(PETSC_COMM_SELF, count, &r->tiles[set]));
  for (int64_t i = 0; i < count; i++) {
    const uint64_t index = (uint64_t)i * SETS + (uint64_t)set;
    r->right[set][i]     = 0.5 * qv_random_normal(stream, index, (uint64_t)n);
    for (int64_t j = 0; j < n; j++) {
      const double value       = qv_random_normal(stream, index, (uint64_t)j);
      const double coefficient = j % 3 == 2 ? 0 : (j % 2 ? -1.0 : 1.0);
      r->row[set][i * n + j]   = value;
      r->right[set][i] += coefficient * value;
    }
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_task *task) {
  const int64_t n = task->params->task.upper;
  ridge        *r;

  PetscFunctionBegin;
  PetscCall(PetscNew(&r));
  task->data    = r;
  task->shared  = true;
  task->n_upper = task->end = task->n_lower = n;
  task->samples = task->batch[0] = task->params->task.samples;
  task->batch[1]                 = task->params->task.checks;
  task->lower_rank               = 1;
  task->lower_shape[0]           = n;
  task->lower_axes[0]            = "coefficient";
  PetscCall(PetscMalloc2((size_t)(n * n), &r->matrix, (size_t)n, &r->work));
  for (int set = 0; set < SETS; set++) PetscCall(make(r, set, task->batch[set], n));
  PetscFunctionReturn(0);
}

static double dot(int64_t n, const double *a, const double *b) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/* What a pass over a batch adds to; NULL is left out. */
typedef struct {
  double *gradient, *product, *value; /* means of r_i row_i, (row_i z) row_i, r_i^2 / 2 */
} pass;

static PetscErrorCode run(qv_task *task, int set, const qv_batch *batch, const qv_oracle *o,
                          const pass *to) {
  const ridge    *r = task->data;
  const int64_t   n = task->n_lower;
  const qv_tiles *t = r->tiles[set];

  PetscFunctionBegin;
  PetscCall(qv_tiles_draw(r->tiles[set], batch));
  if (to->gradient) memset(to->gradient, 0, (size_t)n * sizeof(double));
  if (to->product) memset(to->product, 0, (size_t)n * sizeof(double));
  if (to->value) *to->value = 0;
  for (int64_t k = 0; k < t->drawn; k++) {
    const int64_t i        = t->sample[k];
    const double *row      = r->row[set] + i * n;
    const double  residual = dot(n, row, o->y) - r->right[set][i];
    const double  along    = to->product ? dot(n, row, o->z) : 0;
    for (int64_t j = 0; to->gradient && j < n; j++)
      to->gradient[j] += residual * row[j] / (double)t->drawn;
    for (int64_t j = 0; to->product && j < n; j++)
      to->product[j] += along * row[j] / (double)t->drawn;
    if (to->value) *to->value += 0.5 * residual * residual / (double)t->drawn;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate_lower(qv_task *task, const qv_oracle *o) {
  PetscFunctionBegin;
  if (o->gradient || o->product || o->lower_value)
    PetscCall(run(task, TRAIN, o->lower, o, &(pass){o->gradient, o->product, o->lower_value}));
  for (int64_t j = 0; j < task->n_lower; j++) {
    const double weight = exp(o->x[j]), y = o->y[j];
    if (o->gradient) o->gradient[j] += weight * y;
    if (o->product) o->product[j] += weight * o->z[j];
    if (o->cross) o->cross[j] = weight * y * o->z[j];
    if (o->lower_x) o->lower_x[j] = 0.5 * weight * y * y;
    if (o->lower_value) *o->lower_value += 0.5 * weight * y * y;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate(qv_task *task, const qv_oracle *o) {
  const ridge *r = task->data;

  PetscFunctionBegin;
  if (o->lower) PetscCall(evaluate_lower(task, o));
  if (!o->upper) PetscFunctionReturn(0);
  const bool folded = o->fold && o->product;
  double    *slope  = o->upper_y ? o->upper_y : folded ? r->work : NULL;
  if (slope || o->upper_value)
    PetscCall(run(task, VALIDATION, o->upper, o, &(pass){slope, NULL, o->upper_value}));
  for (int64_t j = 0; folded && j < task->n_lower; j++) o->product[j] -= slope[j];
  if (o->upper_x) memset(o->upper_x, 0, (size_t)task->n_upper * sizeof(double));
  PetscFunctionReturn(0);
}

static PetscErrorCode answer(qv_task *task, const double *x, double *y, double *hypergradient) {
  ridge        *r = task->data;
  const int64_t n = task->n_lower, samples = task->batch[TRAIN];
  double       *z = r->work;

  PetscFunctionBegin;
  memset(r->matrix, 0, (size_t)(n * n) * sizeof(double));
  memset(y, 0, (size_t)n * sizeof(double));
  for (int64_t i = 0; i < samples; i++) {
    const double *row = r->row[TRAIN] + i * n;
    for (int64_t j = 0; j < n; j++) {
      y[j] += row[j] * r->right[TRAIN][i] / (double)samples;
      for (int64_t k = 0; k < n; k++) r->matrix[j * n + k] += row[j] * row[k] / (double)samples;
    }
  }
  for (int64_t j = 0; j < n; j++) r->matrix[j * n + j] += exp(x[j]);
  PetscCall(qv_dense_factor(n, r->matrix));
  PetscCall(qv_dense_solve(n, r->matrix, y));
  PetscCall(
    run(task, VALIDATION, &qv_task_everything, &(qv_oracle){.y = y}, &(pass){.gradient = z}));
  PetscCall(qv_dense_solve(n, r->matrix, z));
  for (int64_t j = 0; j < n; j++) hypergradient[j] = -exp(x[j]) * y[j] * z[j];
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  ridge *r = task->data;

  PetscFunctionBegin;
  for (int set = 0; r && set < SETS; set++) {
    PetscCall(PetscFree2(r->row[set], r->right[set]));
    PetscCall(qv_tiles_destroy(&r->tiles[set]));
  }
  if (r) PetscCall(PetscFree2(r->matrix, r->work));
  PetscCall(PetscFree(task->data));
  PetscFunctionReturn(0);
}

extern const qv_task_kind qv_task_ridge;
const qv_task_kind        qv_task_ridge = {.setup      = setup,
                                           .evaluate   = evaluate,
                                           .start      = qv_task_start,
                                           .answer     = answer,
                                           .destroy    = destroy,
                                           .stochastic = true,
                                           .penalised  = true};
