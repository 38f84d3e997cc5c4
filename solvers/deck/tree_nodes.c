/* SPDX-License-Identifier: GPL-3.0-or-later
 * Nodes of a tree: make, find, join, destroy. */
#include <stdlib.h>
#include <string.h>

#include "solvers/deck/mistake_impl.h"
#include "solvers/deck/tree_impl.h"

PetscErrorCode qv_tree_make(qv_node_kind kind, qv_node **node) {
  PetscFunctionBegin;
  PetscCall(PetscNew(node));
  (*node)->kind = kind;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tree_append(qv_node *parent, qv_node *child) {
  const int n = parent->n_children;

  PetscFunctionBegin;
  if ((n & (n - 1)) == 0) { /* full at every power of two */
    qv_node **more;
    PetscCall(PetscMalloc1(n ? 2 * n : 1, &more));
    if (n) memcpy(more, parent->child, (size_t)n * sizeof *more);
    PetscCall(PetscFree(parent->child));
    parent->child = more;
  }
  parent->child[parent->n_children++] = child;
  child->parent                       = parent;
  PetscFunctionReturn(0);
}

/* The depth is bounded by QV_TREE_DEPTH. */
PetscErrorCode qv_tree_refuse(qv_node *node) {
  PetscFunctionBegin;
  for (int i = 0; i < node->n_children; i++) PetscCall(qv_tree_destroy(&node->child[i]));
  PetscCall(PetscFree(node->child));
  PetscCall(PetscFree(node->text));
  node->n_children = 0;
  node->kind       = QV_NODE_REFUSED;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tree_destroy(qv_node **root) {
  PetscFunctionBegin;
  if (!*root) PetscFunctionReturn(0);
  PetscCall(qv_tree_refuse(*root));
  PetscCall(PetscFree((*root)->key));
  PetscCall(PetscFree(*root));
  PetscFunctionReturn(0);
}

qv_node *qv_tree_child_of(const qv_node *map, const char *key, size_t length) {
  if (map->kind != QV_NODE_MAP) return NULL;
  for (int i = 0; i < map->n_children; i++) {
    const char *own = map->child[i]->key;
    if (strncmp(own, key, length) == 0 && !own[length]) return map->child[i];
  }
  return NULL;
}

const qv_node *qv_tree_child(const qv_node *map, const char *key) {
  return qv_tree_child_of(map, key, strlen(key));
}

const qv_node *qv_tree_find(const qv_node *root, const char *path) {
  while (root) {
    const size_t length = strcspn(path, ".");
    root                = qv_tree_child_of(root, path, length);
    if (!path[length]) break;
    path += length + 1;
  }
  return root;
}

PetscErrorCode qv_tree_reach(qv_node *map, const char *path, const qv_node *like, qv_node **node,
                             qv_node **end) {
  PetscFunctionBegin;
  *node = NULL;
  *end  = map;
  while (map->kind == QV_NODE_MAP) {
    const size_t length = strcspn(path, ".");
    qv_node     *child  = qv_tree_child_of(map, path, length);
    if (!child) {
      PetscCall(qv_tree_make(path[length] ? QV_NODE_MAP : QV_NODE_REFUSED, &child));
      child->line = child->key_line = like->key_line;
      child->column = child->key_column = like->key_column;
      child->override                   = like->override;
      PetscCall(PetscCalloc1(length + 1, &child->key));
      memcpy(child->key, path, length);
      PetscCall(qv_tree_append(map, child));
    }
    *end = map = child;
    if (!path[length]) {
      *node = child;
      break;
    }
    path += length + 1;
  }
  PetscFunctionReturn(0);
}

/* By key, then as written: `a` and `b` point into the array of children. */
static int by_key(const void *a, const void *b) {
  qv_node *const *const *x = a, *const *const *y = b;
  const int              keys = strcmp((**x)->key, (**y)->key);
  return keys ? keys : *x < *y ? -1 : *x > *y;
}

static PetscErrorCode report_twice(const qv_node *first, const qv_node *again,
                                   const qv_source *source) {
  char           quoted[QV_MISTAKE_TEXT];
  const qv_place place = qv_source_place(source, again->key_line, again->key_column);

  PetscFunctionBegin;
  qv_mistake_quote(again->key, quoted);
  if (source->word)
    PetscCall(qv_mistake_add(source->diag, source->code, place, "key '%s' given twice", quoted));
  else
    PetscCall(qv_mistake_add(source->diag, source->code, place, "key '%s' already given on line %d",
                             quoted, first->key_line));
  PetscFunctionReturn(0);
}

/* Two maps become one, so that what stands in either is still checked; what else is given twice has
 * no value. */
static PetscErrorCode join(qv_node *first, qv_node **again) {
  PetscFunctionBegin;
  if (first->kind == QV_NODE_MAP && (*again)->kind == QV_NODE_MAP) {
    for (int i = 0; i < (*again)->n_children; i++)
      PetscCall(qv_tree_append(first, (*again)->child[i]));
    (*again)->n_children = 0;
  } else {
    PetscCall(qv_tree_refuse(first));
  }
  PetscCall(qv_tree_destroy(again));
  PetscFunctionReturn(0);
}

static PetscErrorCode join_equal_keys(qv_node *map, const qv_source *source, bool silent) {
  qv_node ***sorted;
  const int  n = map->n_children;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n + 1, &sorted));
  for (int i = 0; i < n; i++) sorted[i] = &map->child[i];
  qsort(sorted, (size_t)n, sizeof *sorted, by_key);
  for (int i = 0, next; i < n; i = next) {
    qv_node *first = *sorted[i];
    for (next = i + 1; next < n && strcmp(first->key, (*sorted[next])->key) == 0; next++) {
      if (!silent) PetscCall(report_twice(first, *sorted[next], source));
      PetscCall(join(first, sorted[next]));
    }
    if (next > i + 1 && first->kind == QV_NODE_MAP) PetscCall(qv_tree_tidy(first, source, true));
  }
  PetscCall(PetscFree(sorted));
  PetscFunctionReturn(0);
}

