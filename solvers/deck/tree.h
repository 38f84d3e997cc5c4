/* SPDX-License-Identifier: GPL-3.0-or-later
 * A deck as a tree of maps, lists and scalars, each with its place in the text.
 *
 * The YAML is a subset: one document, no anchors, aliases or tags, depth <= 16, <= 1 MiB, no key
 * twice in a map. All scalars stay text: the schema decides what they mean. */
#pragma once
#include "solvers/parallel/diag.h"

typedef enum {
  QV_NODE_SCALAR,
  QV_NODE_MAP,
  QV_NODE_LIST,
  QV_NODE_REFUSED /* a value that was a mistake, which diag has: nothing more is said of it */
} qv_node_kind;

typedef struct qv_node qv_node;
struct qv_node {
  qv_node_kind kind;
  int          line, column;         /* of the value, from 1; 0 for an override */
  int          key_line, key_column; /* of the key, for children of a map */
  const char  *override; /* the word of the command line that set it (borrowed), or NULL */
  char        *key;      /* for children of a map, else NULL */
  char        *text;     /* scalars: the value, else NULL */
  bool         quoted;   /* scalars: written in quotes */
  int          n_children;
  qv_node    **child;  /* owned */
  qv_node     *parent; /* borrowed */
};

/* Parse `length` bytes. Mistakes go to diag with `name` as the file and the source line; *root is
 * NULL when the text cannot be read as a tree at all (an empty text is one mistake). Not
 * collective: all ranks parse the same bytes. The caller destroys *root. */
PetscErrorCode qv_tree_parse(const char *bytes, size_t length, const char *name, qv_diag *diag,
                             qv_node **root);
PetscErrorCode qv_tree_destroy(qv_node **root);

/* The child of a map by key, or NULL. */
const qv_node *qv_tree_child(const qv_node *map, const char *key);

/* The node at a dotted path ("threebody.systems.count"), or NULL. */
const qv_node *qv_tree_find(const qv_node *root, const char *path);

/* Set the scalar at a dotted path from a word `path=value` of the command line; maps on the way are
 * made. `value` is parsed as a YAML flow value, so that `a.b=[1,2]` works. Mistakes (no '=', a path
 * through a scalar, an unreadable value) go to diag with code QV_EXIT_USAGE. */
PetscErrorCode qv_tree_override(qv_node *root, const char *word, qv_diag *diag);
