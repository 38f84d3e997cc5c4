/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers and words as people write them: shortest digits, nearest word. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/deck/number.h"

enum { DIGITS = 17, WORD = 64 };

/* Digits d1 d2 … of a finite x with x = d1.d2… 10^exponent, as few as read back to x. */
static int shortest_digits(double x, char digits[DIGITS + 1], int *exponent) {
  char text[32] = "";
  for (int precision = 0; precision < DIGITS; precision++) {
    snprintf(text, sizeof text, "%.*e", precision, x);
    if (strtod(text, NULL) == x) break;
  }
  int n = 0;
  for (const char *c = text; *c != 'e'; c++)
    if (*c >= '0' && *c <= '9') digits[n++] = *c;
  while (n > 1 && digits[n - 1] == '0') n--;
  digits[n] = 0;
  *exponent = atoi(strchr(text, 'e') + 1);
  return n;
}

void qv_number_text(double x, char text[32]) {
  char        digits[DIGITS + 1];
  int         exponent;
  const char *sign = signbit(x) ? "-" : "";
  if (!isfinite(x)) {
    snprintf(text, 32, "%s", isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
    return;
  }
  const int n = shortest_digits(fabs(x), digits, &exponent);
  if (exponent < -4 || exponent > n + 3) { /* more than three zeros to fill in: 1e-14, 1e9 */
    snprintf(text, 32, "%s%c%s%se%d", sign, digits[0], n > 1 ? "." : "", digits + 1, exponent);
  } else if (exponent < 0) {
    snprintf(text, 32, "%s0.%.*s%s", sign, -exponent - 1, "0000", digits);
  } else if (exponent >= n - 1) {
    snprintf(text, 32, "%s%s%.*s", sign, digits, exponent - n + 1, "0000");
  } else {
    snprintf(text, 32, "%s%.*s.%s", sign, exponent + 1, digits, digits + exponent + 1);
  }
}

static int least(int a, int b) {
  return a < b ? a : b;
}

/* Letters to insert, remove, change or swap with a neighbour to turn a into b (each letter once).
 */
static int edit_distance(const char *a, int n_a, const char *b, int n_b) {
  int row[3][WORD + 1];
  for (int j = 0; j <= n_b; j++) row[0][j] = j;
  for (int i = 1; i <= n_a; i++) {
    int *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
    now[0] = i;
    for (int j = 1; j <= n_b; j++) {
      const int change = last[j - 1] + (a[i - 1] != b[j - 1]);
      now[j]           = least(change, 1 + least(last[j], now[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = least(now[j], before[j - 2] + 1);
    }
  }
  return row[n_a % 3][n_b];
}

const char *qv_number_nearest(const char *word, int n, const char *const *words) {
  const size_t length  = strlen(word);
  const char  *nearest = NULL;
  int          best    = 0;
  if (length > WORD) return NULL;
  for (int i = 0; i < n; i++) {
    const size_t other = strlen(words[i]);
    if (other > WORD) continue;
    const int shorter = (int)(length < other ? length : other);
    const int longer  = (int)(length < other ? other : length);
    const int third   = longer < 6 ? 1 : longer / 3;
    const int limit   = least(third, shorter - 1); /* never all letters */
    if (longer - shorter > limit) continue;
    const int distance = edit_distance(word, (int)length, words[i], (int)other);
    if (distance > limit || (nearest && distance >= best)) continue;
    nearest = words[i];
    best    = distance;
  }
  return nearest;
}
