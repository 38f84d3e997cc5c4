/* SPDX-License-Identifier: GPL-3.0-or-later
 * Starter decks. */
#include <stdlib.h>
#include <string.h>

#include "apps/keys.h"

enum { WORD = 128, DEEP = 256, COMMENT = 36 };

/* A deck on its way: for each row whether it applies, stands open, and its value. */
typedef struct {
  const qv_keys *keys;
  FILE          *out;
  int            n_words;
  char *const   *words;
  bool           applies[QV_KEYS_ROWS], is_open[QV_KEYS_ROWS];
  char           value[QV_KEYS_ROWS][WORD];
} starter;

/* The value that a word of the command line gives to a path, or NULL. */
static const char *given(const starter *s, const char *path) {
  const size_t length = strlen(path);
  for (int i = s->n_words - 1; i >= 0; i--)
    if (!strncmp(s->words[i], path, length) && s->words[i][length] == '=')
      return s->words[i] + length + 1;
  return NULL;
}

/* The value of a path by the rows above `row`; "" where it has none. */
static const char *value_above(const starter *s, int row, const char *path, size_t length) {
  for (int i = 0; i < row; i++)
    if (s->applies[i] && !strncmp(s->keys->row[i]->path, path, length) &&
        !s->keys->row[i]->path[length])
      return s->value[i];
  return "";
}

/* "a.b=x|y" or "a.b!=x": the words of a condition may have blanks around them. */
static bool clause_is_met(const starter *s, int row, const char *clause, size_t length) {
  char  text[DEEP];
  char *at = text, *save = NULL;
  snprintf(text, sizeof text, "%.*s", (int)length, clause);
  while (*at == ' ') at++;
  const size_t path   = strcspn(at, "!= ");
  const char  *value  = value_above(s, row, at, path);
  char        *sign   = strchr(at, '=');
  bool         is_met = false;
  if (!sign) return false;
  const bool is_not = sign > at && sign[-1] == '!';
  if (sign[1 + strspn(sign + 1, " ")] == 0) is_met = !*value;
  for (char *word = strtok_r(sign + 1, "| ", &save); word; word = strtok_r(NULL, "| ", &save))
    is_met = is_met || !strcmp(word, value);
  return is_met != is_not;
}

static bool is_met(const starter *s, int row) {
  for (const char *at = s->keys->row[row]->when; at;
       at             = strchr(at, '&') ? strchr(at, '&') + 1 : NULL)
    if (!clause_is_met(s, row, at, strcspn(at, "&"))) return false;
  for (int i = 0; i < row; i++)
    if (s->applies[i] && !strcmp(s->keys->row[i]->path, s->keys->row[row]->path)) return false;
  return true;
}

static void fill_row(starter *s, int i) {
  const qv_key *row  = s->keys->row[i];
  const char   *text = given(s, row->path);
  s->applies[i]      = is_met(s, i);
  s->is_open[i]      = s->applies[i] && (!row->preset || text);
  if (!s->applies[i]) text = NULL;
  if (!text && !strcmp(row->path, "problem")) text = s->keys->problem->name;
  if (!text && !strcmp(row->path, "output")) text = "out.h5";
  if (!text && row->preset) text = row->preset;
  if (!text) text = row->type == QV_KEY_CHOICE ? row->choices[0].word : "???";
  snprintf(s->value[i], WORD, "%s", text);
}

static void write_comment(const starter *s, int i) {
  const qv_key *row = s->keys->row[i];
  fprintf(s->out, "# %s", row->doc);
  if (row->unit || row->range)
    fprintf(s->out, " (%s%s%s)", row->unit ? row->unit : "",
            row->range ? (row->unit ? ", in " : "in ") : "", row->range ? row->range : "");
  if (row->when) fprintf(s->out, "; only with %s", row->when);
  fputs("\n", s->out);
  for (const qv_choice *c = row->choices; c && c->word; c++)
    fprintf(s->out, "%*s#   %s: %s\n", COMMENT, "", c->word, c->doc);
}

/* Is a row of this map open? */
static bool has_open(const starter *s, const char *map) {
  for (int i = 0; i < s->keys->n; i++)
    if (s->is_open[i] && !strncmp(s->keys->row[i]->path, map, strlen(map))) return true;
  return false;
}

static void write_map(const starter *s, const char *map, int depth) {
  char deeper[DEEP];
  int  word;
  bool is_leaf;
  for (int i = 0; i < s->keys->n; i++) {
    if (!qv_keys_opens(s->keys, i, map, &word, &is_leaf)) continue;
    const char *name = s->keys->row[i]->path + strlen(map);
    if (is_leaf) {
      const int used =
        fprintf(s->out, "%s%*s%s: %s", s->is_open[i] ? "" : "# ", 2 * depth, "", name, s->value[i]);
      fprintf(s->out, "%*s", used < COMMENT ? COMMENT - used : 2, "");
      write_comment(s, i);
      continue;
    }
    if (snprintf(deeper, sizeof deeper, "%s%.*s.", map, word, name) >= DEEP) continue;
    fprintf(s->out, "%s%*s%.*s:\n", has_open(s, deeper) ? "" : "# ", 2 * depth, "", word, name);
    write_map(s, deeper, depth + 1);
  }
}

PetscErrorCode qv_keys_write_deck(const qv_keys *keys, int n_words, char *const *words, FILE *out,
                                  const char **unknown) {
  starter *s;

  PetscFunctionBegin;
  *unknown = NULL;
  PetscCall(PetscNew(&s));
  s->keys    = keys;
  s->out     = out;
  s->n_words = n_words;
  s->words   = words;
  for (int i = 0; i < keys->n; i++) fill_row(s, i);
  for (int w = 0; w < n_words && !*unknown; w++) {
    *unknown = words[w];
    for (int i = 0; i < keys->n; i++) {
      const size_t length = strlen(keys->row[i]->path);
      if (s->applies[i] && !strncmp(words[w], keys->row[i]->path, length) &&
          words[w][length] == '=')
        *unknown = NULL;
    }
  }
  if (!*unknown) {
    fprintf(out, "# %s\n# Fill in what is ???. Lines that begin with # are defaults and choices.\n",
            keys->problem->summary);
    write_map(s, "", 0);
  }
  PetscCall(PetscFree(s));
  PetscFunctionReturn(0);
}
