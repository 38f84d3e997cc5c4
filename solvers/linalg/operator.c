/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/linalg/operator.h"

#include "solvers/linalg/vec.h"

#include <math.h>

typedef struct {
  qv_space          domain, range;
  qv_operator_calls calls;
  void             *context;
  int64_t          *counter;
} shell;

static PetscErrorCode forward(Mat a, Vec x, Vec y) {
  shell *s;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(a, &s));
  PetscCall(s->calls.forward(s->context, x, y));
  PetscFunctionReturn(0);
}

static PetscErrorCode adjoint(Mat a, Vec y, Vec x) {
  shell *s;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(a, &s));
  PetscCall(s->calls.adjoint(s->context, y, x));
  PetscFunctionReturn(0);
}

static PetscErrorCode create_side(Mat a, const shell *s, const qv_space *space, Vec *v) {
  PetscFunctionBegin;
  if (!v) PetscFunctionReturn(0);
  PetscCall(qv_vec_create(PetscObjectComm((PetscObject)a), space, v));
  if (s->counter) PetscCall(qv_vec_watch(*v, s->counter));
  PetscFunctionReturn(0);
}

/* Without this, solvers would silently work in PETSc's own vectors. */
static PetscErrorCode create_vecs(Mat a, Vec *right, Vec *left) {
  shell *s;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(a, &s));
  PetscCall(create_side(a, s, &s->domain, right));
  PetscCall(create_side(a, s, &s->range, left));
  PetscFunctionReturn(0);
}

static PetscErrorCode destroy(Mat a) {
  shell *s;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(a, &s));
  if (s->calls.destroy) PetscCall(s->calls.destroy(s->context));
  PetscCall(PetscFree(s));
  PetscFunctionReturn(0);
}

typedef void (*operation)(void);

PetscErrorCode qv_operator_create(MPI_Comm comm, const qv_space *domain, const qv_space *range,
                                  const qv_operator_calls *calls, void *context, Mat *a) {
  PetscMPIInt rank, ranks;
  shell      *s;

  PetscFunctionBegin;
  *a = NULL;
  PetscCall(qv_space_check(domain));
  PetscCall(qv_space_check(range));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  PetscCall(PetscNew(&s));
  *s = (shell){.domain = *domain, .range = *range, .calls = *calls, .context = context};
  PetscCall(MatCreateShell(comm, (PetscInt)qv_space_local(range, rank, ranks),
                           (PetscInt)qv_space_local(domain, rank, ranks),
                           (PetscInt)qv_space_size(range), (PetscInt)qv_space_size(domain), s, a));
  PetscCall(MatShellSetOperation(*a, MATOP_MULT, (operation)forward));
  PetscCall(MatShellSetOperation(*a, MATOP_MULT_TRANSPOSE, (operation)adjoint));
  PetscCall(MatShellSetOperation(*a, MATOP_CREATE_VECS, (operation)create_vecs));
  PetscCall(MatShellSetOperation(*a, MATOP_DESTROY, (operation)destroy));
  PetscFunctionReturn(0);
}

/* Ours, or an error. */
static PetscErrorCode shell_of(Mat a, shell **s) {
  PetscBool is;
  operation found = NULL;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)a, MATSHELL, &is));
  if (is) PetscCall(MatShellGetOperation(a, MATOP_MULT, &found));
  PetscCheck(found == (operation)forward, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "the matrix was not made by qv_operator_create");
  PetscCall(MatShellGetContext(a, s));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_spaces(Mat a, qv_space *domain, qv_space *range) {
  shell *s;

  PetscFunctionBegin;
  PetscCall(shell_of(a, &s));
  if (domain) *domain = s->domain;
  if (range) *range = s->range;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_watch(Mat a, int64_t *count) {
  shell *s;

  PetscFunctionBegin;
  PetscCall(shell_of(a, &s));
  s->counter = count;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_normal(Mat a, Vec x, Vec z) {
  shell *s;
  Vec    y;

  PetscFunctionBegin;
  PetscCall(shell_of(a, &s));
  if (s->calls.normal) {
    PetscCall(s->calls.normal(s->context, x, z));
    PetscFunctionReturn(0);
  }
  PetscCall(MatCreateVecs(a, NULL, &y));
  PetscCall(MatMult(a, x, y));
  PetscCall(MatMultTranspose(a, y, z));
  PetscCall(VecDestroy(&y));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_adjoint_gap(Mat a, uint64_t seed, double *gap) {
  Vec    x, y, ax, ay;
  double left, right, norm_ax, norm_y;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(a, &x, &y));
  PetscCall(VecDuplicate(x, &ay));
  PetscCall(VecDuplicate(y, &ax));
  PetscCall(qv_vec_normal(x, seed, "adjoint x"));
  PetscCall(qv_vec_normal(y, seed, "adjoint y"));
  PetscCall(MatMult(a, x, ax));
  PetscCall(MatMultTranspose(a, y, ay));
  PetscCall(VecDot(ax, y, &left));
  PetscCall(VecDot(x, ay, &right));
  PetscCall(VecNorm(ax, NORM_2, &norm_ax));
  PetscCall(VecNorm(y, NORM_2, &norm_y));
  *gap = fabs(left - right);
  if (norm_ax * norm_y > 0) *gap /= norm_ax * norm_y;
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&ax));
  PetscCall(VecDestroy(&ay));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_norm(Mat a, uint64_t seed, double rtol, int most, double *norm,
                                int *steps) {
  Vec    v, w;
  double square = 0, before = -1, length;
  int    step = 0;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(a, &v, NULL));
  PetscCall(VecDuplicate(v, &w));
  PetscCall(qv_vec_normal(v, seed, "power"));
  PetscCall(VecNormalize(v, NULL));
  while (step < most && !(fabs(square - before) <= 2 * rtol * square)) {
    before = square;
    PetscCall(qv_operator_normal(a, v, w));
    PetscCall(VecDot(v, w, &square));
    PetscCall(VecNorm(w, NORM_2, &length));
    step++;
    if (!(length > 0 && length < INFINITY)) break;
    PetscCall(VecAXPBY(v, 1 / length, 0, w));
  }
  *norm = square >= 0 ? sqrt(square) : square == square ? 0 : NAN;
  if (steps) *steps = step;
  PetscCall(VecDestroy(&v));
  PetscCall(VecDestroy(&w));
  PetscFunctionReturn(0);
}
