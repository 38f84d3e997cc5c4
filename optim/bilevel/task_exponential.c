/* SPDX-License-Identifier: GPL-3.0-or-later
 * Known answer with unbounded smoothness: g = (y - Mx)'A(y - Mx)/2, f = sum cosh(alpha x_i)/alpha +
 * sum sin y_j, so y* = Mx, z* = A^-1 cos(Mx) and grad Phi = sinh(alpha x) + M'cos(Mx). A has
 * eigenvalues from 0.5 to 3; M and A's eigenvectors come from the stream `exponential`. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/dense.h"
#include "optim/bilevel/noise.h"

typedef struct {
  double *a;            /* [n_lower, n_lower] */
  double *m;            /* [n_lower, n_upper] */
  double *work, *other; /* [n_lower] */
} exponential;

/* A := Q diag(0.5 … 3) Q' with Q a product of n reflections along normal vectors. */
static void fill_a(qv_stream stream, int64_t n, double *a, double *v, double *w) {
  memset(a, 0, (size_t)(n * n) * sizeof *a);
  for (int64_t i = 0; i < n; i++)
    a[i * n + i] = n > 1 ? 0.5 + 2.5 * (double)i / (double)(n - 1) : 1;
  for (int64_t k = 0; k < n; k++) {
    for (int64_t i = 0; i < n; i++) v[i] = qv_random_normal(stream, 1 + (uint64_t)k, (uint64_t)i);
    const double norm = qv_dense_norm(n, v);
    for (int64_t i = 0; i < n; i++) v[i] /= norm;
    for (int side = 0; side < 2; side++) /* A := (I - 2vv') A, then from the right */
      for (int64_t j = 0; j < n; j++) {
        const int64_t step = side ? 1 : n, at = side ? j * n : j;
        double        sum = 0;
        for (int64_t i = 0; i < n; i++) sum += v[i] * a[at + i * step];
        w[j] = 2 * sum;
        for (int64_t i = 0; i < n; i++) a[at + i * step] -= w[j] * v[i];
      }
  }
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < i; j++) a[i * n + j] = a[j * n + i];
}

static PetscErrorCode setup(qv_task *task) {
  const qv_stream stream = qv_stream_named(0, "exponential");
  const int64_t   nx = task->params->task.upper, ny = task->params->task.lower;
  exponential    *e;

  PetscFunctionBegin;
  PetscCall(PetscNew(&e));
  task->data    = e;
  task->shared  = true;
  task->n_upper = task->end = nx;
  task->n_lower             = ny;
  task->batch[0] = task->batch[1] = 1;
  task->lower_rank                = 1;
  task->lower_shape[0]            = ny;
  task->lower_axes[0]             = "lower_index";
  task->convexity                 = ny > 1 ? 0.5 : 1;
  PetscCall(PetscMalloc4((size_t)(ny * ny), &e->a, (size_t)(ny * nx), &e->m, (size_t)ny, &e->work,
                         (size_t)ny, &e->other));
  fill_a(stream, ny, e->a, e->work, e->other);
  for (int64_t i = 0; i < ny * nx; i++)
    e->m[i] = qv_random_normal(stream, 0, (uint64_t)i) / sqrt((double)nx);
  PetscFunctionReturn(0);
}

/* v := A (y - Mx) */
static void lower_gradient(const qv_task *task, const double *x, const double *y, double *v) {
  const exponential *e = task->data;
  memcpy(e->work, y, (size_t)task->n_lower * sizeof(double));
  qv_dense_add(task->n_lower, task->n_upper, -1, e->m, x, e->work);
  memset(v, 0, (size_t)task->n_lower * sizeof(double));
  qv_dense_add(task->n_lower, task->n_lower, 1, e->a, e->work, v);
}

static void values(const qv_task *task, const qv_oracle *o) {
  const exponential *e     = task->data;
  const double       alpha = task->params->task.alpha;
  double             sum   = 0;
  if (o->lower_value) {
    lower_gradient(task, o->x, o->y, e->other); /* leaves y - Mx in work */
    for (int64_t i = 0; i < task->n_lower; i++) sum += e->work[i] * e->other[i];
    *o->lower_value = 0.5 * sum;
  }
  if (o->upper_value) {
    sum = 0;
    for (int64_t i = 0; i < task->n_upper; i++) sum += cosh(alpha * o->x[i]) / alpha;
    for (int64_t i = 0; i < task->n_lower; i++) sum += sin(o->y[i]);
    *o->upper_value = sum;
  }
}

static PetscErrorCode evaluate(qv_task *task, const qv_oracle *o) {
  const exponential *e  = task->data;
  const int64_t      nx = task->n_upper, ny = task->n_lower;

  PetscFunctionBegin;
  if (o->gradient) lower_gradient(task, o->x, o->y, o->gradient);
  if (o->lower_x) { /* -M'A (y - Mx) */
    lower_gradient(task, o->x, o->y, e->other);
    memset(o->lower_x, 0, (size_t)nx * sizeof(double));
    qv_dense_add_transposed(ny, nx, -1, e->m, e->other, o->lower_x);
  }
  if (o->product) {
    for (int64_t i = 0; i < ny; i++) o->product[i] = o->fold ? -cos(o->y[i]) : 0;
    qv_dense_add(ny, ny, 1, e->a, o->z, o->product);
  }
  if (o->cross) { /* -M'A z */
    memset(e->work, 0, (size_t)ny * sizeof(double));
    qv_dense_add(ny, ny, 1, e->a, o->z, e->work);
    memset(o->cross, 0, (size_t)nx * sizeof(double));
    qv_dense_add_transposed(ny, nx, -1, e->m, e->work, o->cross);
  }
  if (o->upper_x)
    for (int64_t i = 0; i < nx; i++) o->upper_x[i] = sinh(task->params->task.alpha * o->x[i]);
  if (o->upper_y)
    for (int64_t i = 0; i < ny; i++) o->upper_y[i] = cos(o->y[i]);
  values(task, o);
  qv_noise_on(task, o, task->params->task.noise);
  PetscFunctionReturn(0);
}

static PetscErrorCode answer(qv_task *task, const double *x, double *y, double *hypergradient) {
  const exponential *e = task->data;

  PetscFunctionBegin;
  memset(y, 0, (size_t)task->n_lower * sizeof *y);
  qv_dense_add(task->n_lower, task->n_upper, 1, e->m, x, y);
  for (int64_t i = 0; i < task->n_lower; i++) e->work[i] = cos(y[i]);
  for (int64_t i = 0; i < task->n_upper; i++)
    hypergradient[i] = sinh(task->params->task.alpha * x[i]);
  qv_dense_add_transposed(task->n_lower, task->n_upper, 1, e->m, e->work, hypergradient);
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  exponential *e = task->data;

  PetscFunctionBegin;
  if (e) PetscCall(PetscFree4(e->a, e->m, e->work, e->other));
  PetscCall(PetscFree(task->data));
  PetscFunctionReturn(0);
}

extern const qv_task_kind qv_task_exponential;
const qv_task_kind        qv_task_exponential = {.setup      = setup,
                                                 .evaluate   = evaluate,
                                                 .start      = qv_task_start,
                                                 .answer     = answer,
                                                 .destroy    = destroy,
                                                 .stochastic = true,
                                                 .penalised  = true};
