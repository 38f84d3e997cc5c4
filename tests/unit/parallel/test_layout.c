/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/parallel/layout.h"
#include "tests/support/qv_test.h"

/* Cuts of 2385 entries (37 tiles and 17 entries), worked out by hand. */
static PetscErrorCode has_known_cuts(void) {
  static const int64_t two[]   = {0, 1216, 2385};
  static const int64_t three[] = {0, 768, 1600, 2385};
  static const int64_t four[]  = {0, 576, 1216, 1792, 2385};
  for (int r = 0; r <= 2; r++) EXPECT_INT(qv_layout_first(2385, r, 2), two[r]);
  for (int r = 0; r <= 3; r++) EXPECT_INT(qv_layout_first(2385, r, 3), three[r]);
  for (int r = 0; r <= 4; r++) EXPECT_INT(qv_layout_first(2385, r, 4), four[r]);
  EXPECT_INT(qv_layout_first(0, 0, 4), 0);
  EXPECT_INT(qv_layout_first(0, 4, 4), 0);
  EXPECT_INT(qv_layout_first(5, 3, 4), 0);
  EXPECT_INT(qv_layout_first(5, 4, 4), 5);
  EXPECT_INT(qv_layout_owner(5, 4, 4), 3);
  return 0;
}

/* Beyond 32 bits: 2^40 tiles and one entry on 3 ranks. */
static PetscErrorCode holds_large_counts(void) {
  const int64_t n = (INT64_C(1) << 46) + 1;
  EXPECT_INT(qv_layout_first(n, 1, 3), INT64_C(64) * 366503875925);
  EXPECT_INT(qv_layout_owner(n, INT64_C(64) * 366503875925 - 1, 3), 0);
  EXPECT_INT(qv_layout_owner(n, INT64_C(64) * 366503875925, 3), 1);
  EXPECT_INT(qv_layout_owner(n, n - 1, 3), 2);
  EXPECT_INT(qv_layout_first_unit(INT64_C(3000000000), 2, 3), INT64_C(2000000000));
  return 0;
}

/* Each rank's entries are owned by it alone; cuts are tile-aligned and within one tile of even. */
static void check_cuts(int64_t n, int size) {
  int64_t at = 0, least = n, most = 0;
  for (int r = 0; r < size; r++) {
    const int64_t first = qv_layout_first(n, r, size), end = qv_layout_first(n, r + 1, size);
    EXPECT_INT(first, at);
    EXPECT(first % QV_TILE == 0 || first == n);
    for (int64_t i = first; i < end; i++) EXPECT_INT(qv_layout_owner(n, i, size), r);
    const int64_t own = (end - first + QV_TILE - 1) / QV_TILE;
    least             = own < least ? own : least;
    most              = own > most ? own : most;
    at                = end;
  }
  EXPECT_INT(at, n);
  EXPECT(most - least <= 1 || n == 0);
}

static PetscErrorCode tiles_are_dealt_once(void) {
  static const int64_t n[] = {0, 1, 63, 64, 65, 128, 129, 640, 1000, 2385, 8191};
  for (size_t k = 0; k < sizeof n / sizeof *n; k++)
    for (int size = 1; size <= 17; size++) check_cuts(n[k], size);
  return 0;
}

static PetscErrorCode units_are_dealt_once(void) {
  for (int64_t n = 0; n <= 40; n++)
    for (int size = 1; size <= 9; size++) {
      EXPECT_INT(qv_layout_first_unit(n, 0, size), 0);
      EXPECT_INT(qv_layout_first_unit(n, size, size), n);
      for (int r = 0; r < size; r++) {
        const int64_t first = qv_layout_first_unit(n, r, size);
        const int64_t end   = qv_layout_first_unit(n, r + 1, size);
        EXPECT(end - first == n / size || end - first == n / size + 1);
        for (int64_t i = first; i < end; i++) EXPECT_INT(qv_layout_owner_unit(n, i, size), r);
      }
    }
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"has known cuts", has_known_cuts},
               {"holds large counts", holds_large_counts},
               {"deals every tile once", tiles_are_dealt_once},
               {"deals every unit once", units_are_dealt_once});
}
