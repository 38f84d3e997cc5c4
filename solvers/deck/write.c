/* SPDX-License-Identifier: GPL-3.0-or-later
 * Parameters -> the resolved deck. */
#include <string.h>
#include <strings.h>

#include "solvers/deck/number.h"
#include "solvers/deck/schema_impl.h"
#include "solvers/deck/source_impl.h"
#include "solvers/parallel/buffer.h"

enum { COMMENT_COLUMN = 40 };

typedef struct {
  qv_buffer         out;
  int               n_sections;
  const qv_section *sections;
  bool             *is_chosen; /* rows to write */
  bool              has_comments;
} writer;

/* May a text stand without quotes, for us and for other readers of YAML? */
static bool is_plain(const char *text) {
  static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
  static const char        first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/";
  static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/0123456789_.+-";
  if (!*text || !strchr(first, *text) || text[strspn(text, safe)]) return false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcasecmp(text, words[i]) == 0) return false;
  return true;
}

static PetscErrorCode put_quoted(qv_buffer *b, const char *text) {
  const size_t length = strlen(text);

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(b, "\""));
  for (size_t at = 0, start = 0; at < length; start = at) {
    const int32_t c = qv_source_next(text, length, &at);
    PetscCheck(c >= 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "a text is not valid UTF-8");
    if (c == '"' || c == '\\')
      PetscCall(qv_buffer_print(b, "\\%c", (char)c));
    else if (c >= 0x20 && c != 0x85 && c != 0x2028 && c != 0x2029 && qv_source_is_printable(c))
      PetscCall(qv_buffer_print(b, "%.*s", (int)(at - start), text + start));
    else
      PetscCall(qv_buffer_print(b, c < 0x100 ? "\\x%02X" : "\\u%04X", (unsigned)c));
  }
  PetscCall(qv_buffer_print(b, "\""));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_text(qv_buffer *b, const char *text) {
  PetscFunctionBegin;
  if (is_plain(text))
    PetscCall(qv_buffer_print(b, "%s", text));
  else
    PetscCall(put_quoted(b, text));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_reals(qv_buffer *b, const qv_reals *list) {
  char number[32];

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(b, "["));
  for (int i = 0; i < list->n; i++) {
    qv_number_text(list->value[i], number);
    PetscCall(qv_buffer_print(b, "%s%s", i ? ", " : "", number));
  }
  PetscCall(qv_buffer_print(b, "]"));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_texts(qv_buffer *b, const qv_texts *list) {
  PetscFunctionBegin;
  PetscCall(qv_buffer_print(b, "["));
  for (int i = 0; i < list->n; i++) {
    if (i) PetscCall(qv_buffer_print(b, ", "));
    PetscCall(put_text(b, list->text[i]));
  }
  PetscCall(qv_buffer_print(b, "]"));
  PetscFunctionReturn(0);
}

static bool is_list(const qv_key *key) {
  return key->type == QV_KEY_REALS || key->type == QV_KEY_TEXTS;
}

static PetscErrorCode put_value(qv_buffer *b, const qv_row *row) {
  const void *member = row->params + row->key->offset;
  char        number[QV_MEMBER_TEXT];

  PetscFunctionBegin;
  const char *text    = qv_member_text(row, number);
  const bool  is_word = row->key->type == QV_KEY_TEXT || row->key->type == QV_KEY_CHOICE ||
                       row->key->type == QV_KEY_FILE ||
                       (row->key->type == QV_KEY_REAL_OR_WORD && text != number);
  if (row->key->type == QV_KEY_REALS)
    PetscCall(put_reals(b, member));
  else if (row->key->type == QV_KEY_TEXTS)
    PetscCall(put_texts(b, member));
  else if (is_word)
    PetscCall(put_text(b, text));
  else
    PetscCall(qv_buffer_print(b, "%s", text));
  PetscFunctionReturn(0);
}

/* "  # sentence (unit, range)", in a column of its own. */
static PetscErrorCode put_comment(qv_buffer *b, const qv_key *key, size_t line_start) {
  const size_t width = b->n - line_start;
  const char  *gap   = "";

  PetscFunctionBegin;
  PetscCall(
    qv_buffer_print(b, "%*s  #", width < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - width) : 0, ""));
  if (key->doc) PetscCall(qv_buffer_print(b, " %s", key->doc));
  if (key->unit || key->range || key->choices) PetscCall(qv_buffer_print(b, " ("));
  for (int i = 0; key->choices && key->choices[i].word; i++, gap = ", ")
    PetscCall(qv_buffer_print(b, "%s%s", i ? "|" : "", key->choices[i].word));
  if (key->unit) PetscCall(qv_buffer_print(b, "%s%s", gap, key->unit));
  if (key->unit) gap = ", ";
  if (key->range) PetscCall(qv_buffer_print(b, "%s%s", gap, key->range));
  if (key->unit || key->range || key->choices) PetscCall(qv_buffer_print(b, ")"));
  PetscFunctionReturn(0);
}

