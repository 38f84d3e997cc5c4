/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loops are bound by two loads an item; gathers of the vector units are no faster here. */
#include "optim/submodular/coverage_kernel.h"

enum { AHEAD = 8 }; /* sets to fetch in advance */

/* Both widths from one text: LEVEL is the type, NONE its largest number. */
#define QV_COVERAGE(WIDTH, LEVEL, NONE)                                                            \
  int64_t qv_coverage_gains_##WIDTH(const qv_coverage_sets *sets, const LEVEL *level, int32_t n,   \
                                    const int32_t *e, int64_t *gain) {                             \
    const int64_t *restrict first = sets->first, *restrict weight = sets->weight;                  \
    const int32_t *restrict item = sets->item;                                                     \
    const LEVEL *restrict at     = level;                                                          \
    int64_t touched              = 0;                                                              \
    for (int32_t i = 0; i < n; i++) {                                                              \
      if (i + AHEAD < n) __builtin_prefetch(&item[first[e[i + AHEAD]]]);                           \
      const int64_t begin = first[e[i]], end = first[e[i] + 1];                                    \
      int64_t       sum = 0;                                                                       \
      if (weight) {                                                                                \
        for (int64_t j = begin; j < end; j++)                                                      \
          sum += weight[item[j]] & -(int64_t)(at[item[j]] == NONE);                                \
      } else {                                                                                     \
        int64_t even = 0, odd = 0, j = begin;                                                      \
        for (; j + 1 < end; j += 2) {                                                              \
          even += at[item[j]] == NONE;                                                             \
          odd += at[item[j + 1]] == NONE;                                                          \
        }                                                                                          \
        if (j < end) even += at[item[j]] == NONE;                                                  \
        sum = (even + odd) * sets->unit;                                                           \
      }                                                                                            \
      gain[i] = sum;                                                                               \
      touched += end - begin;                                                                      \
    }                                                                                              \
    return touched;                                                                                \
  }                                                                                                \
  void qv_coverage_histogram_##WIDTH(const qv_coverage_sets *sets, const LEVEL *level, int32_t e,  \
                                     int32_t top, int64_t *sum) {                                  \
    const LEVEL   none = (LEVEL)(top + 1);                                                         \
    const int64_t end  = sets->first[e + 1];                                                       \
    for (int64_t j = sets->first[e]; j < end; j++) {                                               \
      const int32_t x  = sets->item[j];                                                            \
      const LEVEL   at = level[x] < none ? level[x] : none;                                        \
      sum[at] += sets->weight ? sets->weight[x] : sets->unit;                                      \
    }                                                                                              \
  }                                                                                                \
  void qv_coverage_push_##WIDTH(const qv_coverage_sets *sets, LEVEL *level, int32_t e, LEVEL to) { \
    const int64_t end = sets->first[e + 1];                                                        \
    for (int64_t j = sets->first[e]; j < end; j++) {                                               \
      const int32_t x = sets->item[j];                                                             \
      level[x]        = level[x] < to ? level[x] : to;                                             \
    }                                                                                              \
  }                                                                                                \
  void qv_coverage_pop_##WIDTH(const qv_coverage_sets *sets, LEVEL *level, int32_t e,              \
                               LEVEL last) {                                                       \
    const int64_t end = sets->first[e + 1];                                                        \
    for (int64_t j = sets->first[e]; j < end; j++) {                                               \
      const int32_t x = sets->item[j];                                                             \
      level[x]        = level[x] > last ? NONE : level[x];                                         \
    }                                                                                              \
  }

QV_COVERAGE(narrow, uint8_t, UINT8_MAX)
QV_COVERAGE(wide, uint16_t, UINT16_MAX)
