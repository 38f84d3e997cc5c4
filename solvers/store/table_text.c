/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/table_text.h"

#include "solvers/store/decimal.h"
#include "solvers/store/lines.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 20, TEXT = 160, SOURCE = 120, WORD = 40 };

/* A word of a line: bytes [begin, begin + length). */
typedef struct {
  size_t begin, length;
} word;

typedef struct {
  int64_t line;
  int     column; /* in characters */
  char    text[TEXT], source[SOURCE + 1];
} mistake;

typedef struct {
  qv_table *table;
  int64_t   row_capacity;
  int       n_words, word_capacity;
  word     *words; /* of the current line */
  char     *text;  /* the current line */
  size_t    length;
  int64_t   number;
  int64_t   n_mistakes;
  mistake   mistakes[LISTED + 1]; /* the last one: where the list was cut */
  mistake   warning;              /* line 0: none */
  bool      is_binary;            /* one message says it all */
} reader;

PetscErrorCode qv_table_text_clear(qv_table *table) {
  PetscFunctionBegin;
  PetscCall(PetscFree(table->name));
  PetscCall(PetscFree(table->value));
  PetscCall(PetscFree(table->line));
  PetscFunctionReturn(0);
}

/* Characters of UTF-8 before byte n. */
static int count_characters(const char *text, size_t n) {
  int count = 0;
  for (size_t i = 0; i < n; i++) count += ((unsigned char)text[i] & 0xc0) != 0x80;
  return count;
}

/* The whole line is shown with a message when it is short enough for an eye. */
static void set_place(const reader *r, size_t at, mistake *m) {
  m->line      = r->number;
  m->column    = count_characters(r->text, at) + 1;
  m->source[0] = 0;
  if (r->length <= SOURCE) memcpy(m->source, r->text, r->length + 1);
}

/* The next entry of the list, NULL when it is full; all are counted. */
static mistake *next_mistake(reader *r, size_t at) {
  const int64_t n = r->n_mistakes++;
  if (n > LISTED) return NULL;
  set_place(r, at, &r->mistakes[n]);
  return &r->mistakes[n];
}

/* Copy of at most WORD bytes of a word; a longer one is cut between characters and gets dots. */
static void copy_word(const char *text, size_t length, char copy[WORD + 4]) {
  size_t n = length;
  if (n > WORD)
    for (n = WORD; n && ((unsigned char)text[n] & 0xc0) == 0x80;) n--;
  memcpy(copy, text, n);
  memcpy(copy + n, "\xe2\x80\xa6", 3);
  copy[n < length ? n + 3 : n] = 0;
}

/* "column 'mass'" or "column 4". */
static void name_column(const reader *r, int c, char name[WORD + 16]) {
  char copy[WORD + 4];
  if (!r->table->name || !r->table->name[c][0]) {
    snprintf(name, WORD + 16, "column %d", c + 1);
    return;
  }
  copy_word(r->table->name[c], strlen(r->table->name[c]), copy);
  snprintf(name, WORD + 16, "column '%s'", copy);
}

