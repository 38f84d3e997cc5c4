/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/figure/ticks.h"

#include "solvers/figure/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUS "\xE2\x88\x92"
#define TIMES "\xC3\x97"

double qv_ticks_decimal(int64_t mantissa, int exponent) {
  char text[48];
  snprintf(text, sizeof text, "%llde%d", (long long)mantissa, exponent);
  return strtod(text, NULL);
}

int qv_ticks_decade(double value) {
  int k = (int)floor(log10(value));
  while (qv_ticks_decimal(1, k + 1) <= value) k++;
  while (qv_ticks_decimal(1, k) > value) k--;
  return k;
}

/* The decimal digits of |value| rounded to `n` of them, and the exponent of the first. */
static int digits_of(double value, int n, char digits[24]) {
  char text[64];
  int  found = 0, exponent = 0;
  snprintf(text, sizeof text, "%.*e", n - 1, fabs(value));
  const char *p = text;
  for (; *p && *p != 'e'; p++)
    if (*p >= '0' && *p <= '9' && found < 23) digits[found++] = *p;
  digits[found] = 0;
  if (*p == 'e') exponent = atoi(p + 1);
  return exponent;
}

static char *put(char *to, const char *text) {
  const size_t n = strlen(text);
  memcpy(to, text, n + 1);
  return to + n;
}

void qv_ticks_plain(double value, int decimals, char text[64]) {
  char raw[64], *to = text;
  snprintf(raw, sizeof raw, "%.*f", decimals, fabs(value));
  const int whole = (int)strspn(raw, "0123456789");
  if (value < 0 && strpbrk(raw, "123456789")) to = put(to, MINUS);
  for (int i = 0; i < whole; i++) {
    const int left = whole - 1 - i;
    *to++          = raw[i];
    if (left && left % 3 == 0) *to++ = ',';
  }
  if (decimals > 0) *to++ = '.';
  put(to, raw + strlen(raw) - decimals);
}

/* "m×10^e", or "10^e" where m is 1. */
static void scientific(double value, const char *digits, int exponent, char text[64]) {
  char *to = value < 0 ? put(text, MINUS) : text, power[32];
  if (strcmp(digits, "1")) {
    *to++ = digits[0];
    if (digits[1]) *to++ = '.';
    to = put(put(to, digits + 1), TIMES);
  }
  snprintf(power, sizeof power, "10^%s%d", exponent < 0 ? MINUS : "", abs(exponent));
  put(to, power);
}

static void general(double value, int significant, bool is_power, char text[64]) {
  char digits[24];
  if (value == 0 || !isfinite(value)) {
    const char *sign = value < 0 ? MINUS : "";
    put(put(text, sign), value == 0 ? "0" : isnan(value) ? "NaN" : "\xE2\x88\x9E");
    return;
  }
  const int exponent = digits_of(value, significant, digits);
  int       n        = (int)strlen(digits);
  while (n > 1 && digits[n - 1] == '0') digits[--n] = 0;
  if (is_power || exponent < -4 || exponent > 5)
    scientific(value, digits, exponent, text);
  else
    qv_ticks_plain(value, n - 1 - exponent > 0 ? n - 1 - exponent : 0, text);
}

void qv_ticks_general(double value, int significant, char text[64]) {
  general(value, significant, false, text);
}

void qv_figure_tick_text(double value, bool is_log, char text[24]) {
  char wide[64];
  general(value, 6, is_log, wide);
  put(text, wide);
}

/* Multiples of m * 10^k in [low, high], a hair outside included. */
typedef struct {
  int64_t first, last;
} span;

static span multiples(double low, double high, int m, int k) {
  const double step = qv_ticks_decimal(m, k);
  return (span){(int64_t)ceil(low / step - 1e-9), (int64_t)floor(high / step + 1e-9)};
}

static int linear_ticks(double low, double high, int limit, double *tick) {
  static const int nice[3] = {1, 2, 5};
  span             last    = {0, 0};
  if ((high - low) / limit < 1e-290) {
    tick[0] = low;
    return 1;
  }
  /* Not below what a double resolves, so that multiples stay exact integers. */
  const int top = qv_ticks_decade(fmax(fabs(low), fabs(high))) - 16;
  const int k   = qv_ticks_decade((high - low) / limit) - 1 > top
                    ? qv_ticks_decade((high - low) / limit) - 1
                    : top;
  for (int i = 0;; i++) {
    const int     m = nice[i % 3], power = k + i / 3;
    const span    s = multiples(low, high, m, power);
    const int64_t n = s.last - s.first + 1;
    if (n > limit) {
      last = s;
      continue;
    }
    for (int j = 0; j < n; j++) tick[j] = qv_ticks_decimal((s.first + j) * m, power);
    if (n > 0) return (int)n;
    tick[0] = qv_ticks_decimal(last.first * nice[(i + 2) % 3], k + (i - 1) / 3);
    return 1;
  }
}

/* 1, 2, 5 in every decade; 0 when they are more than `limit`. */
static int fine_log_ticks(double low, double high, int limit, double *tick) {
  static const int nice[3] = {1, 2, 5};
  int              n       = 0;
  for (int k = qv_ticks_decade(low); k <= qv_ticks_decade(high); k++) {
    for (int i = 0; i < 3; i++) {
      const double value = qv_ticks_decimal(nice[i], k);
      if (value < low || value > high) continue;
      if (n == limit) return 0;
      tick[n++] = value;
    }
  }
  return n;
}

static int log_ticks(double low, double high, int limit, double *tick) {
  static const int stride[] = {1, 2, 3, 5, 10, 20, 50, 100, 200, 500};
  const int        last = qv_ticks_decade(high), down = qv_ticks_decade(low);
  const int        first = qv_ticks_decimal(1, down) < low ? down + 1 : down;
  if (last - first < 1) {
    const int n = fine_log_ticks(low, high, limit, tick);
    return n > 2 ? n : linear_ticks(low, high, limit, tick);
  }
  for (int i = 0; i < 10; i++) {
    const int s = stride[i], from = (int)ceil((double)first / s) * s;
    int       n = last < from ? 0 : (last - from) / s + 1;
    if (n > limit) continue;
    for (int j = 0; j < n; j++) tick[j] = qv_ticks_decimal(1, from + j * s);
    if (!n) tick[n++] = qv_ticks_decimal(1, first);
    return n;
  }
  return 0;
}

int qv_figure_ticks(double low, double high, bool is_log, int limit, double *tick) {
  if (!isfinite(low) || !isfinite(high) || !isfinite(high - low) || low > high || limit < 1)
    return 0;
  if (is_log && low <= 0) return 0;
  return is_log ? log_ticks(low, high, limit, tick) : linear_ticks(low, high, limit, tick);
}
