/* SPDX-License-Identifier: GPL-3.0-or-later
 * An array in pieces that are contiguous in its order and are blocks of its index space. Pure. */
#pragma once
#include "solvers/store/array.h"

typedef struct {
  int64_t start[QV_MAX_RANK], count[QV_MAX_RANK]; /* the block */
  int64_t first, length;                          /* its entries in the array's order */
} qv_piece;

/* The piece that begins at entry `first`, where the piece before it ended: at most `limit` >= 1
 * entries; with `rows`, at least one whole row (index of axis 0). Length 0 at the end. */
qv_piece qv_piece_at(const qv_array *array, int64_t first, int64_t limit, int rows);