/* Is this UTF-8? (Rules of RFC 3629 that matter: lead bytes and the number of followers.) */
static bool is_utf8(const char *text, size_t length) {
  for (size_t i = 0; i < length;) {
    const unsigned char lead = (unsigned char)text[i++];
    const int           more = lead < 0x80    ? 0
                               : lead < 0xc2  ? -1
                               : lead < 0xe0  ? 1
                               : lead < 0xf0  ? 2
                               : lead <= 0xf4 ? 3
                                              : -1;
    if (more < 0) return false;
    for (int k = 0; k < more; k++, i++)
      if (i >= length || ((unsigned char)text[i] & 0xc0) != 0x80) return false;
  }
  return true;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

static PetscErrorCode add_word(reader *r, size_t begin, size_t end) {
  PetscFunctionBegin;
  if (r->n_words == r->word_capacity) {
    r->word_capacity = r->word_capacity ? 2 * r->word_capacity : 64;
    PetscCall(PetscRealloc((size_t)r->word_capacity * sizeof *r->words, &r->words));
  }
  r->words[r->n_words++] = (word){begin, end - begin};
  PetscFunctionReturn(0);
}

/* Cut the line into words: blanks, or one comma with blanks around it, part them. With `at_commas`
 * blanks belong to the words, but for those at their ends. */
static PetscErrorCode split(reader *r, bool at_commas) {
  const char *t = r->text;
  size_t      i = 0, n = r->length;

  PetscFunctionBegin;
  r->n_words = 0;
  while (i < n && is_blank(t[i])) i++;
  while (n > i && is_blank(t[n - 1])) n--;
  if (i == n) PetscFunctionReturn(0);
  for (;;) {
    const size_t begin = i;
    size_t       end;
    while (i < n && t[i] != ',' && (at_commas || !is_blank(t[i]))) i++;
    for (end = i; end > begin && is_blank(t[end - 1]);) end--;
    PetscCall(add_word(r, begin, end));
    while (i < n && is_blank(t[i])) i++;
    if (i == n) break;
    if (t[i] == ',') i++;
    while (i < n && is_blank(t[i])) i++;
  }
  PetscFunctionReturn(0);
}

static void note_word(reader *r, int c, qv_decimal what) {
  const word w = r->words[c];
  char       copy[WORD + 4], column[WORD + 16];

  if (!is_utf8(r->text + w.begin, w.length)) {
    r->is_binary  = true;
    r->n_mistakes = 0;
  }
  mistake *m = next_mistake(r, w.begin);
  if (!m) return;
  copy_word(r->text + w.begin, w.length, copy);
  name_column(r, c, column);
  if (r->is_binary)
    snprintf(m->text, TEXT, "not a text file: this is not UTF-8");
  else if (what == QV_DECIMAL_EMPTY)
    snprintf(m->text, TEXT, "%s is empty", column);
  else if (what == QV_DECIMAL_NOT_FINITE)
    snprintf(m->text, TEXT, "%s is not finite", column);
  else
    snprintf(m->text, TEXT, "'%s' in %s is not a number", copy, column);
  if (r->is_binary) m->source[0] = 0;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Two columns of one name could not be told apart. */
static PetscErrorCode check_names(reader *r) {
  const qv_table *t = r->table;
  char          **sorted, copy[WORD + 4];

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((size_t)t->n_columns, &sorted));
  memcpy(sorted, t->name, (size_t)t->n_columns * sizeof *sorted);
  qsort(sorted, (size_t)t->n_columns, sizeof *sorted, compare_names);
  for (int c = 1; c < t->n_columns; c++) {
    if (!sorted[c][0] || strcmp(sorted[c - 1], sorted[c]) != 0) continue;
    if (c > 1 && strcmp(sorted[c - 2], sorted[c]) == 0) continue;
    mistake *m = next_mistake(r, 0);
    copy_word(sorted[c], strlen(sorted[c]), copy);
    if (m) snprintf(m->text, TEXT, "two columns are named '%s'", copy);
  }
  PetscCall(PetscFree(sorted));
  PetscFunctionReturn(0);
}

/* Take the names of the columns from the line; those between commas may hold blanks. */
static PetscErrorCode take_header(reader *r) {
  qv_table *t      = r->table;
  size_t    length = 0;
  char     *block;

  PetscFunctionBegin;
  if (memchr(r->text, ',', r->length)) PetscCall(split(r, true));
  t->n_columns = r->n_words;
  for (int c = 0; c < r->n_words; c++) {
    length += r->words[c].length + 1;
    if (is_utf8(r->text + r->words[c].begin, r->words[c].length)) continue;
    note_word(r, c, QV_DECIMAL_NOT_A_NUMBER);
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1((size_t)r->n_words * sizeof(char *) + length, &block));
  t->name    = (char **)(void *)block;
  char *next = block + (size_t)r->n_words * sizeof(char *);
  for (int c = 0; c < r->n_words; c++) {
    const word w = r->words[c];
    memcpy(next, r->text + w.begin, w.length);
    next[w.length] = 0;
    t->name[c]     = next;
    next += w.length + 1;
  }
  PetscCall(check_names(r));
  PetscFunctionReturn(0);
}

/* The first line with words: a header when one of them is no number. Among numbers that may be a
 * slip of the pen, hence the warning. */
static PetscErrorCode take_first(reader *r, bool *is_header) {
  int    n_numbers = 0, odd = -1;
  double value;

  PetscFunctionBegin;
  for (int c = 0; c < r->n_words; c++) {
    const qv_decimal what =
      qv_decimal_read(r->text + r->words[c].begin, r->words[c].length, &value);
    n_numbers += what == QV_DECIMAL;
    if (what == QV_DECIMAL_NOT_A_NUMBER && odd < 0) odd = c;
  }
  *is_header          = odd >= 0;
  r->table->n_columns = r->n_words;
  if (!*is_header) PetscFunctionReturn(0);
  if (n_numbers) {
    char copy[WORD + 4];
    set_place(r, r->words[odd].begin, &r->warning);
    copy_word(r->text + r->words[odd].begin, r->words[odd].length, copy);
    snprintf(r->warning.text, TEXT, "taken as the header, since '%s' is not a number", copy);
  }
  PetscCall(take_header(r));
  PetscFunctionReturn(0);
}

static PetscErrorCode take_row(reader *r) {
  qv_table *t = r->table;

  PetscFunctionBegin;
  if (r->n_words != t->n_columns) {
    mistake *m = next_mistake(r, 0);
    if (m)
      snprintf(m->text, TEXT, "line has %d column%s, expected %d", r->n_words,
               r->n_words == 1 ? "" : "s", t->n_columns);
    if (m) m->column = 0;
    PetscFunctionReturn(0);
  }
  if (t->n_rows == r->row_capacity) {
    r->row_capacity = r->row_capacity ? 2 * r->row_capacity : 1 + 4096 / t->n_columns;
    const size_t n  = (size_t)r->row_capacity;
    PetscCall(PetscRealloc(n * (size_t)t->n_columns * sizeof *t->value, &t->value));
    PetscCall(PetscRealloc(n * sizeof *t->line, &t->line));
  }
  double *row = t->value + t->n_rows * t->n_columns;
  for (int c = 0; c < t->n_columns && !r->is_binary; c++) {
    const qv_decimal what =
      qv_decimal_read(r->text + r->words[c].begin, r->words[c].length, &row[c]);
    if (what != QV_DECIMAL) note_word(r, c, what);
  }
  t->line[t->n_rows++] = r->number;
  PetscFunctionReturn(0);
}

static PetscErrorCode take_lines(reader *r, qv_lines *lines) {
  bool is_first = true;

  PetscFunctionBegin;
  while (!r->is_binary) {
    PetscCall(qv_lines_next(lines, &r->text, &r->length));
    if (!r->text) break;
    r->number     = qv_lines_number(lines);
    char *comment = memchr(r->text, '#', r->length);
    if (comment) {
      *comment  = 0;
      r->length = (size_t)(comment - r->text);
    }
    PetscCall(split(r, false));
    if (!r->n_words) continue;
    bool is_header = false;
    if (is_first) PetscCall(take_first(r, &is_header));
    if (!is_header) PetscCall(take_row(r));
    is_first = false;
  }
  PetscFunctionReturn(0);
}

static qv_place place_of(const char *written, const mistake *m) {
  const int line = m->line < INT_MAX ? (int)m->line : INT_MAX;
  return (qv_place){written, line, m->column, m->source[0] ? m->source : NULL};
}

static PetscErrorCode report(const reader *r, qv_lines *lines, const char *written, qv_diag *diag) {
  int         code;
  int64_t     line;
  const char *trouble = qv_lines_trouble(lines, &code, &line);

  PetscFunctionBegin;
  if (trouble) { /* whatever was wrong before came from the damage */
    const mistake whole = {.line = line};
    PetscCall(qv_diag_add(diag, code, place_of(written, &whole), "%s", trouble));
    PetscFunctionReturn(0);
  }
  for (int64_t i = 0; i < r->n_mistakes && i < LISTED; i++)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, place_of(written, &r->mistakes[i]), "%s",
                          r->mistakes[i].text));
  if (r->n_mistakes > LISTED) {
    qv_place cut = place_of(written, &r->mistakes[LISTED]);
    cut.source   = NULL;
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, cut, "\xe2\x80\xa6 and %lld more",
                          (long long)(r->n_mistakes - LISTED)));
  }
  if (!r->n_mistakes && !r->table->n_rows)
    PetscCall(qv_diag_add(diag, QV_EXIT_DATA, (qv_place){.file = written}, "no rows"));
  if (r->warning.line && !r->is_binary)
    PetscCall(qv_diag_warn(diag, place_of(written, &r->warning), "%s", r->warning.text));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_table_text_read(const char *path, const char *written, qv_diag *diag,
                                  qv_table *table) {
  qv_lines *lines;
  reader   *r;

  PetscFunctionBegin;
  PetscCall(qv_lines_open(path, &lines));
  PetscCall(PetscNew(&r));
  r->table                  = table;
  const PetscErrorCode code = take_lines(r, lines);
  if (!code) PetscCall(report(r, lines, written, diag));
  PetscCall(PetscFree(r->words));
  PetscCall(PetscFree(r));
  PetscCall(qv_lines_close(&lines));
  PetscCall(code);
  PetscFunctionReturn(0);
}
