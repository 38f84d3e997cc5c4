/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the schema needs to know of a number besides its value. */
#pragma once
#include "solvers/deck/number.h"

/* Split "30 yr" into a number and the word after it ("" when there is none), which points into
 * `text`. Returns NULL on success, else a sentence, as the functions of number.h. Pure. */
const char *qv_number_split(const char *text, double *value, const char **unit);

/* The unit of a word; QV_UNIT_NONE when it is no unit that we know. */
qv_unit qv_number_unit(const char *word);

/* Seconds in one of this unit; NaN when the unit is not of time. */
double qv_number_unit_seconds(qv_unit unit);