static PetscErrorCode put_row(writer *w, const qv_row *row, qv_span word, int depth) {
  const size_t start = w->out.n;

  PetscFunctionBegin;
  PetscCall(qv_buffer_print(&w->out, "%*s%.*s: ", 2 * depth, "", (int)word.length, word.path));
  PetscCall(put_value(&w->out, row));
  if (w->has_comments) PetscCall(put_comment(&w->out, row->key, start));
  PetscCall(qv_buffer_print(&w->out, "\n"));
  PetscFunctionReturn(0);
}

/* Is a chosen row above this one that begins with the same span? */
static bool is_written(const writer *w, const qv_row *row, qv_span span) {
  for (qv_row r = qv_row_first(w->n_sections, w->sections); r.index < row->index; qv_row_next(&r))
    if (w->is_chosen[r.index] && qv_schema_begins_with(r.key->path, span)) return true;
  return false;
}

/* The keys of one map. Rows of a map that stand apart in the tables are gathered. */
static PetscErrorCode put_map(writer *w, qv_span map, int depth) {
  PetscFunctionBegin;
  for (qv_row r = qv_row_first(w->n_sections, w->sections); r.key; qv_row_next(&r)) {
    if (!w->is_chosen[r.index] || !qv_schema_begins_with(r.key->path, map)) continue;
    const char   *rest = qv_schema_rest(r.key->path, map);
    const qv_span word = {rest, strcspn(rest, ".")};
    const qv_span span = {r.key->path, (size_t)(rest - r.key->path) + word.length};
    if (is_written(w, &r, span)) continue;
    if (!rest[word.length]) {
      PetscCall(put_row(w, &r, word, depth));
    } else {
      PetscCall(qv_buffer_print(&w->out, "%*s%.*s:\n", 2 * depth, "", (int)word.length, word.path));
      PetscCall(put_map(w, span, depth + 1));
    }
  }
  PetscFunctionReturn(0);
}

/* An empty list is no unset key where a default would take its place. */
static bool has_value(const qv_row *row) {
  const char *preset = row->key->preset;
  return qv_member_is_set(row) || (is_list(row->key) && (!preset || *preset));
}

PetscErrorCode qv_deck_write(int n_sections, const qv_section *sections, unsigned skip,
                             bool comments, char **yaml) {
  writer         w = {.n_sections = n_sections, .sections = sections, .has_comments = comments};
  unsigned char *state;

  PetscFunctionBegin;
  PetscCall(qv_schema_states(n_sections, sections, &state));
  PetscCall(PetscCalloc1(qv_row_count(n_sections, sections) + 1, &w.is_chosen));
  for (qv_row r = qv_row_first(n_sections, sections); r.key; qv_row_next(&r))
    w.is_chosen[r.index] = state[r.index] == QV_ROW_ON && !(r.key->flags & skip) && has_value(&r);
  PetscCall(qv_buffer_print(&w.out, "%s", ""));
  PetscCall(put_map(&w, (qv_span){"", 0}, 0));
  PetscCall(PetscFree(w.is_chosen));
  PetscCall(PetscFree(state));
  *yaml = w.out.bytes;
  PetscFunctionReturn(0);
}
