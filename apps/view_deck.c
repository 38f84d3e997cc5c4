/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_deck.h"

#include "solvers/deck/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL = 160, MOST_KEYS = 3, DECK_PATH = 256 };

/* "[1, 2]" of a list. */
static void write_list(const qv_node *list, char text[LABEL]) {
  size_t used = 0;
  text[0]     = 0;
  for (int i = 0; i < list->n_children && used < LABEL - 1; i++)
    used += (size_t)snprintf(text + used, LABEL - used, "%s%s", i ? ", " : "",
                             list->child[i]->text ? list->child[i]->text : "");
}

static int count_leaves(const qv_node *node) {
  int n = node->kind != QV_NODE_MAP;
  for (int i = 0; node->kind == QV_NODE_MAP && i < node->n_children; i++)
    n += count_leaves(node->child[i]);
  return n;
}

static PetscErrorCode flatten(const qv_node *node, const char *path, qv_view_deck *deck) {
  char longer[DECK_PATH], list[LABEL];
  PetscFunctionBegin;
  for (int i = 0; node->kind == QV_NODE_MAP && i < node->n_children; i++) {
    const qv_node *child = node->child[i];
    snprintf(longer, sizeof longer, "%s%s%s", path, *path ? "." : "", child->key);
    PetscCall(flatten(child, longer, deck));
  }
  if (node->kind == QV_NODE_MAP) PetscFunctionReturn(0);
  if (node->kind == QV_NODE_LIST) write_list(node, list);
  PetscCall(PetscStrallocpy(path, &deck->path[deck->n]));
  PetscCall(PetscStrallocpy(node->kind == QV_NODE_LIST ? list
                            : node->text               ? node->text
                                                       : "",
                            &deck->text[deck->n]));
  deck->n++;
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_deck_read(qv_h5 *file, qv_view_deck *deck) {
  qv_array    array;
  const char *reason;
  void       *text = NULL;
  qv_diag    *diag;
  qv_node    *root;
  PetscFunctionBegin;
  memset(deck, 0, sizeof *deck);
  PetscCall(qv_h5_find(file, "/deck/resolved", &array, &reason));
  if (reason || array.type != QV_TEXT || qv_array_length(&array) != 1) PetscFunctionReturn(0);
  PetscCall(qv_h5_read(file, "/deck/resolved", QV_TEXT, &text, &reason));
  if (reason) PetscFunctionReturn(0);
  const char *yaml = ((char **)text)[0];
  PetscCall(qv_diag_create(&diag));
  PetscCall(qv_tree_parse(yaml, strlen(yaml), "/deck/resolved", diag, &root));
  if (root) {
    const size_t n = (size_t)count_leaves(root);
    PetscCall(PetscCalloc1(n + 1, &deck->path));
    PetscCall(PetscCalloc1(n + 1, &deck->text));
    PetscCall(flatten(root, "", deck));
  }
  PetscCall(qv_tree_destroy(&root));
  PetscCall(qv_diag_destroy(&diag));
  PetscCall(PetscFree(text));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_deck_release(qv_view_deck *deck) {
  PetscFunctionBegin;
  for (int i = 0; i < deck->n; i++) {
    PetscCall(PetscFree(deck->path[i]));
    PetscCall(PetscFree(deck->text[i]));
  }
  PetscCall(PetscFree(deck->path));
  PetscCall(PetscFree(deck->text));
  deck->n = 0;
  PetscFunctionReturn(0);
}

static bool ends_with(const char *path, const char *key) {
  const size_t length = strlen(path), end = strlen(key);
  return length >= end && !strcmp(path + length - end, key) &&
         (length == end || path[length - end - 1] == '.');
}

const char *qv_view_deck_find(const qv_view_deck *deck, const char *key) {
  const char *found = NULL;
  int         n     = 0;
  for (int i = 0; i < deck->n; i++) {
    if (!strcmp(deck->path[i], key)) return deck->text[i];
    if (!ends_with(deck->path[i], key)) continue;
    found = deck->text[i];
    n++;
  }
  return n == 1 ? found : NULL;
}

static const char *value_of(const qv_view_deck *deck, const char *path) {
  for (int i = 0; i < deck->n; i++)
    if (!strcmp(deck->path[i], path)) return deck->text[i];
  return NULL;
}

static bool is_number(const char *text) {
  char *end;
  strtod(text, &end);
  return end > text && (!*end || *end == ' ');
}

/* What a key says about the files: 0 words that all have, 1 numbers that all have, 2 and 3 the same
 * where some do not have it; -1: nothing. */
static int rank_of(const qv_view_naming *naming, const char *path) {
  const char *first   = value_of(&naming->deck[0], path);
  bool        differs = false, is_missing = !first, has_words = false;
  if (!strcmp(path, "title") || (naming->left_out && ends_with(path, naming->left_out))) return -1;
  for (int f = 0; f < naming->n; f++) {
    const char *text = value_of(&naming->deck[f], path);
    is_missing       = is_missing || !text;
    has_words        = has_words || (text && !is_number(text));
    differs          = differs || !text != !first || (text && strcmp(text, first));
  }
  return differs ? (has_words ? 0 : 1) + (is_missing ? 2 : 0) : -1;
}

/* Add "word" or "key number" to each label. */
static void add_key(const qv_view_naming *naming, const char *path, char (*label)[LABEL]) {
  const char *last = strrchr(path, '.') ? strrchr(path, '.') + 1 : path;
  for (int f = 0; f < naming->n; f++) {
    const char  *text = value_of(&naming->deck[f], path);
    const size_t used = strlen(label[f]);
    if (!text) continue;
    snprintf(label[f] + used, LABEL - used, "%s%s%s%s", used ? ", " : "",
             is_number(text) ? last : "", is_number(text) ? " " : "", text);
  }
}

static bool are_unique(int n, char (*label)[LABEL]) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++)
      if (!strcmp(label[i], label[j])) return false;
  return true;
}

