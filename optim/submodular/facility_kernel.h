/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of facility location, over n clients. */
#pragma once
#include <stdint.h>

/* Sum of what `offer` exceeds `best` by. */
int64_t qv_facility_gain(int64_t n, const int64_t *offer, const int64_t *best);

/* to = max(offer, best). `to` may be `best`. */
void qv_facility_raise(int64_t n, const int64_t *offer, const int64_t *best, int64_t *to);
