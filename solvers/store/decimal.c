/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST = 18 }; /* digits that fit into 63 bits */

/* A decimal number while it is read: its first digits as a whole number, and the power of ten. */
typedef struct {
  uint64_t digits;
  int      n_digits, n_significant, exponent;
} decimal;

static size_t read_digits(const char *text, size_t i, size_t n, decimal *d) {
  for (; i < n && text[i] >= '0' && text[i] <= '9'; i++, d->n_digits++) {
    const unsigned digit = (unsigned)(text[i] - '0');
    if (!d->n_significant && !digit) continue;
    if (d->n_significant++ < MOST) d->digits = 10 * d->digits + digit;
  }
  return i;
}

/* Is the whole word a decimal number? (strtod alone would take hexadecimals and words.) */
static bool read_decimal(const char *text, size_t n, decimal *d) {
  size_t i = n && (text[0] == '+' || text[0] == '-');
  i        = read_digits(text, i, n, d);
  if (i < n && text[i] == '.') {
    const int whole = d->n_digits;
    i               = read_digits(text, i + 1, n, d);
    d->exponent     = whole - d->n_digits;
  }
  if (!d->n_digits) return false;
  if (i < n && (text[i] == 'e' || text[i] == 'E')) {
    decimal    power = {0};
    const bool minus = ++i < n && text[i] == '-';
    i                = read_digits(text, i + (i < n && (minus || text[i] == '+')), n, &power);
    if (!power.n_digits) return false;
    const int size = power.n_digits < 5 ? (int)power.digits : 10000;
    d->exponent += minus ? -size : size;
  }
  return i == n;
}

/* Digits times or over a power of ten that a double holds exactly, as the sum of a rounded value
 * and its error. Both ends of the error's own error must round alike, which fails once in some ten
 * thousand numbers; then, and outside these ranges, strtod has the word. */
static bool convert(const decimal *d, bool minus, double *value) {
  static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (d->n_significant > MOST || d->exponent < -22 || d->exponent > 22) return false;
  const double high = (double)d->digits, low = (double)((int64_t)d->digits - (int64_t)high);
  double       size, error, other = low;
  if (d->exponent < 0) {
    const double p = ten[-d->exponent];
    size           = high / p;
    error          = fma(-size, p, high) / p;
    other /= p;
  } else {
    const double p = ten[d->exponent];
    size           = high * p;
    error          = fma(high, p, -size);
    other *= p;
  }
  const double margin = 0x1p-50 * (fabs(error) + fabs(other));
  const double below = size + (error + other - margin), above = size + (error + other + margin);
  *value = minus ? -above : above;
  return below == above;
}

qv_decimal qv_decimal_read(const char *text, size_t n, double *value) {
  static const char *const words[] = {"nan", "inf", "infinity"};
  decimal                  d       = {0};
  *value                           = 0;
  if (!n) return QV_DECIMAL_EMPTY;
  if (read_decimal(text, n, &d)) {
    if (!convert(&d, text[0] == '-', value)) *value = strtod(text, NULL);
    return isfinite(*value) ? QV_DECIMAL : QV_DECIMAL_NOT_FINITE;
  }
  const size_t sign = text[0] == '+' || text[0] == '-';
  for (int w = 0; w < 3; w++)
    if (n - sign == strlen(words[w]) && strncasecmp(text + sign, words[w], n - sign) == 0)
      return QV_DECIMAL_NOT_FINITE;
  return QV_DECIMAL_NOT_A_NUMBER;
}
