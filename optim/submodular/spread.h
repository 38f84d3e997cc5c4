/* SPDX-License-Identifier: GPL-3.0-or-later
 * How counts spread: quantiles from bins that are exact below 64 and 1/16 of an octave wide above.
 */
#pragma once
#include <stdint.h>

enum { QV_SPREAD_EXACT = 64, QV_SPREAD_BINS = QV_SPREAD_EXACT + 16 * 57 };

typedef struct {
  int64_t n, largest;
  int64_t bin[QV_SPREAD_BINS];
} qv_spread;

void qv_spread_add(qv_spread *spread, int64_t x); /* x >= 0 */

/* The smallest x such that a share p of the counts is in bins up to that of x: the lower edge of
 * its bin, 0 when there are none. Pure. */
int64_t qv_spread_quantile(const qv_spread *spread, double p);