/* Keys that differ, in the order of their rank, until no two labels are the same. */
static bool name_by_keys(const qv_view_naming *naming, char (*label)[LABEL]) {
  int n_keys = 0;
  for (int rank = 0; rank < 4; rank++)
    for (int f = 0; f < naming->n; f++)
      for (int i = 0; i < naming->deck[f].n; i++) {
        const char *path = naming->deck[f].path[i];
        bool        seen = rank_of(naming, path) != rank;
        for (int g = 0; g < f && !seen; g++) seen = value_of(&naming->deck[g], path) != NULL;
        if (seen || (naming->groups && rank % 2)) continue;
        if (are_unique(naming->n, label)) return n_keys > 0;
        if (n_keys++ == MOST_KEYS) return naming->groups;
        add_key(naming, path, label);
      }
  return naming->groups || are_unique(naming->n, label);
}

PetscErrorCode qv_view_deck_labels(const qv_view_naming *naming, char **label) {
  char(*text)[LABEL];
  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)naming->n, &text));
  bool is_named = naming->key && strcmp(naming->key, "file");
  if (is_named) {
    for (int f = 0; f < naming->n; f++) {
      const char *value = qv_view_deck_find(&naming->deck[f], naming->key);
      snprintf(text[f], LABEL, "%s%s%s", value && is_number(value) ? naming->key : "",
               value && is_number(value) ? " " : "", value ? value : naming->stem[f]);
    }
  } else if (!naming->key && naming->n > 1) {
    is_named = name_by_keys(naming, text);
  }
  for (int f = 0; f < naming->n; f++)
    PetscCall(PetscStrallocpy(is_named && text[f][0] ? text[f]
                              : naming->groups       ? ""
                                                     : naming->stem[f],
                              &label[f]));
  PetscCall(PetscFree(text));
  PetscFunctionReturn(0);
}
