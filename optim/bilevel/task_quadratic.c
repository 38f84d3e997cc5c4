/* SPDX-License-Identifier: GPL-3.0-or-later
 * Both levels quadratic: g = y'Ay/2 + x'Cy + a'y, f = y'Fy/2 + x'Hx/2 + x'Ky + f'y + h'x. All is
 * equal on all ranks. */
#include <math.h>
#include <string.h>

#include "optim/bilevel/dense.h"
#include "optim/bilevel/input.h"
#include "optim/bilevel/lower.h"
#include "optim/bilevel/noise.h"

enum { A, C, F, H, K, LA, LF, LH, SETS };

typedef struct {
  double *set[SETS];
  double *factor; /* of A */
} quadratic;

static const struct {
  const char *path, *axes;
  int         rank;
  char        of[2]; /* x or y: what its axes run over */
} sets[SETS] = {{"/data/A", "[dy, dy]", 2, "yy"}, {"/data/C", "[dx, dy]", 2, "xy"},
                {"/data/F", "[dy, dy]", 2, "yy"}, {"/data/H", "[dx, dx]", 2, "xx"},
                {"/data/K", "[dx, dy]", 2, "xy"}, {"/data/a", "[dy]", 1, "y"},
                {"/data/f", "[dy]", 1, "y"},      {"/data/h", "[dx]", 1, "x"}};

