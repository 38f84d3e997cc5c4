/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tables of keys as starter decks, as JSON Schema and as a reference. Not collective. */
#pragma once
#include <stdio.h>

#include "solvers/run/driver.h"

enum { QV_KEYS_ROWS = 512 };

/* All rows of a problem, those of every deck first. */
typedef struct {
  const qv_problem *problem;
  int               n;
  const qv_key     *row[QV_KEYS_ROWS];
} qv_keys;

/* The problem of this name, or NULL. Pure. */
const qv_problem *qv_keys_problem(const char *name);
void              qv_keys_list(const qv_problem *problem, qv_keys *keys);

/* "number with unit" */
const char *qv_keys_type_word(qv_key_type type);

/* Is row i the first one below the map (the first `length` letters of its path, with the dot) with
 * its next word? Then *word is the length of that word and *is_leaf says whether the path ends with
 * it; rows of one path are first each. Pure. */
bool qv_keys_opens(const qv_keys *keys, int i, const char *map, int *word, bool *is_leaf);

/* A starter deck: keys that must be given stand open (with the values of the words key=value, ???
 * where there is none), all others are comments. *unknown: NULL or a word that names no key. */
PetscErrorCode qv_keys_write_deck(const qv_keys *keys, int n_words, char *const *words, FILE *out,
                                  const char **unknown);
/* JSON Schema (2020-12) of a deck; `indent` blanks before each line but the first, no line feed at
 * the end. */
PetscErrorCode qv_keys_write_schema(const qv_keys *keys, int indent, FILE *out);
/* Tables in Markdown of the rows [first, n). */
PetscErrorCode qv_keys_write_reference(const qv_keys *keys, int first, FILE *out);
