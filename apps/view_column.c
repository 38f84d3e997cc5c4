/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/view_column.h"

#include "apps/view_data.h"
#include "apps/view_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_NAME = 256 };

static const char no_column[] =
  "neither a column of /series or /run/series, nor a data set of /result, nor a number of the deck "
  "has this name";

/* The data set of a name, where it is one of numbers. */
static PetscErrorCode find_set(qv_h5 *file, const char *name, qv_array *array, bool *found) {
  static const char *const group[] = {"", "/series/", "/run/series/", "/result/"};
  PetscFunctionBegin;
  *found = false;
  for (int g = *name == '/' ? 0 : 1; g < (*name == '/' ? 1 : 4) && !*found; g++) {
    char        path[COLUMN_NAME + 16];
    const char *reason;
    snprintf(path, sizeof path, "%s%s", group[g], name);
    PetscCall(qv_h5_find(file, path, array, &reason));
    *found = !reason && (array->type == QV_F64 || array->type == QV_I64);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode read_set(qv_h5 *file, const qv_array *array, qv_view_column *column,
                               const char **reason) {
  const bool is_seeded = array->rank > 0 && array->axes[0] && !strcmp(array->axes[0], "seed");
  void      *read      = NULL;
  PetscFunctionBegin;
  if (array->rank > (is_seeded ? 2 : 1) || qv_array_length(array) < 1) {
    *reason = "a data set with more than one column, or without entries, cannot be an axis";
    PetscFunctionReturn(0);
  }
  PetscCall(qv_h5_read(file, array->path, QV_F64, &read, reason));
  if (*reason) *reason = "a column cannot be read";
  if (*reason) PetscFunctionReturn(0);
  column->value = read;
  column->rows  = is_seeded ? array->shape[0] : 1;
  column->n     = qv_array_length(array) / column->rows;
  PetscCall(qv_view_data_label(
    array->long_name && *array->long_name ? array->long_name : qv_view_set_base(array->path),
    array->unit, &column->label));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_key(const char *name, const char *text, qv_view_column *column,
                               const char **reason) {
  char        *end;
  const double value = strtod(text, &end);
  const char  *last  = strrchr(name, '.');
  PetscFunctionBegin;
  if (end == text || (*end && *end != ' ')) {
    *reason = no_column;
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(1, &column->value));
  column->value[0] = value;
  column->rows = column->n = 1;
  PetscCall(qv_view_data_label(last ? last + 1 : name, *end ? end + 1 : NULL, &column->label));
  PetscFunctionReturn(0);
}

static PetscErrorCode read_name(qv_h5 *file, const qv_view_deck *deck, const char *name,
                                qv_view_column *column, const char **reason) {
  qv_array array;
  bool     found;
  PetscFunctionBegin;
  memset(column, 0, sizeof *column);
  PetscCall(find_set(file, name, &array, &found));
  const char *text = found ? NULL : qv_view_deck_find(deck, name);
  if (found)
    PetscCall(read_set(file, &array, column, reason));
  else if (text)
    PetscCall(read_key(name, text, column, reason));
  else
    *reason = no_column;
  PetscFunctionReturn(0);
}

/* a = a + b, or a / b; a single number goes with every entry. */
static PetscErrorCode join_columns(qv_view_column *a, const qv_view_column *b, bool divides,
                                   const char **reason) {
  const int64_t rows = a->rows > b->rows ? a->rows : b->rows, n = a->n > b->n ? a->n : b->n;
  double       *value;
  PetscFunctionBegin;
  if ((a->rows != rows && a->rows > 1) || (b->rows != rows && b->rows > 1) ||
      (a->n != n && a->n > 1) || (b->n != n && b->n > 1)) {
    *reason = "the columns of an expression differ in length";
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1((size_t)(rows * n), &value));
  for (int64_t r = 0; r < rows; r++)
    for (int64_t i = 0; i < n; i++) {
      const double x   = a->value[(a->rows > 1 ? r * a->n : 0) + (a->n > 1 ? i : 0)];
      const double y   = b->value[(b->rows > 1 ? r * b->n : 0) + (b->n > 1 ? i : 0)];
      value[r * n + i] = divides ? x / y : x + y;
    }
  PetscCall(PetscFree(a->value));
  a->value = value;
  a->rows  = rows;
  a->n     = n;
  PetscFunctionReturn(0);
}

/* name+name+… */
static PetscErrorCode read_sum(qv_h5 *file, const qv_view_deck *deck, const char *sum,
                               qv_view_column *column, const char **reason) {
  qv_view_column more;
  char           name[COLUMN_NAME];
  PetscFunctionBegin;
  memset(column, 0, sizeof *column);
  for (const char *at = sum; at && !*reason; at = strchr(at, '+') ? strchr(at, '+') + 1 : NULL) {
    snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "+"), at);
    PetscCall(read_name(file, deck, name, at == sum ? column : &more, reason));
    if (at == sum) continue;
    if (!*reason) PetscCall(join_columns(column, &more, false, reason));
    PetscCall(qv_view_column_release(&more));
  }
  PetscFunctionReturn(0);
}

/* "oracle calls per update" of "oracle_calls:update". */
static PetscErrorCode spell(const char *expression, char **label) {
  char   text[4 * COLUMN_NAME];
  size_t n = 0;
  PetscFunctionBegin;
  for (const char *c = expression; *c && n < sizeof text - 6; c++) {
    const char *word = *c == ':' ? " per " : *c == '+' ? " + " : NULL;
    if (word)
      n += (size_t)snprintf(text + n, sizeof text - n, "%s", word);
    else
      text[n++] = *c == '_' ? ' ' : *c;
  }
  text[n] = 0;
  PetscCall(PetscFree(*label));
  PetscCall(PetscStrallocpy(text, label));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_column_read(qv_h5 *file, const qv_view_deck *deck, const char *expression,
                                   qv_view_column *column, const char **reason) {
  const char    *colon = strchr(expression, ':');
  char           above[4 * COLUMN_NAME];
  qv_view_column below;
  PetscFunctionBegin;
  *reason = NULL;
  snprintf(above, sizeof above, "%.*s",
           (int)(colon ? (size_t)(colon - expression) : strlen(expression)), expression);
  PetscCall(read_sum(file, deck, above, column, reason));
  if (!*reason && colon) {
    PetscCall(read_sum(file, deck, colon + 1, &below, reason));
    if (!*reason) PetscCall(join_columns(column, &below, true, reason));
    PetscCall(qv_view_column_release(&below));
  }
  if (!*reason && strpbrk(expression, ":+")) PetscCall(spell(expression, &column->label));
  if (*reason) PetscCall(qv_view_column_release(column));
  PetscFunctionReturn(0);
}

PetscErrorCode qv_view_column_release(qv_view_column *column) {
  PetscFunctionBegin;
  PetscCall(PetscFree(column->value));
  PetscCall(PetscFree(column->label));
  memset(column, 0, sizeof *column);
  PetscFunctionReturn(0);
}

double qv_view_column_last(const qv_view_column *column) {
  double sum = 0;
  int    n   = 0;
  for (int64_t r = 0; r < column->rows; r++)
    for (int64_t i = column->n - 1; i >= 0; i--) {
      if (!isfinite(column->value[r * column->n + i])) continue;
      sum += column->value[r * column->n + i];
      n++;
      break;
    }
  return n ? sum / n : NAN;
}
