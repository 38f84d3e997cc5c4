/* SPDX-License-Identifier: GPL-3.0-or-later
 * How large data are, from a look at the file, before anything is made of it. */
#pragma once
#include <stdbool.h>

#include "solvers/deck/key.h"

/* Of a text, counted in its first 16 MB and, where it is longer, scaled to its length (compressed
 * by gzip: modulo 4 GB); of HDF5, the shape of a set. All 0 where the file is no regular one or
 * cannot be read. */
typedef struct {
  double lines, words;  /* lines with words, and the words in them */
  double first, other;  /* different words: the first ones of lines, and all others */
  double rows, columns; /* as a table, a header left out */
} qv_census;

/* pairs: a list of edges; `first` counts the words that are first or second, `other` the second
 * ones. `set` is looked for in HDF5, then `/data`. Not collective; each rank finds the same. */
PetscErrorCode qv_census_take(const qv_path *path, bool pairs, const char *set, qv_census *census);
