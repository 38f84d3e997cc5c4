/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the schema says of wrong values. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solvers/deck/mistake_impl.h"
#include "solvers/deck/schema_value_impl.h"
#include "solvers/deck/source_impl.h"

enum { SUBJECT = 288, ADVICE = 1024, WORDS = 64, UNIT = 16 };

bool qv_schema_is_null(const qv_node *node) {
  static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
  if (node->kind != QV_NODE_SCALAR || node->quoted) return false;
  for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
    if (strcmp(node->text, nulls[i]) == 0) return true;
  return false;
}

const char *qv_schema_show(const qv_node *node, char shown[QV_SCHEMA_SHOWN]) {
  char quoted[QV_MISTAKE_TEXT];
  if (node->kind == QV_NODE_MAP) return "a map";
  if (node->kind == QV_NODE_LIST) return "a list";
  snprintf(shown, QV_SCHEMA_SHOWN, "%s'%s'", node->quoted ? "text " : "",
           qv_mistake_quote(node->text, quoted));
  return shown;
}

static qv_place place_at(const qv_schema *schema, const qv_node *node, int line, int column) {
  const qv_source source = {.name    = schema->deck->path,
                            .word    = node->override,
                            .n_lines = schema->deck->n_lines,
                            .line    = schema->deck->line};
  return qv_source_place(&source, line, column);
}

qv_place qv_schema_key_place(const qv_schema *schema, const qv_node *node) {
  const bool has_key = node->key_line > 0;
  return place_at(schema, node, has_key ? node->key_line : node->line,
                  has_key ? node->key_column : node->column);
}

qv_place qv_schema_value_place(const qv_schema *schema, const qv_node *node, const char *path) {
  if (!node->override && node->line == 0) return qv_deck_place(schema->deck, path);
  return place_at(schema, node, node->line, node->column);
}

void qv_schema_advise(const char *word, int n, const char *const *words, char *advice,
                      size_t size) {
  const char *near = qv_number_nearest(word, n, words);
  if (near) {
    snprintf(advice, size, "; did you mean '%s'?", near);
    return;
  }
  size_t used = (size_t)snprintf(advice, size, n > 1 ? "; one of " : "; it can only be ");
  for (int i = 0; i < n && used < size; i++)
    used += (size_t)snprintf(advice + used, size - used, "%s%s", i ? ", " : "", words[i]);
}

/* The words of the row's choices. */
static int list_choices(const qv_key *key, const char *words[WORDS]) {
  int n = 0;
  while (key->choices && n < WORDS && key->choices[n].word) {
    words[n] = key->choices[n].word;
    n++;
  }
  return n;
}

/* "a.b", or "a.b: item 3". */
static const char *subject(const qv_reading *r, char text[SUBJECT]) {
  if (!r->item) return r->key->path;
  snprintf(text, SUBJECT, "%s: item %d", r->key->path, r->item);
  return text;
}

static qv_place place_of(const qv_reading *r) {
  return qv_schema_value_place(r->schema, r->node, r->key->path);
}

