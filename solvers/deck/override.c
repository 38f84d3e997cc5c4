/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words of the command line: `path=value` on top of a tree. */
#include <string.h>

#include "solvers/deck/mistake_impl.h"
#include "solvers/deck/tree_impl.h"

/* What is wrong with a word's path, or NULL. */
static const char *path_fault(const char *path) {
  const int segments = qv_tree_segments(path);
  if (!segments) return "names no key";
  return segments > QV_TREE_DEPTH ? "is nested deeper than 16 levels" : NULL;
}

/* `node` becomes what `value` is; an empty `value` (a mistake) leaves it without one. */
static PetscErrorCode replace(qv_node *node, qv_node **value, const char *word) {
  PetscFunctionBegin;
  PetscCall(qv_tree_refuse(node));
  node->line = node->column = node->key_line = node->key_column = 0;
  node->override                                                = word;
  if (!*value) PetscFunctionReturn(0);
  node->kind       = (*value)->kind;
  node->text       = (*value)->text;
  node->quoted     = (*value)->quoted;
  node->child      = (*value)->child;
  node->n_children = (*value)->n_children;
  for (int i = 0; i < node->n_children; i++) node->child[i]->parent = node;
  PetscCall(PetscFree(*value));
  PetscFunctionReturn(0);
}

static PetscErrorCode set(qv_node *root, const char *path, const char *value,
                          const qv_source *source) {
  const qv_node like = {.override = source->word};
  qv_node      *node, *end, *read;
  char          quoted[QV_MISTAKE_TEXT];

  PetscFunctionBegin;
  PetscCall(qv_tree_value(value, source, &read));
  PetscCall(qv_tree_reach(root, path, &like, &node, &end));
  if (node) {
    PetscCall(replace(node, &read, source->word));
  } else {
    PetscCall(qv_tree_destroy(&read));
    if (end->kind == QV_NODE_SCALAR && end != root)
      PetscCall(qv_mistake_add(source->diag, source->code, qv_source_place(source, 0, 0),
                               "'%s' is not a map but '%s'; write it as a map to set keys in it",
                               end->key, qv_mistake_quote(end->text, quoted)));
    else if (end->kind == QV_NODE_LIST && end != root)
      PetscCall(qv_mistake_add(source->diag, source->code, qv_source_place(source, 0, 0),
                               "'%s' is not a map but a list", end->key));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_tree_override(qv_node *root, const char *word, qv_diag *diag) {
  const qv_source source = {.word = word, .code = QV_EXIT_USAGE, .diag = diag};
  const qv_place  place  = qv_source_place(&source, 0, 0);
  const char     *equals = strchr(word, '=');
  char           *path, quoted[QV_MISTAKE_TEXT];

  PetscFunctionBegin;
  if (!equals) {
    PetscCall(qv_mistake_add(diag, QV_EXIT_USAGE, place, "'%s' is no setting; write key=value",
                             qv_mistake_quote(word, quoted)));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscStrallocpy(word, &path));
  path[equals - word] = 0;
  const char *fault   = path_fault(path);
  if (fault)
    PetscCall(
      qv_mistake_add(diag, QV_EXIT_USAGE, place, "'%s' %s", qv_mistake_quote(path, quoted), fault));
  else
    PetscCall(set(root, path, equals + 1, &source));
  PetscCall(PetscFree(path));
  PetscFunctionReturn(0);
}
