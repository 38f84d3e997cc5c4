/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keys of the deck against paths of the tables. */
#include <string.h>

#include "solvers/deck/mistake_impl.h"
#include "solvers/deck/number.h"
#include "solvers/deck/schema_impl.h"
#include "solvers/deck/tree_impl.h"

enum { WORD = 64, PATH = 256 };

bool qv_schema_begins_with(const char *path, qv_span start) {
  if (strncmp(path, start.path, start.length)) return false;
  return start.length == 0 || path[start.length] == '.' || !path[start.length];
}

const char *qv_schema_rest(const char *path, qv_span start) {
  return path + start.length + (start.length > 0 && path[start.length] == '.');
}

/* The path `map`.`key` as a span of some row's path; its path is NULL when no row has it. */
static qv_span span_of(const qv_schema *schema, qv_span map, const char *key) {
  const size_t length = strlen(key);
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.key; qv_row_next(&r)) {
    if (!qv_schema_begins_with(r.key->path, map)) continue;
    const char *rest = qv_schema_rest(r.key->path, map);
    if (strcspn(rest, ".") == length && memcmp(rest, key, length) == 0)
      return (qv_span){r.key->path, (size_t)(rest - r.key->path) + length};
  }
  return (qv_span){NULL, 0};
}

static bool is_leaf(const qv_schema *schema, qv_span span) {
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.key; qv_row_next(&r))
    if (strncmp(r.key->path, span.path, span.length) == 0 && !r.key->path[span.length]) return true;
  return false;
}

/* The key that a scalar in the place of a map stands for: "name", "from" or NULL. */
static const char *shorthand(const qv_schema *schema, qv_span map) {
  static const char *const words[] = {"name", "from"};
  for (int i = 0; i < 2; i++) {
    const qv_span span = span_of(schema, map, words[i]);
    if (span.path && is_leaf(schema, span)) return words[i];
  }
  return NULL;
}

/* The last word of a span as a text. */
static void last_word(qv_span span, char word[WORD]) {
  size_t start = span.length;
  while (start && span.path[start - 1] != '.') start--;
  const size_t length = span.length - start < WORD ? span.length - start : WORD - 1;
  memcpy(word, span.path + start, length);
  word[length] = 0;
}

/* Drop all that equal `word` from n words; the number that stays. */
static int without(const char *word, int n, const char **words) {
  int kept = 0;
  for (int i = 0; i < n; i++)
    if (strcmp(words[i], word)) words[kept++] = words[i];
  return kept;
}

/* The key of the same map that a wrong one seems to mean, if it is not there already. */
static PetscErrorCode nearest_sibling(const qv_schema *schema, qv_span map, const qv_node *node,
                                      qv_span *nearest) {
  char(*word)[WORD];
  const char **words, *near;
  const int    n_rows = qv_row_count(schema->n_sections, schema->sections);
  int          n      = 0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n_rows + 1, &word, n_rows + 1, &words));
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.key; qv_row_next(&r)) {
    if (!qv_schema_begins_with(r.key->path, map)) continue;
    const char *rest = qv_schema_rest(r.key->path, map);
    last_word((qv_span){rest, strcspn(rest, ".")}, word[n]);
    words[n] = word[n];
    n++;
  }
  while ((near = qv_number_nearest(node->key, n, words)) && qv_tree_child(node->parent, near))
    n = without(near, n, words);
  *nearest = near ? span_of(schema, map, near) : (qv_span){NULL, 0};
  PetscCall(PetscFree2(word, words));
  PetscFunctionReturn(0);
}

/* The one path elsewhere that ends with this key: a key in the wrong map. */
static qv_span same_word_elsewhere(const qv_schema *schema, const char *key) {
  qv_span found = {NULL, 0};
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.key; qv_row_next(&r)) {
    const char *dot  = strrchr(r.key->path, '.');
    const char *last = dot ? dot + 1 : r.key->path;
    if (strcmp(last, key)) continue;
    if (found.path && strcmp(found.path, r.key->path)) return (qv_span){NULL, 0};
    found = (qv_span){r.key->path, strlen(r.key->path)};
  }
  return found;
}

