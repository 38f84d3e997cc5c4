/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers of a file by name: columns, single numbers, keys of the deck, and sums and ratios of
 * them. Not collective. */
#pragma once
#include "apps/view_deck.h"

/* [rows, n]: a row for each seed, n entries; n = 1 for a single number. */
typedef struct {
  int64_t rows, n;
  double *value;
  char   *label; /* "energy error [1]"; of an expression its words */
} qv_view_column;

/* Evaluate an expression (see view_compare.h). *reason: NULL or a constant sentence. Release it. */
PetscErrorCode qv_view_column_read(qv_h5 *file, const qv_view_deck *deck, const char *expression,
                                   qv_view_column *column, const char **reason);
PetscErrorCode qv_view_column_release(qv_view_column *column);

/* The mean over the rows of the last finite entry. Pure. */
double qv_view_column_last(const qv_view_column *column);
