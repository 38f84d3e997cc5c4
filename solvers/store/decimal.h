/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finite decimal numbers in text that is data. Pure. */
#pragma once
#include <stddef.h>

typedef enum {
  QV_DECIMAL,            /* a finite decimal number */
  QV_DECIMAL_NOT_FINITE, /* nan, inf, infinity, or too large for a double */
  QV_DECIMAL_NOT_A_NUMBER,
  QV_DECIMAL_EMPTY
} qv_decimal;

/* Judge and convert the n bytes at `text`, correctly rounded. A byte that is no part of a number (a
 * separator, a NUL) must follow them, and LC_NUMERIC must be "C". *value is 0 for what is no
 * number. */
qv_decimal qv_decimal_read(const char *text, size_t n, double *value);
