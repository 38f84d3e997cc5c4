/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of facility location, over n clients. Numbers are integers of at most 2^52. */
#pragma once
#include <stdint.h>

/* Sum of what `offer` exceeds `best` by; it is below 2^62. */
int64_t qv_facility_gain(int64_t n, const double *offer, const double *best);

/* to = max(offer, best). `to` may be `best`. */
void qv_facility_raise(int64_t n, const double *offer, const double *best, double *to);
