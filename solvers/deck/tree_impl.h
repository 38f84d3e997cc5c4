/* SPDX-License-Identifier: GPL-3.0-or-later
 * Making trees: for the parser, for overrides and for defaults. */
#pragma once
#include "solvers/deck/source_impl.h"
#include "solvers/deck/tree.h"

enum { QV_TREE_DEPTH = 16 };

PetscErrorCode qv_tree_make(qv_node_kind kind, qv_node **node);
PetscErrorCode qv_tree_append(qv_node *parent, qv_node *child);

/* Drop text and children: the node is then of the kind REFUSED. */
PetscErrorCode qv_tree_refuse(qv_node *node);

/* The child of a map whose key is the first `length` letters of `key`, or NULL. */
qv_node *qv_tree_child_of(const qv_node *map, const char *key, size_t length);

/* The node at a dotted path below a map; it and the maps on the way are made, with the places and
 * the override of `like`. *end is the last node of the way that is there: where it is no map, *node
 * is NULL. */
PetscErrorCode qv_tree_reach(qv_node *map, const char *path, const qv_node *like, qv_node **node,
                             qv_node **end);

/* The number of words of a dotted path; 0 when one of them is empty. */
int qv_tree_segments(const char *path);

/* Is this a key that cannot be looked up: empty, "<<" or with a dot? */
bool qv_tree_is_odd(const char *key);

/* Order the children of a map that has been read: keys given twice are reported (unless `silent`)
 * and joined, those that cannot be looked up are dropped. */
PetscErrorCode qv_tree_tidy(qv_node *map, const qv_source *source, bool silent);

/* A tree from the text of a flow value, as of an override or a default: [1, 2], {a: 1}, "x", or a
 * plain scalar as it stands. *node is NULL after a mistake. */
PetscErrorCode qv_tree_value(const char *text, const qv_source *source, qv_node **node);

/* libyaml's words for a problem, in plain ones. `at` is the character where it stands;
 * `starts_line` says that only blanks are before it. Pure. */
const char *qv_tree_plain_words(const char *problem, const char *context, char at,
                                bool starts_line);