PetscErrorCode qv_reading_check_value(qv_reading *r) {
  char text[SUBJECT];

  PetscFunctionBegin;
  if (r->node->kind == QV_NODE_REFUSED) r->is_wrong = true;
  if (!qv_schema_is_null(r->node)) PetscFunctionReturn(0);
  r->is_wrong = true;
  PetscCall(qv_mistake_add(r->schema->diag, QV_EXIT_DECK, qv_schema_key_place(r->schema, r->node),
                           "%s has no value", subject(r, text)));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reading_must(qv_reading *r, const char *must, const char *hint) {
  char text[SUBJECT], shown[QV_SCHEMA_SHOWN];

  PetscFunctionBegin;
  r->is_wrong = true;
  PetscCall(qv_mistake_add(r->schema->diag, QV_EXIT_DECK, place_of(r), "%s %s, found %s%s",
                           subject(r, text), must, qv_schema_show(r->node, shown), hint));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reading_range(qv_reading *r) {
  char       text[SUBJECT], quoted[QV_MISTAKE_TEXT];
  const bool has_unit = r->key->unit && r->key->type != QV_KEY_QUANTITY;

  PetscFunctionBegin;
  r->is_wrong = true;
  PetscCall(qv_mistake_add(r->schema->diag, QV_EXIT_DECK, place_of(r),
                           "%s must be in %s%s%s, found %s", subject(r, text), r->key->range,
                           has_unit ? " " : "", has_unit ? r->key->unit : "",
                           qv_mistake_quote(r->node->text, quoted)));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_reading_number_or_word(qv_reading *r) {
  const char *words[WORDS], *near        = NULL;
  char        must[ADVICE], hint[ADVICE] = "";
  const int   n = list_choices(r->key, words);

  PetscFunctionBegin;
  size_t used = (size_t)snprintf(must, ADVICE, "must be a number or %s", n > 1 ? "one of " : "");
  for (int i = 0; i < n && used < ADVICE; i++)
    used += (size_t)snprintf(must + used, ADVICE - used, "%s%s", i ? ", " : "", words[i]);
  if (r->node->text) near = qv_number_nearest(r->node->text, n, words);
  if (near) snprintf(hint, ADVICE, "; did you mean '%s'?", near);
  PetscCall(qv_reading_must(r, must, hint));
  PetscFunctionReturn(0);
}

static bool is_of_time(qv_unit unit) {
  return unit != QV_UNIT_NONE && isfinite(qv_number_unit_seconds(unit));
}

PetscErrorCode qv_reading_unit(qv_reading *r, const char *allowed, const char *word) {
  char          unit[WORDS][UNIT], text[SUBJECT], advice[ADVICE], quoted[QV_MISTAKE_TEXT];
  const char   *words[WORDS], *format = "%s: unknown unit '%s'%s";
  const qv_unit known    = qv_number_unit(word);
  bool          all_time = true;
  int           n        = 0;

  PetscFunctionBegin;
  r->is_wrong = true;
  for (const char *c = allowed; *c && n < WORDS; n++) {
    const size_t length = strcspn(c, "|");
    snprintf(unit[n], UNIT, "%.*s", (int)length, c);
    words[n] = unit[n];
    all_time = all_time && is_of_time(qv_number_unit(unit[n]));
    c += length + (c[length] == '|');
  }
  const bool is_near = !known && qv_number_nearest(word, n, words);
  if (!is_near && all_time && !is_of_time(known))
    format = "%s: unit '%s' is not a unit of time%s";
  else if (known)
    format = "%s: unit '%s' is not allowed here%s";
  qv_schema_advise(word, n, words, advice, ADVICE);
  PetscCall(qv_mistake_add(r->schema->diag, QV_EXIT_DECK, place_of(r), format, subject(r, text),
                           qv_mistake_quote(word, quoted), advice));
  PetscFunctionReturn(0);
}

/* What the words of a choice are called: the last word of its path, but of `a.name` the word
 * before, and of `a.from` a source. */
static qv_span noun(const char *path) {
  const char *end = path + strlen(path), *start = end;
  while (start > path && start[-1] != '.') start--;
  if (strcmp(start, "from") == 0) return (qv_span){"source", 6};
  if (strcmp(start, "name") == 0 && start > path) {
    end = start - 1;
    for (start = end; start > path && start[-1] != '.';) start--;
  }
  return (qv_span){start, (size_t)(end - start)};
}

PetscErrorCode qv_reading_unknown_word(qv_reading *r) {
  const char   *words[WORDS];
  char          quoted[QV_MISTAKE_TEXT], advice[ADVICE];
  const qv_span what = noun(r->key->path);

  PetscFunctionBegin;
  r->is_wrong = true;
  qv_schema_advise(r->node->text, list_choices(r->key, words), words, advice, ADVICE);
  PetscCall(qv_mistake_add(r->schema->diag, QV_EXIT_DECK, place_of(r), "unknown %.*s '%s'%s",
                           (int)what.length, what.path, qv_mistake_quote(r->node->text, quoted),
                           advice));
  PetscFunctionReturn(0);
}

const char *qv_reading_spelling(const char *text, bool is_whole, char hint[64]) {
  char   clean[40];
  size_t n = 0;
  double x;
  hint[0] = 0;
  for (const char *c = text; *c; c++) {
    if (*c == '_') continue;
    if (n + 1 >= sizeof clean) return hint;
    clean[n++] = *c;
  }
  clean[n] = 0;
  if (qv_number_real(clean, &x)) return hint;
  if (is_whole && x == trunc(x) && fabs(x) < 1e15)
    snprintf(hint, 64, "; write %.0f", x);
  else if (!is_whole && strcmp(clean, text))
    snprintf(hint, 64, "; write %s", clean);
  return hint;
}
