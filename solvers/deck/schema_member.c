/* SPDX-License-Identifier: GPL-3.0-or-later
 * Walk over rows, and the members that they fill. */
#include <math.h>
#include <stdio.h>

#include "solvers/deck/number.h"
#include "solvers/deck/schema_impl.h"

/* Go to the first section from here on that has a row. */
static void enter(qv_row *row) {
  while (row->section < row->n_sections) {
    row->key    = row->sections[row->section].keys;
    row->params = row->sections[row->section].params;
    if (row->key && row->key->type != QV_KEY_END) return;
    row->section++;
  }
  row->key = NULL;
}

qv_row qv_row_first(int n_sections, const qv_section *sections) {
  qv_row row = {.n_sections = n_sections, .sections = sections};
  enter(&row);
  return row;
}

void qv_row_next(qv_row *row) {
  row->index++;
  row->key++;
  if (row->key->type != QV_KEY_END) return;
  row->section++;
  enter(row);
}

int qv_row_count(int n_sections, const qv_section *sections) {
  int n = 0;
  for (qv_row r = qv_row_first(n_sections, sections); r.key; qv_row_next(&r)) n++;
  return n;
}

static void *member(const qv_row *row) {
  return row->params + row->key->offset;
}

PetscErrorCode qv_member_release(const qv_row *row) {
  void *m = member(row);

  PetscFunctionBegin;
  switch (row->key->type) {
    case QV_KEY_INT:
      *(int64_t *)m = QV_UNSET_INT;
      break;
    case QV_KEY_REAL:
      *(double *)m = NAN;
      break;
    case QV_KEY_QUANTITY:
      *(qv_quantity *)m = (qv_quantity){.value = NAN};
      break;
    case QV_KEY_REAL_OR_WORD:
      *(qv_real_or_word *)m = (qv_real_or_word){NAN, -1};
      break;
    case QV_KEY_BOOL:
      *(bool *)m = false;
      break;
    case QV_KEY_TEXT:
      PetscCall(PetscFree(*(char **)m));
      break;
    case QV_KEY_CHOICE:
      *(int *)m = -1;
      break;
    case QV_KEY_FILE:
      PetscCall(PetscFree(((qv_path *)m)->written));
      PetscCall(PetscFree(((qv_path *)m)->found));
      break;
    case QV_KEY_REALS:
      PetscCall(PetscFree(((qv_reals *)m)->value));
      ((qv_reals *)m)->n = 0;
      break;
    case QV_KEY_TEXTS:
      for (int i = 0; i < ((qv_texts *)m)->n; i++) PetscCall(PetscFree(((qv_texts *)m)->text[i]));
      PetscCall(PetscFree(((qv_texts *)m)->text));
      ((qv_texts *)m)->n = 0;
      break;
    case QV_KEY_END:
      break;
  }
  PetscFunctionReturn(0);
}

bool qv_member_is_set(const qv_row *row) {
  const void *m = member(row);
  switch (row->key->type) {
    case QV_KEY_INT:
      return *(const int64_t *)m != QV_UNSET_INT;
    case QV_KEY_REAL:
      return !isnan(*(const double *)m);
    case QV_KEY_QUANTITY:
      return !isnan(((const qv_quantity *)m)->value);
    case QV_KEY_REAL_OR_WORD:
      return ((const qv_real_or_word *)m)->word >= 0 || !isnan(((const qv_real_or_word *)m)->value);
    case QV_KEY_BOOL:
      return true;
    case QV_KEY_TEXT:
      return *(char *const *)m != NULL;
    case QV_KEY_CHOICE:
      return *(const int *)m >= 0;
    case QV_KEY_FILE:
      return ((const qv_path *)m)->written != NULL;
    case QV_KEY_REALS:
      return ((const qv_reals *)m)->n > 0;
    case QV_KEY_TEXTS:
      return ((const qv_texts *)m)->n > 0;
    case QV_KEY_END:
      break;
  }
  return false;
}

const char *qv_member_text(const qv_row *row, char buffer[QV_MEMBER_TEXT]) {
  const void *m = member(row);
  if (!qv_member_is_set(row)) return "";
  switch (row->key->type) {
    case QV_KEY_INT:
      snprintf(buffer, QV_MEMBER_TEXT, "%lld", (long long)*(const int64_t *)m);
      return buffer;
    case QV_KEY_REAL:
      qv_number_text(*(const double *)m, buffer);
      return buffer;
    case QV_KEY_QUANTITY: {
      const qv_quantity *q    = m;
      const char        *unit = qv_number_unit_word(q->unit);
      char               number[32];
      qv_number_text(q->value, number);
      snprintf(buffer, QV_MEMBER_TEXT, "%s%s%s", number, *unit ? " " : "", unit);
      return buffer;
    }
    case QV_KEY_REAL_OR_WORD: {
      const qv_real_or_word *x = m;
      if (x->word >= 0) return row->key->choices[x->word].word;
      qv_number_text(x->value, buffer);
      return buffer;
    }
    case QV_KEY_BOOL:
      return *(const bool *)m ? "true" : "false";
    case QV_KEY_TEXT:
      return *(char *const *)m;
    case QV_KEY_CHOICE:
      return row->key->choices[*(const int *)m].word;
    case QV_KEY_FILE:
      return ((const qv_path *)m)->written;
    default:
      return "";
  }
}