/* C says how many variables there are; the others must agree. */
static PetscErrorCode read_sets(qv_task *task, qv_input *input) {
  quadratic *q        = task->data;
  int64_t    shape[2] = {-1, -1};

  PetscFunctionBegin;
  PetscCall(qv_input_reals(input, sets[C].path, 2, shape, sets[C].axes, &q->set[C]));
  if (!q->set[C]) PetscFunctionReturn(0);
  task->n_upper = shape[0];
  task->n_lower = shape[1];
  for (int s = 0; s < SETS; s++) {
    if (s == C) continue;
    for (int i = 0; i < sets[s].rank; i++)
      shape[i] = sets[s].of[i] == 'x' ? task->n_upper : task->n_lower;
    PetscCall(qv_input_reals(input, sets[s].path, sets[s].rank, shape, sets[s].axes, &q->set[s]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode check_symmetric(qv_input *input, const char *path, int64_t n,
                                      const double *a) {
  double  largest = 0, gap = 0;
  int64_t row = 0, column = 0;

  PetscFunctionBegin;
  for (int64_t i = 0; i < n * n; i++) largest = fmax(largest, fabs(a[i]));
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < i; j++) {
      const double here = fabs(a[i * n + j] - a[j * n + i]);
      if (here > gap) gap = here, row = i, column = j;
    }
  if (gap > 1e-12 * largest)
    PetscCall(qv_input_complain(
      input, "%s is not symmetric: [%lld, %lld] is %.17g, its mirror %.17g", path, (long long)row,
      (long long)column, a[row * n + column], a[column * n + row]));
  PetscFunctionReturn(0);
}

static PetscErrorCode check_sets(qv_task *task, qv_input *input) {
  quadratic    *q = task->data;
  const int64_t n = task->n_lower;
  double        least, largest;

  PetscFunctionBegin;
  PetscCall(check_symmetric(input, sets[A].path, n, q->set[A]));
  PetscCall(check_symmetric(input, sets[F].path, n, q->set[F]));
  PetscCall(check_symmetric(input, sets[H].path, task->n_upper, q->set[H]));
  PetscCall(qv_dense_extremes(n, q->set[A], &least, &largest));
  if (!qv_dense_definite(n, least, largest))
    PetscCall(qv_input_complain(input,
                                "%s is not positive definite (smallest eigenvalue %.6g): "
                                "the lower level has no unique solution",
                                sets[A].path, least));
  task->convexity = least;
  PetscFunctionReturn(0);
}

static PetscErrorCode setup(qv_task *task) {
  quadratic *q;
  qv_input   input;

  PetscFunctionBegin;
  PetscCall(PetscNew(&q));
  task->data     = q;
  task->shared   = true;
  task->batch[0] = task->batch[1] = 1;
  PetscCall(qv_input_open(task->comm, &task->params->task.data, task->diag, &input));
  if (!input.open) PetscFunctionReturn(0);
  PetscCall(read_sets(task, &input));
  if (!qv_diag_count(task->diag)) PetscCall(check_sets(task, &input));
  PetscCall(qv_input_close(&input));
  if (qv_diag_count(task->diag)) PetscFunctionReturn(0);
  task->end            = task->n_upper;
  task->lower_rank     = 1;
  task->lower_shape[0] = task->n_lower;
  task->lower_axes[0]  = "lower_index";
  PetscCall(PetscMalloc1((size_t)(task->n_lower * task->n_lower), &q->factor));
  memcpy(q->factor, q->set[A], (size_t)(task->n_lower * task->n_lower) * sizeof(double));
  PetscCall(qv_dense_factor(task->n_lower, q->factor));
  PetscFunctionReturn(0);
}

static double dot(int64_t n, const double *a, const double *b) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/* v := linear term + M x */
static void affine(int64_t rows, const double *linear, const double *m, const double *x,
                   double *v) {
  memcpy(v, linear, (size_t)rows * sizeof *v);
  qv_dense_add(rows, rows, 1, m, x, v);
}

static void gradient_lower(const qv_task *task, const double *x, const double *y, double *v) {
  const quadratic *q = task->data;
  affine(task->n_lower, q->set[LA], q->set[A], y, v);
  qv_dense_add_transposed(task->n_upper, task->n_lower, 1, q->set[C], x, v);
}

static void gradient_upper_y(const qv_task *task, const double *x, const double *y, double *v) {
  const quadratic *q = task->data;
  affine(task->n_lower, q->set[LF], q->set[F], y, v);
  qv_dense_add_transposed(task->n_upper, task->n_lower, 1, q->set[K], x, v);
}

static void gradient_upper_x(const qv_task *task, const double *x, const double *y, double *v) {
  const quadratic *q = task->data;
  affine(task->n_upper, q->set[LH], q->set[H], x, v);
  qv_dense_add(task->n_upper, task->n_lower, 1, q->set[K], y, v);
}

/* q'Mq/2 + l'q + (coupling + linear terms) by the gradients: u'(grad + linear)/2 over both. */
static PetscErrorCode values(qv_task *task, const qv_oracle *o) {
  const quadratic *q  = task->data;
  const int64_t    nx = task->n_upper, ny = task->n_lower;
  double          *v, *w;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2((size_t)ny, &v, (size_t)nx, &w));
  if (o->lower_value) { /* y'(Ay + 2 C'x + 2 a)/2 */
    gradient_lower(task, o->x, o->y, v);
    qv_dense_add_transposed(nx, ny, 1, q->set[C], o->x, v);
    *o->lower_value = 0.5 * (dot(ny, o->y, v) + dot(ny, o->y, q->set[LA]));
  }
  if (o->upper_value) {
    gradient_upper_y(task, o->x, o->y, v);
    gradient_upper_x(task, o->x, o->y, w);
    *o->upper_value = 0.5 * (dot(ny, o->y, v) + dot(ny, o->y, q->set[LF])) +
                      0.5 * (dot(nx, o->x, w) + dot(nx, o->x, q->set[LH]));
  }
  PetscCall(PetscFree2(v, w));
  PetscFunctionReturn(0);
}

static PetscErrorCode evaluate(qv_task *task, const qv_oracle *o) {
  const quadratic *q  = task->data;
  const int64_t    nx = task->n_upper, ny = task->n_lower;

  PetscFunctionBegin;
  if (o->gradient) gradient_lower(task, o->x, o->y, o->gradient);
  if (o->lower_x) {
    memset(o->lower_x, 0, (size_t)nx * sizeof(double));
    qv_dense_add(nx, ny, 1, q->set[C], o->y, o->lower_x);
  }
  if (o->product) {
    if (o->fold) {
      gradient_upper_y(task, o->x, o->y, o->product);
      for (int64_t i = 0; i < ny; i++) o->product[i] = -o->product[i];
    } else {
      memset(o->product, 0, (size_t)ny * sizeof(double));
    }
    qv_dense_add(ny, ny, 1, q->set[A], o->z, o->product);
  }
  if (o->cross) {
    memset(o->cross, 0, (size_t)nx * sizeof(double));
    qv_dense_add(nx, ny, 1, q->set[C], o->z, o->cross);
  }
  if (o->upper_x) gradient_upper_x(task, o->x, o->y, o->upper_x);
  if (o->upper_y) gradient_upper_y(task, o->x, o->y, o->upper_y);
  if (o->lower_value || o->upper_value) PetscCall(values(task, o));
  qv_noise_on(task, o, task->params->task.noise);
  PetscFunctionReturn(0);
}

static PetscErrorCode answer(qv_task *task, const double *x, double *y, double *hypergradient) {
  const quadratic *q  = task->data;
  const int64_t    nx = task->n_upper, ny = task->n_lower;
  double          *z;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)ny, &z));
  gradient_lower(task, x, z, y); /* at y = 0 */
  PetscCall(qv_dense_solve(ny, q->factor, y));
  for (int64_t i = 0; i < ny; i++) y[i] = -y[i];
  gradient_upper_y(task, x, y, z);
  PetscCall(qv_dense_solve(ny, q->factor, z));
  gradient_upper_x(task, x, y, hypergradient);
  qv_dense_add(nx, ny, -1, q->set[C], z, hypergradient);
  PetscCall(PetscFree(z));
  PetscFunctionReturn(0);
}

