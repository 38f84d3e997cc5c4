/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers of a deck: the whole token, decimal, finite, with a unit where one is allowed. */
#pragma once
#include "solvers/deck/key.h"

/* Each returns NULL on success, else a sentence for the message ("must be a whole number"). Pure.
 */
const char *qv_number_int(const char *text, int64_t *value);
const char *qv_number_real(const char *text, double *value);

/* "30 yr", "2 h" or a bare number. `allowed` lists units by '|', as "s|min|h|d". */
const char *qv_number_quantity(const char *text, const char *allowed, qv_quantity *value);

/* A quantity in seconds (QV_UNIT_NONE counts as seconds). */
double qv_number_seconds(qv_quantity quantity);

/* The word of a unit, "" for none. */
const char *qv_number_unit_word(qv_unit unit);

/* Is x in a range like "[1,inf)"? */
bool qv_number_in_range(double x, const char *range);

/* The shortest decimal text that reads back to the same double ("0.1", "1e-14"). */
void qv_number_text(double x, char text[32]);

/* The nearest of n words to `word` by edit distance, or NULL when none is near. */
const char *qv_number_nearest(const char *word, int n, const char *const *words);
