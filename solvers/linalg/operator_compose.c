/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operators made of operators: identity, diagonal, adjoint, product, sum, Gram. */
#include "solvers/linalg/operator.h"

#include "solvers/linalg/vec.h"

static PetscErrorCode check_equal(const qv_space *a, const qv_space *b, const char *what) {
  PetscFunctionBegin;
  PetscCheck(qv_space_equal(a, b), PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP, "%s do not fit", what);
  PetscFunctionReturn(0);
}

static PetscErrorCode symmetric(Mat a) {
  PetscFunctionBegin;
  PetscCall(MatSetOption(a, MAT_SYMMETRIC, PETSC_TRUE));
  PetscFunctionReturn(0);
}

/* --- identity and diagonal -------------------------------------------------------------------- */

static PetscErrorCode copy(void *context, Vec x, Vec y) {
  (void)context;
  PetscFunctionBegin;
  PetscCall(VecCopy(x, y));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_identity(MPI_Comm comm, const qv_space *space, Mat *a) {
  const qv_operator_calls calls = {.forward = copy, .adjoint = copy, .normal = copy};

  PetscFunctionBegin;
  PetscCall(qv_operator_create(comm, space, space, &calls, NULL, a));
  PetscCall(symmetric(*a));
  PetscFunctionReturn(0);
}

static PetscErrorCode multiply(void *context, Vec x, Vec y) {
  PetscFunctionBegin;
  PetscCall(VecPointwiseMult(y, (Vec)context, x));
  PetscFunctionReturn(0);
}

static PetscErrorCode release_vec(void *context) {
  Vec d = (Vec)context;

  PetscFunctionBegin;
  PetscCall(VecDestroy(&d));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_diagonal(Vec d, Mat *a) {
  const qv_operator_calls calls = {
    .forward = multiply, .adjoint = multiply, .destroy = release_vec};
  qv_space space;

  PetscFunctionBegin;
  PetscCall(qv_vec_space(d, &space));
  PetscCall(PetscObjectReference((PetscObject)d));
  PetscCall(qv_operator_create(PetscObjectComm((PetscObject)d), &space, &space, &calls, d, a));
  PetscCall(symmetric(*a));
  PetscFunctionReturn(0);
}

/* --- parts ------------------------------------------------------------------------------------ */

typedef struct {
  int     n;
  Mat    *part;
  double *scale; /* of sums */
  Vec    *work;  /* product: between part i and i + 1; sum: of the range, of the domain */
  int     works;
  double  shift; /* of Gram */
} parts;

static PetscErrorCode parts_create(int n, const Mat *part, int works, parts **p) {
  PetscFunctionBegin;
  PetscCheck(n >= 1, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "an operator of no parts");
  PetscCall(PetscNew(p));
  (*p)->n     = n;
  (*p)->works = works;
  PetscCall(PetscCalloc3(n, &(*p)->part, n, &(*p)->scale, works, &(*p)->work));
  for (int i = 0; i < n; i++) {
    PetscCall(PetscObjectReference((PetscObject)part[i]));
    (*p)->part[i] = part[i];
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode parts_destroy(void *context) {
  parts *p = context;

  PetscFunctionBegin;
  for (int i = 0; i < p->n; i++) PetscCall(MatDestroy(&p->part[i]));
  for (int i = 0; i < p->works; i++) PetscCall(VecDestroy(&p->work[i]));
  PetscCall(PetscFree3(p->part, p->scale, p->work));
  PetscCall(PetscFree(p));
  PetscFunctionReturn(0);
}

/* --- adjoint ---------------------------------------------------------------------------------- */

static PetscErrorCode forward_of(void *context, Vec x, Vec y) {
  PetscFunctionBegin;
  PetscCall(MatMult(((parts *)context)->part[0], x, y));
  PetscFunctionReturn(0);
}

static PetscErrorCode adjoint_of(void *context, Vec y, Vec x) {
  PetscFunctionBegin;
  PetscCall(MatMultTranspose(((parts *)context)->part[0], y, x));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_adjoint(Mat a, Mat *transposed) {
  const qv_operator_calls calls = {
    .forward = adjoint_of, .adjoint = forward_of, .destroy = parts_destroy};
  qv_space domain, range;
  parts   *p;

  PetscFunctionBegin;
  PetscCall(qv_operator_spaces(a, &domain, &range));
  PetscCall(parts_create(1, &a, 0, &p));
  PetscCall(
    qv_operator_create(PetscObjectComm((PetscObject)a), &range, &domain, &calls, p, transposed));
  PetscFunctionReturn(0);
}

/* --- product ---------------------------------------------------------------------------------- */

static PetscErrorCode product_forward(void *context, Vec x, Vec y) {
  const parts *p = context;

  PetscFunctionBegin;
  for (int i = p->n - 1; i >= 0; i--)
    PetscCall(MatMult(p->part[i], i == p->n - 1 ? x : p->work[i], i ? p->work[i - 1] : y));
  PetscFunctionReturn(0);
}

static PetscErrorCode product_adjoint(void *context, Vec y, Vec x) {
  const parts *p = context;

  PetscFunctionBegin;
  for (int i = 0; i < p->n; i++)
    PetscCall(MatMultTranspose(p->part[i], i ? p->work[i - 1] : y, i < p->n - 1 ? p->work[i] : x));
  PetscFunctionReturn(0);
}

/* B' (A' A) B, so that A's own normal operator is used. The last work vector is A' A B x. */
static PetscErrorCode product_normal(void *context, Vec x, Vec z) {
  const parts *p = context;

  PetscFunctionBegin;
  if (p->n == 1) {
    PetscCall(qv_operator_normal(p->part[0], x, z));
    PetscFunctionReturn(0);
  }
  for (int i = p->n - 1; i > 0; i--)
    PetscCall(MatMult(p->part[i], i == p->n - 1 ? x : p->work[i], p->work[i - 1]));
  PetscCall(qv_operator_normal(p->part[0], p->work[0], p->work[p->n - 1]));
  for (int i = 1; i < p->n; i++)
    PetscCall(MatMultTranspose(p->part[i], i > 1 ? p->work[i - 1] : p->work[p->n - 1],
                               i < p->n - 1 ? p->work[i] : z));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_product(int n, const Mat *factor, Mat *a) {
  const qv_operator_calls calls = {.forward = product_forward,
                                   .adjoint = product_adjoint,
                                   .normal  = product_normal,
                                   .destroy = parts_destroy};
  qv_space                domain, range, inner, outer;
  parts                  *p;

  PetscFunctionBegin;
  for (int i = 0; i + 1 < n; i++) {
    PetscCall(qv_operator_spaces(factor[i], &inner, NULL));
    PetscCall(qv_operator_spaces(factor[i + 1], NULL, &outer));
    PetscCall(check_equal(&inner, &outer, "the factors of a product"));
  }
  PetscCall(parts_create(n, factor, n, &p));
  for (int i = 0; i + 1 < n; i++) PetscCall(MatCreateVecs(factor[i], &p->work[i], NULL));
  if (n > 1) PetscCall(VecDuplicate(p->work[0], &p->work[n - 1]));
  PetscCall(qv_operator_spaces(factor[0], NULL, &range));
  PetscCall(qv_operator_spaces(factor[n - 1], &domain, NULL));
  PetscCall(
    qv_operator_create(PetscObjectComm((PetscObject)factor[0]), &domain, &range, &calls, p, a));
  PetscFunctionReturn(0);
}

/* --- sum -------------------------------------------------------------------------------------- */

typedef PetscErrorCode (*matrix_times)(Mat a, Vec x, Vec y);

static PetscErrorCode add_up(const parts *p, matrix_times times, Vec work, Vec x, Vec y) {
  PetscFunctionBegin;
  PetscCall(times(p->part[0], x, y));
  PetscCall(VecScale(y, p->scale[0]));
  for (int i = 1; i < p->n; i++) {
    PetscCall(times(p->part[i], x, work));
    PetscCall(VecAXPY(y, p->scale[i], work));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode sum_forward(void *context, Vec x, Vec y) {
  const parts *p = context;

  PetscFunctionBegin;
  PetscCall(add_up(p, MatMult, p->works ? p->work[0] : NULL, x, y));
  PetscFunctionReturn(0);
}

static PetscErrorCode sum_adjoint(void *context, Vec y, Vec x) {
  const parts *p = context;

  PetscFunctionBegin;
  PetscCall(add_up(p, MatMultTranspose, p->works ? p->work[1] : NULL, y, x));
  PetscFunctionReturn(0);
}

/* All terms between the same spaces. */
static PetscErrorCode check_terms(int n, const Mat *term) {
  qv_space domain, range, other_domain, other_range;

  PetscFunctionBegin;
  PetscCheck(n >= 1, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "a sum of no terms");
  PetscCall(qv_operator_spaces(term[0], &domain, &range));
  for (int i = 1; i < n; i++) {
    PetscCall(qv_operator_spaces(term[i], &other_domain, &other_range));
    PetscCall(check_equal(&domain, &other_domain, "the domains of a sum"));
    PetscCall(check_equal(&range, &other_range, "the ranges of a sum"));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_sum(int n, const double *scale, const Mat *term, Mat *a) {
  const qv_operator_calls calls = {
    .forward = sum_forward, .adjoint = sum_adjoint, .destroy = parts_destroy};
  qv_space domain, range;
  parts   *p;

  PetscFunctionBegin;
  PetscCall(check_terms(n, term));
  PetscCall(parts_create(n, term, n > 1 ? 2 : 0, &p));
  for (int i = 0; i < n; i++) p->scale[i] = scale ? scale[i] : 1;
  if (n > 1) PetscCall(MatCreateVecs(term[0], &p->work[1], &p->work[0]));
  PetscCall(qv_operator_spaces(term[0], &domain, &range));
  PetscCall(
    qv_operator_create(PetscObjectComm((PetscObject)term[0]), &domain, &range, &calls, p, a));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_scale(double scale, Mat a, Mat *scaled) {
  PetscFunctionBegin;
  PetscCall(qv_operator_sum(1, &scale, &a, scaled));
  PetscFunctionReturn(0);
}

/* --- Gram ------------------------------------------------------------------------------------- */

static PetscErrorCode gram_apply(void *context, Vec x, Vec z) {
  const parts *p = context;

  PetscFunctionBegin;
  PetscCall(qv_operator_normal(p->part[0], x, z));
  if (p->shift != 0) PetscCall(VecAXPY(z, p->shift, x));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_gram(Mat a, double shift, Mat *gram) {
  const qv_operator_calls calls = {
    .forward = gram_apply, .adjoint = gram_apply, .destroy = parts_destroy};
  qv_space domain;
  parts   *p;

  PetscFunctionBegin;
  PetscCall(qv_operator_spaces(a, &domain, NULL));
  PetscCall(parts_create(1, &a, 0, &p));
  p->shift = shift;
  PetscCall(qv_operator_create(PetscObjectComm((PetscObject)a), &domain, &domain, &calls, p, gram));
  PetscCall(symmetric(*gram));
  PetscFunctionReturn(0);
}
