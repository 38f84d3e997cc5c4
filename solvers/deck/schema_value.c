/* SPDX-License-Identifier: GPL-3.0-or-later
 * A value of the deck -> the member of its row. */
#include <math.h>
#include <string.h>

#include "solvers/deck/mistake_impl.h"
#include "solvers/deck/schema_value_impl.h"

/* The text of a plain scalar: what may be a number or a truth value. Else a mistake, and NULL. */
static PetscErrorCode plain_text(qv_reading *r, const char *must, const char **text) {
  PetscFunctionBegin;
  *text = r->node->kind == QV_NODE_SCALAR && !r->node->quoted ? r->node->text : NULL;
  if (!*text) PetscCall(qv_reading_must(r, must, ""));
  PetscFunctionReturn(0);
}

static PetscErrorCode check_range(qv_reading *r, double x) {
  PetscFunctionBegin;
  if (r->key->range && !qv_number_in_range(x, r->key->range)) PetscCall(qv_reading_range(r));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_int(qv_reading *r, void *member) {
  const char *text;
  char        hint[64];

  PetscFunctionBegin;
  PetscCall(plain_text(r, "must be a whole number", &text));
  if (!text) PetscFunctionReturn(0);
  const char *wrong = qv_number_int(text, member);
  if (wrong)
    PetscCall(qv_reading_must(r, wrong, qv_reading_spelling(text, true, hint)));
  else
    PetscCall(check_range(r, (double)*(int64_t *)member));
  PetscFunctionReturn(0);
}

/* x with the unit `word` -> x in the row's unit. */
static PetscErrorCode convert(qv_reading *r, const char *word, double *x) {
  const char *own = r->key->unit;

  PetscFunctionBegin;
  if (!own) {
    PetscCall(qv_reading_must(r, "must be a number", ""));
    PetscFunctionReturn(0);
  }
  if (strcmp(word, own) == 0) PetscFunctionReturn(0);
  const qv_unit from = qv_number_unit(word), to = qv_number_unit(own);
  const double  factor = qv_number_unit_seconds(from), divisor = qv_number_unit_seconds(to);
  const bool    is_time = to != QV_UNIT_NONE && !isnan(divisor);
  if (is_time && from != QV_UNIT_NONE && !isnan(factor))
    *x = *x * factor / divisor;
  else
    PetscCall(qv_reading_unit(r, is_time ? "s|min|h|d|yr" : own, word));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_number(qv_reading *r, void *member) {
  const char *text, *unit;
  char        hint[64];
  double      x;

  PetscFunctionBegin;
  PetscCall(plain_text(r, "must be a number", &text));
  if (!text) PetscFunctionReturn(0);
  const char *wrong = qv_number_split(text, &x, &unit);
  if (wrong)
    PetscCall(qv_reading_must(r, wrong, qv_reading_spelling(text, false, hint)));
  else if (*unit)
    PetscCall(convert(r, unit, &x));
  if (r->is_wrong) PetscFunctionReturn(0);
  PetscCall(check_range(r, x));
  *(double *)member = x;
  PetscFunctionReturn(0);
}

static PetscErrorCode read_quantity(qv_reading *r, void *member) {
  const char *text, *unit;
  double      x;

  PetscFunctionBegin;
  PetscCall(plain_text(r, "must be a number", &text));
  if (!text) PetscFunctionReturn(0);
  const char *wrong = qv_number_split(text, &x, &unit);
  if (wrong || (*unit && !r->key->unit))
    PetscCall(qv_reading_must(r, wrong ? wrong : "must be a number", ""));
  else if (qv_number_quantity(text, r->key->unit, member))
    PetscCall(qv_reading_unit(r, r->key->unit, unit));
  else
    PetscCall(check_range(r, x));
  PetscFunctionReturn(0);
}

/* The index of a word in the row's choices, -1 when it is not there. */
static int index_of(const qv_key *key, const char *word) {
  for (int i = 0; key->choices && key->choices[i].word; i++)
    if (strcmp(key->choices[i].word, word) == 0) return i;
  return -1;
}

static PetscErrorCode read_real_or_word(qv_reading *r, void *member) {
  qv_real_or_word *x = member;
  double           number;
  const char      *unit, *text = r->node->text;

  PetscFunctionBegin;
  const int index = text ? index_of(r->key, text) : -1;
  if (index >= 0) {
    *x = (qv_real_or_word){.word = index, .value = NAN};
  } else if (text && !r->node->quoted && !qv_number_split(text, &number, &unit)) {
    PetscCall(read_number(r, &x->value));
    x->word = -1;
  } else {
    PetscCall(qv_reading_number_or_word(r));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode read_bool(qv_reading *r, void *member) {
  const char *text;

  PetscFunctionBegin;
  PetscCall(plain_text(r, "must be true or false", &text));
  if (!text) PetscFunctionReturn(0);
  *(bool *)member = strcmp(text, "true") == 0;
  if (!*(bool *)member && strcmp(text, "false"))
    PetscCall(qv_reading_must(r, "must be true or false", ""));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_text(qv_reading *r, void *member) {
  PetscFunctionBegin;
  if (r->node->kind == QV_NODE_SCALAR)
    PetscCall(PetscStrallocpy(r->node->text, (char **)member));
  else
    PetscCall(qv_reading_must(r, "must be a text", ""));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_choice(qv_reading *r, void *member) {
  PetscFunctionBegin;
  if (r->node->kind != QV_NODE_SCALAR) {
    PetscCall(qv_reading_must(r, "must be a word", ""));
    PetscFunctionReturn(0);
  }
  *(int *)member = index_of(r->key, r->node->text);
  if (*(int *)member < 0) PetscCall(qv_reading_unknown_word(r));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_file(qv_reading *r, void *member) {
  qv_path *path = member;

  PetscFunctionBegin;
  if (r->node->kind != QV_NODE_SCALAR || !*r->node->text) {
    PetscCall(qv_reading_must(r, "must be the name of a file", ""));
    PetscFunctionReturn(0);
  }
  if (index_of(r->key, r->node->text) >= 0) {
    PetscCall(PetscStrallocpy(r->node->text, &path->written));
    PetscFunctionReturn(0);
  }
  PetscCall(qv_schema_find_file(r->schema, r->key->path, r->node->text,
                                qv_schema_value_place(r->schema, r->node, r->key->path),
                                &path->found));
  if (path->found)
    PetscCall(PetscStrallocpy(r->node->text, &path->written));
  else
    r->is_wrong = true;
  PetscFunctionReturn(0);
}

/* Read each item of a list with `read` into an array of items of `size` bytes. */
static PetscErrorCode read_items(qv_reading *list, size_t size, char *items,
                                 PetscErrorCode (*read)(qv_reading *, void *)) {
  PetscFunctionBegin;
  for (int i = 0; i < list->node->n_children; i++) {
    qv_reading item = {list->schema, list->key, list->node->child[i], i + 1, false};
    PetscCall(qv_reading_check_value(&item));
    if (!item.is_wrong) PetscCall(read(&item, items + (size_t)i * size));
    list->is_wrong = list->is_wrong || item.is_wrong;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode read_reals(qv_reading *r, void *member) {
  qv_reals *list = member;

  PetscFunctionBegin;
  if (r->node->kind != QV_NODE_LIST) {
    PetscCall(qv_reading_must(r, "must be a list of numbers", ""));
    PetscFunctionReturn(0);
  }
  list->n = r->node->n_children;
  PetscCall(PetscCalloc1(list->n, &list->value));
  PetscCall(read_items(r, sizeof *list->value, (char *)list->value, read_number));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_texts(qv_reading *r, void *member) {
  qv_texts *list = member;

  PetscFunctionBegin;
  if (r->node->kind != QV_NODE_LIST) {
    PetscCall(qv_reading_must(r, "must be a list of texts", ""));
    PetscFunctionReturn(0);
  }
  list->n = r->node->n_children;
  PetscCall(PetscCalloc1(list->n, &list->text));
  PetscCall(read_items(r, sizeof *list->text, (char *)list->text, read_text));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_schema_assign(const qv_schema *schema, const qv_row *row, const qv_node *node,
                                bool *ok) {
  static PetscErrorCode (*const readers[])(qv_reading *, void *) = {
    [QV_KEY_INT] = read_int,           [QV_KEY_REAL] = read_number,
    [QV_KEY_QUANTITY] = read_quantity, [QV_KEY_REAL_OR_WORD] = read_real_or_word,
    [QV_KEY_BOOL] = read_bool,         [QV_KEY_TEXT] = read_text,
    [QV_KEY_CHOICE] = read_choice,     [QV_KEY_FILE] = read_file,
    [QV_KEY_REALS] = read_reals,       [QV_KEY_TEXTS] = read_texts,
  };
  qv_reading reading = {.schema = schema, .key = row->key, .node = node};

  PetscFunctionBegin;
  PetscCall(qv_reading_check_value(&reading));
  if (!reading.is_wrong)
    PetscCall(readers[row->key->type](&reading, row->params + row->key->offset));
  if (reading.is_wrong) PetscCall(qv_member_release(row));
  *ok = !reading.is_wrong;
  PetscFunctionReturn(0);
}
