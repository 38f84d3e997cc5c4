/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON Schema: what a key may be. Conditions between keys stand in the descriptions only: `check`
 * knows them. */
#include <stdlib.h>
#include <string.h>

#include "apps/keys.h"

/* Numbers that readers of YAML 1.1 take for text: 1e-3. */
static const char number_pattern[] = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?";

typedef struct {
  const qv_keys *keys;
  FILE          *out;
  int            indent;
} pen;

static void line(const pen *p, int depth) {
  fprintf(p->out, "\n%*s", p->indent + 2 * depth, "");
}

static void write_text(FILE *out, const char *text) {
  for (const unsigned char *c = (const unsigned char *)text; *c; c++)
    if (*c == '"' || *c == '\\')
      fprintf(out, "\\%c", *c);
    else if (*c < 0x20)
      fprintf(out, "\\u%04x", *c);
    else
      fputc(*c, out);
}

/* , "minimum": 0, "exclusiveMaximum": 1 */
static void write_range(FILE *out, const char *range) {
  char *end;
  if (!range) return;
  const double low = strtod(range + 1, &end);
  if (low > -1e300 && low < 1e300)
    fprintf(out, ", \"%s\": %.17g", *range == '[' ? "minimum" : "exclusiveMinimum", low);
  const double high = strtod(end + 1, &end);
  if (high > -1e300 && high < 1e300)
    fprintf(out, ", \"%s\": %.17g", *end == ']' ? "maximum" : "exclusiveMaximum", high);
}

/* The words of all rows of one path. */
static void write_words(const pen *p, const char *path) {
  const char *gap = "";
  fputs("\"enum\": [", p->out);
  for (int i = 0; i < p->keys->n; i++) {
    if (strcmp(p->keys->row[i]->path, path)) continue;
    for (const qv_choice *c = p->keys->row[i]->choices; c && c->word; c++, gap = ", ")
      fprintf(p->out, "%s\"%s\"", gap, c->word);
  }
  fputs("]", p->out);
}

/* A number, or the text of one, with a unit where there may be one. */
static void write_number(const pen *p, const qv_key *row) {
  fputs("\"anyOf\": [{\"type\": \"number\"", p->out);
  write_range(p->out, row->range);
  fprintf(p->out, "}, {\"type\": \"string\", \"pattern\": \"^%s%s$\"}", number_pattern,
          row->unit ? "( *[A-Za-z]+)?" : "");
  if (row->type == QV_KEY_REAL_OR_WORD) {
    fputs(", {", p->out);
    write_words(p, row->path);
    fputs("}", p->out);
  }
  fputs("]", p->out);
}

static void write_type(const pen *p, const qv_key *row) {
  switch (row->type) {
    case QV_KEY_INT:
      fputs("\"type\": \"integer\"", p->out);
      write_range(p->out, row->range);
      break;
    case QV_KEY_REAL:
    case QV_KEY_QUANTITY:
    case QV_KEY_REAL_OR_WORD:
      write_number(p, row);
      break;
    case QV_KEY_BOOL:
      fputs("\"type\": \"boolean\"", p->out);
      break;
    case QV_KEY_CHOICE:
      write_words(p, row->path);
      break;
    case QV_KEY_REALS:
      fprintf(p->out, "\"type\": \"array\", \"items\": {\"type\": [\"number\", \"string\"]}");
      break;
    case QV_KEY_TEXTS:
      fputs("\"type\": \"array\"", p->out);
      break;
    default:
      if (strcmp(row->path, "problem"))
        fputs("\"type\": [\"string\", \"number\"]", p->out);
      else
        fprintf(p->out, "\"const\": \"%s\"", p->keys->problem->name);
  }
}

/* Does row j give the path of row i a type or a range of its own? */
static bool differs(const qv_keys *keys, const qv_key *row, int j) {
  const qv_key *other = keys->row[j];
  if (strcmp(other->path, row->path) || other == row || other->type == QV_KEY_CHOICE) return false;
  const char *a = row->range ? row->range : "", *b = other->range ? other->range : "";
  return other->type != row->type || strcmp(a, b);
}

/* What a path takes: a key may have rows that differ, for other choices elsewhere in the deck. */
static void write_types(const pen *p, const qv_key *row) {
  bool several = false;
  for (int j = 0; j < p->keys->n; j++) several = several || differs(p->keys, row, j);
  if (several) fputs("\"anyOf\": [{", p->out);
  write_type(p, row);
  for (int j = 0; j < p->keys->n; j++) {
    if (!differs(p->keys, row, j)) continue;
    fputs("}, {", p->out);
    write_type(p, p->keys->row[j]);
  }
  if (several) fputs("}]", p->out);
}

