/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/store/piece.h"

/* Entries below each axis. */
static void measure(const qv_array *array, int64_t *below) {
  int64_t length = 1;
  for (int axis = array->rank - 1; axis >= 0; axis--) {
    below[axis] = length;
    length *= array->shape[axis];
  }
}

qv_piece qv_piece_at(const qv_array *array, int64_t first, int64_t limit, int rows) {
  int64_t  below[QV_MAX_RANK], rest = first;
  qv_piece piece = {.first = first};
  int      cut   = 0; /* the axis that is cut; those above have one index, those below are whole */

  if (first >= qv_array_length(array)) return piece;
  measure(array, below);
  while (!rows && cut + 1 < array->rank && below[cut] > limit) cut++;
  piece.length = 1;
  for (int axis = 0; axis < array->rank; axis++) {
    const int64_t begin = rest / below[axis], most = limit / below[axis];
    int64_t       count = axis < cut ? 1 : array->shape[axis] - begin;
    rest -= begin * below[axis];
    if (axis == cut && count > most) count = most > 1 ? most : 1;
    piece.start[axis] = begin;
    piece.count[axis] = count;
    piece.length *= count;
  }
  return piece;
}
