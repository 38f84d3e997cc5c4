/* SPDX-License-Identifier: GPL-3.0-or-later
 * A prefix keeps the Cholesky factor L of I + alpha K over its elements, in the order of their
 * pushes. With L c = alpha K(S, e) the marginal is ln(1 + alpha K_ee - |c|^2), and since the
 * leading part of L belongs to the leading elements, the partial sums of |c|^2 give the marginals
 * to all earlier prefixes; cutting levels cuts rows. */
#include "optim/submodular/logdet.h"

#include <math.h>
#include <string.h>

#include "optim/submodular/logdet_kernel.h"
#include "solvers/linalg/dense.h"

enum { LANES = QV_LOGDET_LANES };

typedef struct {
  qv_logdet_plan plan;
  double        *diagonal; /* [n] 1 + alpha K_ee */
} logdet;

typedef struct {
  qv_prefix base;
  int32_t   n, room; /* elements pushed; the most there can be */
  int32_t  *e;       /* [room] */
  int32_t  *level;   /* [room] */
  double   *row;     /* L by rows, row i at i (i + 1) / 2 */
  double   *column;  /* L by columns, column j at j * room */
  double   *inverse; /* [room] of the diagonal */
  double   *chosen;  /* [d, room] points; unused for a matrix */
  double   *c;       /* [room, LANES] */
  double   *x;       /* [d, LANES] points of candidates */
} factor;

static PetscErrorCode factor_create(const qv_objective *f, int32_t k, qv_prefix **prefix) {
  const logdet *data = f->data;
  const int64_t room = k + 1;
  factor       *p;

  PetscFunctionBegin;
  PetscCheck(k <= QV_LOGDET_MOST, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "k is too large");
  PetscCall(PetscNew(&p));
  p->base.f = f;
  p->room   = (int32_t)room;
  PetscCall(PetscMalloc1(room, &p->e));
  PetscCall(PetscMalloc1(room, &p->level));
  PetscCall(PetscMalloc1(room * (room + 1) / 2, &p->row)); /* pages come when they are reached */
  PetscCall(PetscMalloc1(room * room, &p->column));
  PetscCall(PetscMalloc1(room, &p->inverse));
  PetscCall(PetscMalloc1(room * LANES, &p->c));
  if (data->plan.kernel != QV_KERNEL_MATRIX) {
    PetscCall(PetscMalloc1(room * data->plan.d, &p->chosen));
    PetscCall(PetscMalloc1((int64_t)data->plan.d * LANES, &p->x));
  }
  *prefix = &p->base;
  PetscFunctionReturn(0);
}

static PetscErrorCode factor_destroy(qv_prefix **prefix) {
  factor *p = (factor *)*prefix;

  PetscFunctionBegin;
  PetscCall(PetscFree(p->e));
  PetscCall(PetscFree(p->level));
  PetscCall(PetscFree(p->row));
  PetscCall(PetscFree(p->column));
  PetscCall(PetscFree(p->inverse));
  PetscCall(PetscFree(p->chosen));
  PetscCall(PetscFree(p->c));
  PetscCall(PetscFree(p->x));
  PetscCall(PetscFree(p));
  *prefix = NULL;
  PetscFunctionReturn(0);
}

/* alpha K from squared distances or inner products. */
static void finish_kernel(const qv_logdet_plan *plan, int64_t n, double *b) {
  const double scale = -0.5 / (plan->sigma * plan->sigma);
  if (plan->kernel == QV_KERNEL_RBF)
    for (int64_t i = 0; i < n; i++) b[i] = plan->alpha * exp(scale * b[i]);
  else
    for (int64_t i = 0; i < n; i++) b[i] *= plan->alpha;
}