static void write_leaf(const pen *p, const qv_key *row) {
  fputs("{", p->out);
  write_types(p, row);
  fputs(", \"description\": \"", p->out);
  write_text(p->out, row->doc);
  if (row->unit) fprintf(p->out, " [%s]", row->unit);
  if (row->preset && *row->preset) {
    fputs("; default ", p->out);
    write_text(p->out, row->preset);
  }
  if (row->when) {
    fputs("; only with ", p->out);
    write_text(p->out, row->when);
  }
  fputs("\"}", p->out);
}

/* Must the word (a key or a map) that row i opens be there in any case? */
static bool is_required(const qv_keys *keys, int i, size_t length) {
  for (int j = 0; j < keys->n; j++)
    if (!strncmp(keys->row[j]->path, keys->row[i]->path, length) &&
        strchr(".", keys->row[j]->path[length]) && !keys->row[j]->preset && !keys->row[j]->when)
      return true;
  return false;
}

/* The first row of a path? */
static bool is_first(const qv_keys *keys, int i) {
  for (int j = 0; j < i; j++)
    if (!strcmp(keys->row[j]->path, keys->row[i]->path)) return false;
  return true;
}

static void write_required(const pen *p, const char *map, int depth) {
  const char *gap = "";
  int         word;
  bool        is_leaf;
  line(p, depth);
  fputs("\"required\": [", p->out);
  for (int i = 0; i < p->keys->n; i++) {
    if (!qv_keys_opens(p->keys, i, map, &word, &is_leaf) || (is_leaf && !is_first(p->keys, i)) ||
        !is_required(p->keys, i, strlen(map) + (size_t)word))
      continue;
    fprintf(p->out, "%s\"%.*s\"", gap, word, p->keys->row[i]->path + strlen(map));
    gap = ", ";
  }
  fputs("]", p->out);
}

static void write_object(const pen *p, const char *map, int depth);

/* The key that a scalar in the place of a map stands for. */
static const qv_key *shorthand(const qv_keys *keys, const char *map) {
  static const char *const words[] = {"name", "from"};
  for (int w = 0; w < 2; w++)
    for (int i = 0; i < keys->n; i++)
      if (!strncmp(keys->row[i]->path, map, strlen(map)) &&
          !strcmp(keys->row[i]->path + strlen(map), words[w]))
        return keys->row[i];
  return NULL;
}

static void write_inner(const pen *p, const char *map, int depth) {
  const qv_key *key = *map ? shorthand(p->keys, map) : NULL;
  if (key) fputs("{\"anyOf\": [", p->out);
  write_object(p, map, depth);
  if (!key) return;
  fputs(", ", p->out);
  write_leaf(p, key);
  fputs("]}", p->out);
}

static void write_object(const pen *p, const char *map, int depth) {
  char        deeper[256];
  const char *gap = "";
  int         word;
  bool        is_leaf;
  fputs("{", p->out);
  line(p, depth + 1);
  fputs("\"type\": \"object\", \"additionalProperties\": false,", p->out);
  write_required(p, map, depth + 1);
  fputs(",", p->out);
  line(p, depth + 1);
  fputs("\"properties\": {", p->out);
  for (int i = 0; i < p->keys->n; i++) {
    if (!qv_keys_opens(p->keys, i, map, &word, &is_leaf) || (is_leaf && !is_first(p->keys, i)))
      continue;
    const char *name = p->keys->row[i]->path + strlen(map);
    fputs(gap, p->out);
    line(p, depth + 2);
    fprintf(p->out, "\"%.*s\": ", word, name);
    snprintf(deeper, sizeof deeper, "%s%.*s.", map, word, name);
    if (is_leaf)
      write_leaf(p, p->keys->row[i]);
    else
      write_inner(p, deeper, depth + 2);
    gap = ",";
  }
  line(p, depth + 1);
  fputs("}", p->out);
  line(p, depth);
  fputs("}", p->out);
}

PetscErrorCode qv_keys_write_schema(const qv_keys *keys, int indent, FILE *out) {
  const pen p = {keys, out, indent};

  PetscFunctionBegin;
  write_object(&p, "", 0);
  PetscFunctionReturn(0);
}
