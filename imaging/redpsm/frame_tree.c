/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/redpsm/frame_tree.h"

#include <stdbool.h>
#include <string.h>

#include "imaging/redpsm/panel_kernel.h"
#include "solvers/parallel/layout.h"

enum { MOST_NODES = 128 }; /* twice the bits of a frame's index */

/* A subtree: frames [index, index + 1) 2^level. */
typedef struct {
  int     level;
  int64_t index;
  double *sum;
} node;

/* Nodes in order of frames, siblings joined at once. */
typedef struct {
  int  n;
  node node[MOST_NODES];
} stack;

struct qv_frame_tree {
  MPI_Comm comm;
  int      rank, size, functions;
  int64_t  n_frames, n;
  int64_t *first_pixel; /* [size + 1] */
  int      made;        /* arrays made so far, all of [K, n] */
  double  *array[MOST_NODES + 1];
  stack    own;
};

PetscErrorCode qv_frame_tree_create(MPI_Comm comm, int64_t n_frames, int n_functions, int64_t n,
                                    qv_frame_tree **tree) {
  qv_frame_tree *t;

  PetscFunctionBegin;
  PetscCall(PetscNew(&t));
  t->comm      = comm;
  t->n_frames  = n_frames;
  t->functions = n_functions;
  t->n         = n;
  PetscCallMPI(MPI_Comm_rank(comm, &t->rank));
  PetscCallMPI(MPI_Comm_size(comm, &t->size));
  PetscCall(PetscMalloc1(t->size + 1, &t->first_pixel));
  for (int r = 0; r <= t->size; r++) t->first_pixel[r] = qv_layout_first(n, r, t->size);
  *tree = t;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_frame_tree_destroy(qv_frame_tree **tree) {
  PetscFunctionBegin;
  if (!*tree) PetscFunctionReturn(0);
  for (int i = 0; i < (*tree)->made; i++) PetscCall(PetscFree((*tree)->array[i]));
  PetscCall(PetscFree((*tree)->first_pixel));
  PetscCall(PetscFree(*tree));
  PetscFunctionReturn(0);
}

int qv_frame_tree_chunk(int64_t t, int64_t end) {
  int count = 1;
  while (count < QV_FRAME_TREE_CHUNK && t % (2 * count) == 0 && t + 2 * count <= end) count *= 2;
  return count;
}

static bool siblings(const node *left, const node *right) {
  return left->level == right->level && right->index == left->index + 1 && right->index % 2;
}

/* Put a node on the stack; joined as long as it is a right sibling. */
static void push(stack *s, int64_t length, node added) {
  s->node[s->n++] = added;
  while (s->n > 1 && siblings(&s->node[s->n - 2], &s->node[s->n - 1])) {
    node *left = &s->node[s->n - 2];
    qv_panel_add(length, s->node[s->n - 1].sum, left->sum);
    left->level++;
    left->index /= 2;
    s->n--;
  }
}

/* The stack keeps array i at place i: joining frees the last place. */
PetscErrorCode qv_frame_tree_add(qv_frame_tree *tree, int64_t t, int count, const double *image,
                                 const double *weight) {
  const int64_t length = tree->functions * tree->n;
  node          added  = {.level = 0, .index = t / count};

  PetscFunctionBegin;
  while (1 << added.level < count) added.level++;
  if (tree->own.n == tree->made) {
    PetscCall(PetscMalloc1(length, &tree->array[tree->made]));
    tree->made++;
  }
  added.sum = tree->array[tree->own.n];
  qv_panel_gather(tree->n, tree->functions, count, image, weight, added.sum);
  push(&tree->own, length, added);
  PetscFunctionReturn(0);
}

/* The subtrees that a rank has after all of its frames. */
static void roots_of(const qv_frame_tree *tree, int rank, stack *roots) {
  const int64_t end = qv_layout_first_unit(tree->n_frames, rank + 1, tree->size);
  roots->n          = 0;
  for (int64_t t = qv_layout_first_unit(tree->n_frames, rank, tree->size); t < end; t++)
    push(roots, 0, (node){.level = 0, .index = t});
}

/* What goes to and comes from each rank, in reals. */
typedef struct {
  PetscMPIInt *sent, *send_at, *received, *receive_at;
  int64_t      n_sent, n_received;
} traffic;

static PetscErrorCode plan(const qv_frame_tree *tree, traffic *c) {
  const int64_t *first = tree->first_pixel;
  const int64_t  mine  = tree->functions * (first[tree->rank + 1] - first[tree->rank]);
  stack          roots;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(tree->size, &c->sent, tree->size, &c->send_at, tree->size, &c->received,
                         tree->size, &c->receive_at));
  c->n_sent = c->n_received = 0;
  for (int q = 0; q < tree->size; q++) {
    const int64_t theirs = tree->functions * (first[q + 1] - first[q]);
    roots_of(tree, q, &roots);
    PetscCall(PetscMPIIntCast(c->n_sent, &c->send_at[q]));
    PetscCall(PetscMPIIntCast(c->n_received, &c->receive_at[q]));
    PetscCall(PetscMPIIntCast(theirs * tree->own.n, &c->sent[q]));
    PetscCall(PetscMPIIntCast(mine * roots.n, &c->received[q]));
    c->n_sent += c->sent[q];
    c->n_received += c->received[q];
  }
  PetscFunctionReturn(0);
}

/* packed [rank, root, function, pixels of that rank] */
static void pack(const qv_frame_tree *tree, double *packed) {
  const int64_t *first = tree->first_pixel;
  for (int q = 0; q < tree->size; q++)
    for (int i = 0; i < tree->own.n; i++)
      for (int k = 0; k < tree->functions; k++) {
        const int64_t m = first[q + 1] - first[q];
        if (m == 0) continue; /* packed may be NULL */
        memcpy(packed, tree->own.node[i].sum + k * tree->n + first[q], sizeof *packed * (size_t)m);
        packed += m;
      }
}

/* Join what is left from the right: the right edge of the tree. */
static void fold(stack *s, int64_t length, double *sum) {
  for (; s->n > 1; s->n--) qv_panel_add(length, s->node[s->n - 1].sum, s->node[s->n - 2].sum);
  if (length) memcpy(sum, s->node[0].sum, sizeof *sum * (size_t)length);
}

PetscErrorCode qv_frame_tree_end(qv_frame_tree *tree, double *sum) {
  const int64_t local =
    tree->functions * (tree->first_pixel[tree->rank + 1] - tree->first_pixel[tree->rank]);
  double *sent, *received;
  traffic c;
  stack   all = {0}, roots;

  PetscFunctionBegin;
  if (tree->size == 1) {
    fold(&tree->own, local, sum);
    tree->own.n = 0;
    PetscFunctionReturn(0);
  }
  PetscCall(plan(tree, &c));
  PetscCall(PetscMalloc2(c.n_sent, &sent, c.n_received, &received));
  pack(tree, sent);
  PetscCallMPI(MPI_Alltoallv(sent, c.sent, c.send_at, MPI_DOUBLE, received, c.received,
                             c.receive_at, MPI_DOUBLE, tree->comm));
  for (int q = 0; q < tree->size; q++) {
    roots_of(tree, q, &roots);
    for (int i = 0; i < roots.n; i++) {
      roots.node[i].sum = received + c.receive_at[q] + i * local;
      push(&all, local, roots.node[i]);
    }
  }
  fold(&all, local, sum);
  PetscCall(PetscFree2(sent, received));
  PetscCall(PetscFree4(c.sent, c.send_at, c.received, c.receive_at));
  tree->own.n = 0;
  PetscFunctionReturn(0);
}