/* c of one candidate to the first n elements, into p->c. */
static void solve_one(factor *p, int32_t n, int32_t e) {
  const qv_logdet_plan *plan = &((const logdet *)p->base.f->data)->plan;
  const double         *x    = plan->x + (int64_t)e * plan->d;
  if (plan->kernel == QV_KERNEL_MATRIX)
    for (int32_t i = 0; i < n; i++) p->c[i] = x[p->e[i]];
  else
    qv_logdet_points_one(n, plan->d, p->room, p->chosen, x, plan->kernel == QV_KERNEL_LINEAR, p->c);
  finish_kernel(plan, n, p->c);
  qv_logdet_solve_one(n, p->room, p->column, p->inverse, p->c);
  p->base.touched += (int64_t)n * (n + 1) / 2;
}

/* ln of a Schur complement of I + alpha K, at least 1 but for rounding, in quanta. */
static int64_t gain_of(const qv_objective *f, double residual) {
  return residual > 1 ? llround(log(residual) / f->quantum) : 0;
}

static void gains_of_lanes(factor *p, const int32_t *e, int64_t *gain) {
  const logdet         *data = p->base.f->data;
  const qv_logdet_plan *plan = &data->plan;
  double                residual[LANES];
  for (int l = 0; l < LANES; l++) {
    const double *x = plan->x + (int64_t)e[l] * plan->d;
    residual[l]     = data->diagonal[e[l]];
    if (plan->kernel == QV_KERNEL_MATRIX)
      for (int32_t i = 0; i < p->n; i++) p->c[i * LANES + l] = x[p->e[i]];
    else
      for (int32_t a = 0; a < plan->d; a++) p->x[a * LANES + l] = x[a];
  }
  if (plan->kernel != QV_KERNEL_MATRIX)
    qv_logdet_points_many(p->n, plan->d, p->room, p->chosen, p->x, plan->kernel == QV_KERNEL_LINEAR,
                          p->c);
  finish_kernel(plan, (int64_t)p->n * LANES, p->c);
  qv_logdet_solve_many(p->n, p->row, p->inverse, p->c, residual);
  for (int l = 0; l < LANES; l++) gain[l] = gain_of(p->base.f, residual[l]);
  p->base.touched += (int64_t)p->n * (p->n + 1) / 2 * LANES;
}

static double residual_of(factor *p, int32_t e) {
  double residual = ((const logdet *)p->base.f->data)->diagonal[e];
  solve_one(p, p->n, e);
  for (int32_t i = 0; i < p->n; i++) residual -= p->c[i] * p->c[i];
  return residual;
}

/* Blocks of candidates in turn to the ranks of the group, then those that are left. */
static void gains(qv_prefix *prefix, int32_t n, const int32_t *e, int64_t *gain) {
  const qv_group *group = prefix->f->group;
  factor         *p     = (factor *)prefix;
  int32_t         i = 0, turn = 0;
  if (group->size > 1) memset(gain, 0, (size_t)n * sizeof *gain);
  for (; p->n && i + LANES <= n; i += LANES)
    if (turn++ % group->size == group->rank) gains_of_lanes(p, e + i, gain + i);
  for (turn = 0; i < n; i++)
    if (turn++ % group->size == group->rank) gain[i] = gain_of(prefix->f, residual_of(p, e[i]));
}

static int32_t depth(qv_prefix *prefix, int32_t e, int32_t top, int64_t tau) {
  factor       *p        = (factor *)prefix;
  const double *diagonal = ((const logdet *)prefix->f->data)->diagonal;
  const int64_t least    = qv_objective_least(prefix->f, tau);
  double        residual = diagonal[e];
  int32_t       n = 0, at = 0;
  int64_t       last = gain_of(prefix->f, residual), gain = last;
  if (gain < least) return -1;
  while (n < p->n && p->level[n] <= top) n++;
  const int64_t touched = prefix->touched;
  solve_one(p, n, e);
  if (prefix->f->group->rank) prefix->touched = touched; /* all ranks do the same */
  for (int32_t l = 1; l <= top; l++) { /* to I_l; a level that holds nothing changes nothing */
    const int32_t from = at;
    for (; at < n && p->level[at] <= l; at++) residual -= p->c[at] * p->c[at];
    if (at > from) gain = gain_of(prefix->f, residual);
    if (gain < least) {
      prefix->close += last < tau;
      return l - 1;
    }
    last = gain;
  }
  prefix->close += last < tau;
  return top;
}