int qv_tree_segments(const char *path) {
  int n = 0;
  for (;; path++) {
    const size_t length = strcspn(path, ".");
    if (!length) return 0;
    n++;
    path += length;
    if (!*path) return n;
  }
}

/* Keys that were reported when they were read. A dotted one stands for the key that was meant. */
static PetscErrorCode take_out_odd_keys(qv_node *map) {
  qv_node **odd, *node, *end;
  const int n     = map->n_children;
  int       n_odd = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n + 1, &odd));
  map->n_children = 0;
  for (int i = 0; i < n; i++) {
    if (qv_tree_is_odd(map->child[i]->key))
      odd[n_odd++] = map->child[i];
    else
      map->child[map->n_children++] = map->child[i];
  }
  for (int i = 0; i < n_odd; i++) {
    const int segments = qv_tree_segments(odd[i]->key);
    if (i < QV_MISTAKE_LIMIT && segments > 1 && segments <= QV_TREE_DEPTH)
      PetscCall(qv_tree_reach(map, odd[i]->key, odd[i], &node, &end));
    PetscCall(qv_tree_destroy(&odd[i]));
  }
  PetscCall(PetscFree(odd));
  PetscFunctionReturn(0);
}

bool qv_tree_is_odd(const char *key) {
  return !*key || strcmp(key, "<<") == 0 || strchr(key, '.');
}

PetscErrorCode qv_tree_tidy(qv_node *map, const qv_source *source, bool silent) {
  int kept = 0;

  PetscFunctionBegin;
  PetscCall(take_out_odd_keys(map));
  PetscCall(join_equal_keys(map, source, silent));
  for (int i = 0; i < map->n_children; i++)
    if (map->child[i]) map->child[kept++] = map->child[i];
  map->n_children = kept;
  PetscFunctionReturn(0);
}
