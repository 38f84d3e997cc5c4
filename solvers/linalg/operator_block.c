/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table of operators as one. A rank's share of a stacked vector is its shares of the blocks, one
 * after the other, so blocks work in place: views are laid over the parts of the long vectors. */
#include "solvers/linalg/operator.h"
#include "solvers/linalg/vec.h"

/* One side: the parts of a stacked vector. */
typedef struct {
  int      n;
  Vec     *view;  /* [n] over a vector that is read, */
  Vec     *work;  /* [n] what is added to a part that is written; NULL where one block writes */
  int64_t *place; /* [n + 1] in the rank's array */
} side;

typedef struct {
  int  rows, columns;
  Mat *block;
  side range, domain;
} blocks;

static Mat block_at(const blocks *b, int row, int column) {
  return b->block[row * b->columns + column];
}

/* The space of row (or column) i, which all its blocks share, and how many there are. */
static PetscErrorCode space_of(const blocks *b, bool range, int i, qv_space *space, int *found) {
  const int across = range ? b->columns : b->rows;

  PetscFunctionBegin;
  *found = 0;
  for (int j = 0; j < across; j++) {
    const Mat block = range ? block_at(b, i, j) : block_at(b, j, i);
    qv_space  other = {0};
    if (!block) continue;
    PetscCall(qv_operator_spaces(block, range ? NULL : &other, range ? &other : NULL));
    if ((*found)++ == 0) *space = other;
    PetscCheck(qv_space_equal(space, &other), PETSC_COMM_SELF, PETSC_ERR_ARG_INCOMP,
               "the blocks of %s %d do not fit", range ? "row" : "column", i);
  }
  PetscCheck(*found, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "%s %d has no blocks",
             range ? "row" : "column", i);
  PetscFunctionReturn(0);
}

static PetscErrorCode stack_of(const blocks *b, bool range, qv_space *stack) {
  qv_space space = {0};
  int      found;

  PetscFunctionBegin;
  *stack = (qv_space){0};
  for (int i = 0; i < (range ? b->rows : b->columns); i++) {
    PetscCall(space_of(b, range, i, &space, &found));
    *stack = qv_space_stack(*stack, space);
    PetscCheck(stack->parts > 0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "a side of blocks has more than %d parts", QV_SPACE_PARTS);
  }
  PetscFunctionReturn(0);
}

/* Views and work vectors of one side. */
static PetscErrorCode side_create(const blocks *b, MPI_Comm comm, bool range, side *s) {
  PetscMPIInt rank, ranks;
  qv_space    space = {0};
  int         found;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  s->n = range ? b->rows : b->columns;
  PetscCall(PetscCalloc3(s->n, &s->view, s->n, &s->work, s->n + 1, &s->place));
  for (int i = 0; i < s->n; i++) {
    PetscCall(space_of(b, range, i, &space, &found));
    PetscCall(qv_vec_create_view(comm, &space, &s->view[i]));
    if (found > 1) PetscCall(VecDuplicate(s->view[i], &s->work[i]));
    s->place[i + 1] = s->place[i] + qv_space_local(&space, rank, ranks);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode side_destroy(side *s) {
  PetscFunctionBegin;
  for (int i = 0; i < s->n; i++) {
    PetscCall(VecDestroy(&s->view[i]));
    PetscCall(VecDestroy(&s->work[i]));
  }
  PetscCall(PetscFree3(s->view, s->work, s->place));
  PetscFunctionReturn(0);
}

static PetscErrorCode blocks_destroy(void *context) {
  blocks *b = context;

  PetscFunctionBegin;
  for (int i = 0; i < b->rows * b->columns; i++) PetscCall(MatDestroy(&b->block[i]));
  PetscCall(side_destroy(&b->range));
  PetscCall(side_destroy(&b->domain));
  PetscCall(PetscFree(b->block));
  PetscCall(PetscFree(b));
  PetscFunctionReturn(0);
}

/* Views over the parts of v. */
static PetscErrorCode side_open(const side *s, const double *array) {
  PetscFunctionBegin;
  for (int i = 0; i < s->n; i++) PetscCall(VecPlaceArray(s->view[i], array + s->place[i]));
  PetscFunctionReturn(0);
}

static PetscErrorCode side_close(const side *s) {
  PetscFunctionBegin;
  for (int i = 0; i < s->n; i++) PetscCall(VecResetArray(s->view[i]));
  PetscFunctionReturn(0);
}

/* One part of the result: the sum over its blocks. */
static PetscErrorCode apply_part(const blocks *b, bool forward, int i) {
  const side *to = forward ? &b->range : &b->domain, *from = forward ? &b->domain : &b->range;
  bool        first = true;

  PetscFunctionBegin;
  for (int j = 0; j < from->n; j++) {
    const Mat block = forward ? block_at(b, i, j) : block_at(b, j, i);
    const Vec y     = first ? to->view[i] : to->work[i];
    if (!block) continue;
    if (forward)
      PetscCall(MatMult(block, from->view[j], y));
    else
      PetscCall(MatMultTranspose(block, from->view[j], y));
    if (!first) PetscCall(VecAXPY(to->view[i], 1, y));
    first = false;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode apply(const blocks *b, bool forward, Vec x, Vec y) {
  const side   *to = forward ? &b->range : &b->domain, *from = forward ? &b->domain : &b->range;
  const double *in;
  double       *out;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(x, &in));
  PetscCall(VecGetArrayWrite(y, &out));
  PetscCall(side_open(from, in));
  PetscCall(side_open(to, out));
  for (int i = 0; i < to->n; i++) PetscCall(apply_part(b, forward, i));
  PetscCall(side_close(to));
  PetscCall(side_close(from));
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(VecRestoreArrayRead(x, &in));
  PetscFunctionReturn(0);
}

static PetscErrorCode block_forward(void *context, Vec x, Vec y) {
  PetscFunctionBegin;
  PetscCall(apply(context, true, x, y));
  PetscFunctionReturn(0);
}

static PetscErrorCode block_adjoint(void *context, Vec y, Vec x) {
  PetscFunctionBegin;
  PetscCall(apply(context, false, y, x));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_operator_block(int rows, int columns, const Mat *block, Mat *a) {
  const qv_operator_calls calls = {
    .forward = block_forward, .adjoint = block_adjoint, .destroy = blocks_destroy};
  blocks   asked = {.rows = rows, .columns = columns, .block = (Mat *)block};
  MPI_Comm comm  = MPI_COMM_NULL;
  qv_space domain, range;
  blocks  *b;

  PetscFunctionBegin;
  PetscCheck(rows >= 1 && columns >= 1, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "an operator of no blocks");
  PetscCall(stack_of(&asked, true, &range));
  PetscCall(stack_of(&asked, false, &domain));
  PetscCall(PetscNew(&b));
  b->rows    = rows;
  b->columns = columns;
  PetscCall(PetscCalloc1((size_t)rows * (size_t)columns, &b->block));
  for (int i = 0; i < rows * columns; i++) {
    if (!block[i]) continue;
    PetscCall(PetscObjectReference((PetscObject)block[i]));
    b->block[i] = block[i];
    comm        = PetscObjectComm((PetscObject)block[i]);
  }
  PetscCall(side_create(b, comm, true, &b->range));
  PetscCall(side_create(b, comm, false, &b->domain));
  PetscCall(qv_operator_create(comm, &domain, &range, &calls, b, a));
  PetscFunctionReturn(0);
}