static void push(qv_prefix *prefix, int32_t e, int32_t level) {
  factor               *p        = (factor *)prefix;
  const qv_logdet_plan *plan     = &((const logdet *)prefix->f->data)->plan;
  const int64_t         n        = p->n;
  const int64_t         touched  = prefix->touched; /* by marginals alone */
  const double          residual = residual_of(p, e);
  prefix->touched                = touched;
  p->inverse[n]                  = 1 / sqrt(residual > 1 ? residual : 1);
  memcpy(p->row + n * (n + 1) / 2, p->c, (size_t)n * sizeof *p->c);
  for (int64_t j = 0; j < n; j++) p->column[j * p->room + n] = p->c[j];
  if (p->chosen)
    for (int64_t a = 0; a < plan->d; a++)
      p->chosen[a * p->room + n] = plan->x[e * (int64_t)plan->d + a];
  p->e[n]     = e;
  p->level[n] = level;
  p->n++;
}

static void retract(qv_prefix *prefix, int32_t level, int32_t n, const int32_t *e) {
  factor *p = (factor *)prefix;
  (void)n;
  (void)e;
  while (p->n && p->level[p->n - 1] > level) p->n--;
}

static PetscErrorCode logdet_destroy(void *data) {
  logdet *d = data;

  PetscFunctionBegin;
  PetscCall(PetscFree(d->plan.x));
  PetscCall(PetscFree(d->diagonal));
  PetscCall(PetscFree(d));
  PetscFunctionReturn(0);
}

static const qv_objective_kind kind = {.prefix_create  = factor_create,
                                       .prefix_destroy = factor_destroy,
                                       .gains          = gains,
                                       .depth          = depth,
                                       .push           = push,
                                       .truncate       = retract,
                                       .destroy        = logdet_destroy};

static double diagonal_of(const qv_logdet_plan *plan, int32_t e) {
  const double *x   = plan->x + (int64_t)e * plan->d;
  double        sum = 0;
  if (plan->kernel == QV_KERNEL_RBF) return 1 + plan->alpha;
  if (plan->kernel == QV_KERNEL_MATRIX) return 1 + plan->alpha * x[e];
  for (int32_t a = 0; a < plan->d; a++) sum += x[a] * x[a];
  return 1 + plan->alpha * sum;
}

PetscErrorCode qv_logdet_create(qv_logdet_plan *plan, qv_objective **f) {
  double  largest = 1;
  logdet *d;

  PetscFunctionBegin;
  PetscCall(PetscNew(&d));
  d->plan = *plan;
  plan->x = NULL;
  PetscCall(PetscMalloc1(d->plan.n, &d->diagonal));
  for (int32_t e = 0; e < d->plan.n; e++) {
    d->diagonal[e] = diagonal_of(&d->plan, e);
    largest        = fmax(largest, d->diagonal[e]);
  }
  PetscCall(qv_objective_create(d->plan.group, &kind, d->plan.n,
                                qv_objective_quantum(d->plan.n, log(largest)), d, f));
  (*f)->band = QV_OBJECTIVE_BAND;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_logdet_flaw(int32_t n, const double *k, int32_t *element) {
  double *a, trace = 0;
  int     done;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((int64_t)n * n, &a));
  memcpy(a, k, (size_t)n * (size_t)n * sizeof *a);
  for (int64_t i = 0; i < n; i++) trace += fabs(k[i * n + i]);
  for (int64_t i = 0; i < n; i++) a[i * n + i] += 1e-12 * trace;
  PetscCall(qv_dense_cholesky(n, false, a, &done));
  *element = done < n && trace > 0 ? done : -1;
  PetscCall(PetscFree(a));
  PetscFunctionReturn(0);
}
