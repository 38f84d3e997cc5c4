/* SPDX-License-Identifier: GPL-3.0-or-later
 * Conditions of rows: "a.b=x|y & c.d!=z". A key without a value compares as the empty word. */
#include <string.h>

#include "solvers/deck/number_impl.h"
#include "solvers/deck/schema_impl.h"

typedef enum { NO, YES, UNKNOWN } truth;

static qv_span trim(const char *text, size_t length) {
  while (length && *text == ' ') text++, length--;
  while (length && text[length - 1] == ' ') length--;
  return (qv_span){text, length};
}

static bool has_path(const qv_row *row, qv_span path) {
  return strncmp(row->key->path, path.path, path.length) == 0 && !row->key->path[path.length];
}

/* The value of a path by the rows above `row`; UNKNOWN when it is a mistake. */
static truth value_of(const qv_schema *schema, const qv_row *row, qv_span path,
                      char buffer[QV_MEMBER_TEXT], const char **value) {
  *value = "";
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.index < row->index;
       qv_row_next(&r)) {
    if (!has_path(&r, path)) continue;
    const qv_row_state state = qv_schema_state(schema, &r);
    if (state == QV_ROW_WRONG) return UNKNOWN;
    if (state == QV_ROW_OFF) continue;
    *value = qv_member_text(&r, buffer);
    break;
  }
  return YES;
}

/* One clause: path=word|word or path!=word|word. */
static truth clause_holds(const qv_schema *schema, const qv_row *row, qv_span clause) {
  char         buffer[QV_MEMBER_TEXT];
  const char  *value;
  const size_t path   = strcspn(clause.path, "!=");
  const bool   is_not = clause.path[path] == '!';
  const size_t after  = path + (is_not ? 2 : 1);
  if (after > clause.length) return NO;
  if (value_of(schema, row, trim(clause.path, path), buffer, &value) == UNKNOWN) return UNKNOWN;
  const char  *word = clause.path + after, *end = clause.path + clause.length;
  const size_t n     = strlen(value);
  bool         found = false;
  for (;;) {
    const size_t  rest   = (size_t)(end - word);
    const char   *bar    = memchr(word, '|', rest);
    const qv_span listed = trim(word, bar ? (size_t)(bar - word) : rest);
    found                = found || (listed.length == n && memcmp(listed.path, value, n) == 0);
    if (!bar) break;
    word = bar + 1;
  }
  return found != is_not ? YES : NO;
}

static truth condition_holds(const qv_schema *schema, const qv_row *row) {
  truth       all  = YES;
  const char *text = row->key->when;
  while (text && *text) {
    const size_t length = strcspn(text, "&");
    const truth  one    = clause_holds(schema, row, trim(text, length));
    if (one == NO) return NO;
    if (one == UNKNOWN) all = UNKNOWN;
    text += length + (text[length] == '&');
  }
  return all;
}

qv_row_state qv_schema_state(const qv_schema *schema, const qv_row *row) {
  if (schema->state && schema->state[row->index] != QV_ROW_UNASKED)
    return (qv_row_state)schema->state[row->index];
  for (qv_row r = qv_row_first(schema->n_sections, schema->sections); r.index < row->index;
       qv_row_next(&r))
    if (strcmp(r.key->path, row->key->path) == 0 && qv_schema_state(schema, &r) != QV_ROW_OFF)
      return QV_ROW_OFF;
  const truth holds = condition_holds(schema, row);
  return holds == YES ? QV_ROW_ON : holds == UNKNOWN ? QV_ROW_WRONG : QV_ROW_OFF;
}

PetscErrorCode qv_schema_states(int n_sections, const qv_section *sections, unsigned char **state) {
  qv_schema schema = {.n_sections = n_sections, .sections = sections};

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(qv_row_count(n_sections, sections) + 1, state));
  schema.state = *state;
  for (qv_row r = qv_row_first(n_sections, sections); r.key; qv_row_next(&r))
    (*state)[r.index] = (unsigned char)qv_schema_state(&schema, &r);
  PetscFunctionReturn(0);
}

bool qv_deck_row_applies(const qv_key *row, int n_sections, const qv_section *sections) {
  const qv_schema schema = {.n_sections = n_sections, .sections = sections};
  for (qv_row r = qv_row_first(n_sections, sections); r.key; qv_row_next(&r))
    if (r.key == row) return qv_schema_state(&schema, &r) == QV_ROW_ON;
  return false;
}