/* The Hessian of Phi, by columns from the closed form: it is symmetric and constant. */
static PetscErrorCode hessian(qv_task *task, double *m) {
  const int64_t n = task->n_upper;
  double       *x, *y, *zero, *column;

  PetscFunctionBegin;
  PetscCall(
    PetscCalloc4((size_t)n, &x, (size_t)task->n_lower, &y, (size_t)n, &zero, (size_t)n, &column));
  PetscCall(answer(task, x, y, zero));
  for (int64_t j = 0; j < n; j++) {
    x[j] = 1;
    PetscCall(answer(task, x, y, column));
    x[j] = 0;
    for (int64_t i = 0; i < n; i++) m[i * n + j] = column[i] - zero[i];
  }
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < i; j++)
      m[i * n + j] = m[j * n + i] = 0.5 * (m[i * n + j] + m[j * n + i]);
  PetscCall(PetscFree4(x, y, zero, column));
  PetscFunctionReturn(0);
}

/* Newton's method on grad Phi, whose Hessian is constant; gradients by the iterative solvers. */
static PetscErrorCode newton(qv_task *task, const double *factor, double tolerance, double *x,
                             bool *reached) {
  enum { STEPS = 20 };
  const int64_t n = task->n_upper;
  qv_lower     *lower;
  double       *y, *z, *g, scale = 0;

  PetscFunctionBegin;
  PetscCall(qv_lower_create(task, &lower));
  PetscCall(PetscCalloc3((size_t)task->n_lower, &y, (size_t)task->n_lower, &z, (size_t)n, &g));
  memset(x, 0, (size_t)n * sizeof *x);
  *reached = false;
  for (int k = 0; k < STEPS && !*reached; k++) {
    qv_lower_report report;
    PetscCall(
      qv_lower_hypergradient(lower, x, 0.1 * tolerance, &(qv_lower_answer){y, z, g}, &report));
    const double norm = qv_dense_norm(n, g);
    if (k == 0) scale = fmax(1, norm);
    *reached = norm <= tolerance * scale;
    if (*reached) break;
    PetscCall(qv_dense_solve(n, factor, g));
    for (int64_t i = 0; i < n; i++) x[i] -= g[i];
  }
  PetscCall(PetscFree3(y, z, g));
  PetscCall(qv_lower_destroy(&lower));
  PetscFunctionReturn(0);
}

static PetscErrorCode solve(qv_task *task, double tolerance, double *x, bool *reached) {
  const int64_t n     = task->n_upper;
  qv_input      input = {
         .comm = task->comm, .written = task->params->task.data.written, .diag = task->diag};
  double *m, least, largest;

  PetscFunctionBegin;
  *reached = false;
  PetscCall(PetscMalloc1((size_t)(n * n), &m));
  PetscCall(hessian(task, m));
  PetscCall(qv_dense_extremes(n, m, &least, &largest));
  if (!qv_dense_definite(n, least, largest)) {
    PetscCall(qv_input_complain(&input,
                                "the Hessian of Phi is not positive definite (smallest "
                                "eigenvalue %.6g): the problem has no solution",
                                least));
  } else {
    PetscCall(qv_dense_factor(n, m));
    PetscCall(newton(task, m, tolerance, x, reached));
  }
  PetscCall(PetscFree(m));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(qv_task *task) {
  quadratic *q = task->data;

  PetscFunctionBegin;
  for (int s = 0; q && s < SETS; s++) PetscCall(PetscFree(q->set[s]));
  if (q) PetscCall(PetscFree(q->factor));
  PetscCall(PetscFree(task->data));
  PetscFunctionReturn(0);
}

extern const qv_task_kind qv_task_quadratic;
const qv_task_kind        qv_task_quadratic = {.setup      = setup,
                                               .evaluate   = evaluate,
                                               .start      = qv_task_start,
                                               .answer     = answer,
                                               .solve      = solve,
                                               .destroy    = destroy,
                                               .stochastic = true,
                                               .penalised  = true};
