/* SPDX-License-Identifier: GPL-3.0-or-later
 * How counts spread: quantiles from bins that are exact below 64 and 1/16 of an octave wide above,
 * and a coarser list of them for pictures. */
#pragma once
#include <stdint.h>

enum { QV_SPREAD_EXACT = 64, QV_SPREAD_BINS = QV_SPREAD_EXACT + 16 * 57, QV_SPREAD_COARSE = 160 };

typedef struct {
  int64_t n, largest;
  int64_t bin[QV_SPREAD_BINS];
} qv_spread;

void qv_spread_add(qv_spread *spread, int64_t x); /* x >= 0 */

/* The smallest x such that a share p of the counts is in bins up to that of x: the lower edge of
 * its bin, 0 when there are none. Pure. */
int64_t qv_spread_quantile(const qv_spread *spread, double p);

/* As if what was added to `more` had been added to `spread`. */
void qv_spread_join(qv_spread *spread, const qv_spread *more);

/* Bin i holds the counts from left[i] on, up to left[i + 1]. */
typedef struct {
  int     n;
  int64_t left[QV_SPREAD_COARSE], count[QV_SPREAD_COARSE];
} qv_spread_list;

/* All counts in at most eight bins a decade, from the first that holds some to the empty one behind
 * the last that does; two empty ones where there are none. */
void qv_spread_coarsen(const qv_spread *spread, qv_spread_list *list);
