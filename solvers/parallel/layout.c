/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parallel/layout.h"

int64_t qv_layout_first_unit(int64_t n, int rank, int size) {
  return rank * n / size;
}

int qv_layout_owner_unit(int64_t n, int64_t i, int size) {
  return (int)(((i + 1) * size - 1) / n);
}

static int64_t tiles(int64_t n) {
  return (n + QV_TILE - 1) / QV_TILE;
}

int64_t qv_layout_first(int64_t n, int rank, int size) {
  const int64_t first = QV_TILE * qv_layout_first_unit(tiles(n), rank, size);
  return first < n ? first : n;
}

int qv_layout_owner(int64_t n, int64_t i, int size) {
  return qv_layout_owner_unit(tiles(n), i / QV_TILE, size);
}
