/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/deck/number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/deck/number_impl.h"

static const struct {
  const char *word;
  double      seconds; /* 0: not of time */
} units[] = {
  [QV_UNIT_NONE] = {"", 1},       [QV_UNIT_S] = {"s", 1},
  [QV_UNIT_MIN] = {"min", 60},    [QV_UNIT_H] = {"h", 3600},
  [QV_UNIT_D] = {"d", 86400},     [QV_UNIT_YR] = {"yr", 31557600}, /* Julian */
  [QV_UNIT_STEPS] = {"steps", 0}, [QV_UNIT_PERIODS] = {"periods", 0},
};
enum { N_UNITS = sizeof units / sizeof *units };

static const char not_whole[]  = "must be a whole number";
static const char not_int64[]  = "must be a whole number that fits 64 bits";
static const char not_number[] = "must be a number";
static const char not_double[] = "must be a number that a double can hold";
static const char bad_unit[]   = "must have a unit that is allowed here";

/* isdigit and isspace without a locale. */
static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *c) {
  while (is_digit(*c)) c++;
  return c;
}

const char *qv_number_int(const char *text, int64_t *value) {
  const char *digits = text + (*text == '-' || *text == '+');
  if (!is_digit(*digits) || *skip_digits(digits)) return not_whole;
  errno                = 0;
  const long long read = strtoll(text, NULL, 10);
  if (errno || read == QV_UNSET_INT) return not_int64;
  *value = read;
  return NULL;
}

/* The end of the decimal number at the start of a text; NULL when there is none. */
static const char *number_end(const char *text) {
  const char *whole = text + (*text == '-' || *text == '+');
  const char *c     = skip_digits(whole);
  size_t      n     = (size_t)(c - whole);
  if (*c == '.') {
    const char *fraction = c + 1;
    c                    = skip_digits(fraction);
    n += (size_t)(c - fraction);
  }
  if (!n) return NULL;
  if (*c != 'e' && *c != 'E') return c;
  const char *exponent = c + 1 + (c[1] == '-' || c[1] == '+');
  return is_digit(*exponent) ? skip_digits(exponent) : c;
}

/* Too large for a double, or not zero and yet read as zero. */
static bool is_lost(const char *text, const char *end, double x) {
  if (!isfinite(x)) return true;
  if (x != 0) return false;
  for (const char *c = text; c < end && *c != 'e' && *c != 'E'; c++)
    if (*c >= '1' && *c <= '9') return true;
  return false;
}

const char *qv_number_split(const char *text, double *value, const char **unit) {
  const char *end = number_end(text);
  char       *stop;
  if (!end) return not_number;
  const double x = strtod(text, &stop);
  if (stop != end) return not_number; /* a hexadecimal number, or another locale */
  if (is_lost(text, end, x)) return not_double;
  while (*end == ' ') end++;
  const bool is_word = (*end >= 'a' && *end <= 'z') || (*end >= 'A' && *end <= 'Z');
  if (*end && !is_word) return not_number;
  *value = x;
  *unit  = end;
  return NULL;
}

const char *qv_number_real(const char *text, double *value) {
  const char *unit;
  double      x;
  const char *wrong = qv_number_split(text, &x, &unit);
  if (wrong) return wrong;
  if (unit != text + strlen(text) || unit[-1] == ' ') return not_number;
  *value = x;
  return NULL;
}

qv_unit qv_number_unit(const char *word) {
  for (int i = 0; i < N_UNITS; i++)
    if (strcmp(units[i].word, word) == 0) return (qv_unit)i;
  return QV_UNIT_NONE;
}

/* Is the word one of a list joined by '|'? */
static bool is_listed(const char *word, const char *list) {
  const size_t length = strlen(word);
  while (list && *list) {
    const size_t n = strcspn(list, "|");
    if (n == length && memcmp(list, word, n) == 0) return true;
    list += n + (list[n] == '|');
  }
  return false;
}

const char *qv_number_quantity(const char *text, const char *allowed, qv_quantity *value) {
  const char *word;
  double      x;
  const char *wrong = qv_number_split(text, &x, &word);
  if (wrong) return wrong;
  const qv_unit unit = qv_number_unit(word);
  if (*word && (unit == QV_UNIT_NONE || !is_listed(word, allowed))) return bad_unit;
  *value = (qv_quantity){.value = x, .unit = unit};
  return NULL;
}

double qv_number_unit_seconds(qv_unit unit) {
  return units[unit].seconds > 0 ? units[unit].seconds : NAN;
}

double qv_number_seconds(qv_quantity quantity) {
  return quantity.value * qv_number_unit_seconds(quantity.unit);
}

const char *qv_number_unit_word(qv_unit unit) {
  return units[unit].word;
}

/* One bound of a range: "1", "-inf". False when it is none. */
static bool read_bound(const char *text, size_t length, double *bound) {
  char copy[32];
  while (length && *text == ' ') text++, length--;
  while (length && text[length - 1] == ' ') length--;
  if (!length || length >= sizeof copy) return false;
  memcpy(copy, text, length);
  copy[length] = 0;
  *bound       = copy[0] == '-' ? -INFINITY : INFINITY;
  if (strcmp(copy + (*copy == '-' || *copy == '+'), "inf") == 0) return true;
  return !qv_number_real(copy, bound);
}

bool qv_number_in_range(double x, const char *range) {
  double       low, high;
  const size_t length = strlen(range), comma = strcspn(range, ",");
  if (length < 2 || comma == length) return false;
  const char open = range[0], close = range[length - 1];
  if (!strchr("[(", open) || !strchr("])", close)) return false;
  if (!read_bound(range + 1, comma - 1, &low)) return false;
  if (!read_bound(range + comma + 1, length - comma - 2, &high)) return false;
  return (open == '[' ? x >= low : x > low) && (close == ']' ? x <= high : x < high);
}
