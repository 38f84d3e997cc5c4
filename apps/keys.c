/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "apps/keys.h"

#include <string.h>

#include "apps/command.h"
#include "solvers/run/common.h"

const qv_problem *qv_keys_problem(const char *name) {
  for (int i = 0; qv_problems[i]; i++)
    if (!strcmp(qv_problems[i]->name, name)) return qv_problems[i];
  return NULL;
}

void qv_keys_list(const qv_problem *problem, qv_keys *keys) {
  const qv_key *const table[2] = {qv_common_keys, problem->keys};
  keys->problem                = problem;
  keys->n                      = 0;
  for (int t = 0; t < 2; t++)
    for (const qv_key *row = table[t]; row->type && keys->n < QV_KEYS_ROWS; row++)
      keys->row[keys->n++] = row;
}

const char *qv_keys_type_word(qv_key_type type) {
  switch (type) {
    case QV_KEY_INT:
      return "whole number";
    case QV_KEY_REAL:
      return "number";
    case QV_KEY_QUANTITY:
      return "number with unit";
    case QV_KEY_REAL_OR_WORD:
      return "number or word";
    case QV_KEY_BOOL:
      return "true or false";
    case QV_KEY_CHOICE:
      return "word";
    case QV_KEY_FILE:
      return "file";
    case QV_KEY_REALS:
      return "list of numbers";
    case QV_KEY_TEXTS:
      return "list of texts";
    default:
      return "text";
  }
}

bool qv_keys_opens(const qv_keys *keys, int i, const char *map, int *word, bool *is_leaf) {
  const size_t start = strlen(map);
  const char  *path  = keys->row[i]->path;
  if (strncmp(path, map, start)) return false;
  *word    = (int)strcspn(path + start, ".");
  *is_leaf = !path[start + (size_t)*word];
  if (*is_leaf) return true;
  for (int j = 0; j < i; j++)
    if (!strncmp(keys->row[j]->path, path, start + (size_t)*word + 1)) return false;
  return true;
}