static PetscErrorCode report_unknown(qv_schema *schema, qv_span map, const qv_node *node) {
  char     quoted[QV_MISTAKE_TEXT], word[WORD], hint[PATH + 32] = "";
  qv_span  meant;
  qv_place place = qv_schema_key_place(schema, node);

  PetscFunctionBegin;
  if (qv_mistake_is_full(schema->diag)) PetscFunctionReturn(0);
  PetscCall(nearest_sibling(schema, map, node, &meant));
  if (meant.path) {
    last_word(meant, word);
    snprintf(hint, sizeof hint, "; did you mean '%s'?", word);
  } else {
    meant = same_word_elsewhere(schema, node->key);
    if (meant.path) snprintf(hint, sizeof hint, "; did you mean '%s'?", meant.path);
  }
  if (meant.path) schema->hinted[schema->n_hinted++] = meant;
  PetscCall(qv_mistake_add(schema->diag, QV_EXIT_DECK, place, "unknown key '%.*s%s%s'%s",
                           (int)map.length, map.path, map.length ? "." : "",
                           qv_mistake_quote(node->key, quoted), hint));
  PetscFunctionReturn(0);
}

static PetscErrorCode check_map(qv_schema *schema, qv_span map, const qv_node *node);

/* A value in the place of a map. */
static PetscErrorCode check_inner(qv_schema *schema, qv_span span, const qv_node *node) {
  char shown[QV_SCHEMA_SHOWN];

  PetscFunctionBegin;
  if (node->kind == QV_NODE_MAP)
    PetscCall(check_map(schema, span, node));
  else if (qv_schema_is_null(node))
    PetscCall(qv_mistake_add(schema->diag, QV_EXIT_DECK, qv_schema_key_place(schema, node),
                             "%.*s has no value", (int)span.length, span.path));
  else if (node->kind == QV_NODE_LIST || !shorthand(schema, span))
    PetscCall(qv_mistake_add(
      schema->diag, QV_EXIT_DECK, qv_schema_value_place(schema, node, span.path),
      "%.*s must be a map, found %s", (int)span.length, span.path, qv_schema_show(node, shown)));
  PetscFunctionReturn(0);
}

static PetscErrorCode check_map(qv_schema *schema, qv_span map, const qv_node *node) {
  PetscFunctionBegin;
  for (int i = 0; i < node->n_children; i++) {
    const qv_node *child = node->child[i];
    if (child->kind == QV_NODE_REFUSED) continue;
    const qv_span span = span_of(schema, map, child->key);
    if (!span.path)
      PetscCall(report_unknown(schema, map, child));
    else if (!is_leaf(schema, span))
      PetscCall(check_inner(schema, span, child));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode qv_schema_check_keys(qv_schema *schema) {
  PetscFunctionBegin;
  PetscCall(check_map(schema, (qv_span){"", 0}, schema->deck->root));
  PetscFunctionReturn(0);
}

static bool is_hinted(const qv_schema *schema, const char *path) {
  for (int i = 0; i < schema->n_hinted; i++)
    if (qv_schema_begins_with(path, schema->hinted[i])) return true;
  return false;
}

const qv_node *qv_schema_locate(const qv_schema *schema, const char *path, bool *is_blocked) {
  const qv_node *node = schema->deck->root;
  const char    *rest = path;
  *is_blocked         = true;
  while (node->kind == QV_NODE_MAP) {
    const size_t   length = strcspn(rest, ".");
    const qv_node *child  = qv_tree_child_of(node, rest, length);
    if (!child) {
      *is_blocked = is_hinted(schema, path);
      return NULL;
    }
    if (!rest[length]) {
      *is_blocked = child->kind == QV_NODE_REFUSED;
      return *is_blocked ? NULL : child;
    }
    rest += length + 1;
    node = child;
  }
  if (node->kind != QV_NODE_SCALAR || qv_schema_is_null(node)) return NULL;
  const char *key = shorthand(schema, (qv_span){path, (size_t)(rest - path) - 1});
  if (!key) return NULL;
  *is_blocked = strcmp(key, rest) != 0 && is_hinted(schema, path);
  return strcmp(key, rest) == 0 ? node : NULL;
}
