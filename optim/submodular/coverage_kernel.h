/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of weighted coverage. Sets are rows of a sparse matrix: set e is
 * item[first[e]] … item[first[e + 1] - 1]; level[x] is the first level that covers item x, the
 * largest number of its type where none does. weight is NULL when all are 1. */
#pragma once
#include <stdint.h>

typedef struct {
  const int64_t *restrict first;
  const int32_t *restrict item;
  const int64_t *restrict weight; /* [items] in quanta, or NULL */
  int64_t unit;                   /* weight of every item when `weight` is NULL, in quanta */
} qv_coverage_sets;

/* Sum of the weights of e's uncovered items, for n sets; returns the number of items read. */
int64_t qv_coverage_gains_narrow(const qv_coverage_sets *sets, const uint8_t *level, int32_t n,
                                 const int32_t *e, int64_t *gain);
int64_t qv_coverage_gains_wide(const qv_coverage_sets *sets, const uint16_t *level, int32_t n,
                               const int32_t *e, int64_t *gain);

/* sum[i] += weight of e's items that are first covered by level i <= top; sum[top + 1] collects the
 * uncovered ones. */
void qv_coverage_histogram_narrow(const qv_coverage_sets *sets, const uint8_t *level, int32_t e,
                                  int32_t top, int64_t *sum);
void qv_coverage_histogram_wide(const qv_coverage_sets *sets, const uint16_t *level, int32_t e,
                                int32_t top, int64_t *sum);

/* Cover e's uncovered items by `to`. */
void qv_coverage_push_narrow(const qv_coverage_sets *sets, uint8_t *level, int32_t e, uint8_t to);
void qv_coverage_push_wide(const qv_coverage_sets *sets, uint16_t *level, int32_t e, uint16_t to);

/* Uncover e's items that a level above `last` covers. */
void qv_coverage_pop_narrow(const qv_coverage_sets *sets, uint8_t *level, int32_t e, uint8_t last);
void qv_coverage_pop_wide(const qv_coverage_sets *sets, uint16_t *level, int32_t e, uint16_t last);
