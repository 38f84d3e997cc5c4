/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spaces: shares add up, runs tile the array, indices are free of ranks.
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/linalg/space.h"
#include "tests/support/qv_test.h"

#include <string.h>

enum { MOST = 4000 };

/* Every entry has one owner and one place; a run starts at a tile of its column, or at a unit. */
static void covers(qv_space space, int ranks) {
  static unsigned char seen[MOST];
  const int64_t        size = qv_space_size(&space);
  int64_t              all  = 0;
  EXPECT(size <= MOST);
  memset(seen, 0, sizeof seen);
  for (int rank = 0; rank < ranks; rank++) {
    int64_t place = 0;
    for (int r = 0; r < qv_space_runs(&space); r++) {
      const qv_space_run run = qv_space_run_at(&space, r, rank, ranks);
      EXPECT_INT(run.local, place);
      place += run.count;
      for (int64_t i = 0; i < run.count; i++) seen[run.index + i]++;
    }
    EXPECT_INT(qv_space_local(&space, rank, ranks), place);
    all += place;
  }
  EXPECT_INT(all, size);
  for (int64_t i = 0; i < size; i++) EXPECT_INT(seen[i], 1);
}

static PetscErrorCode shares_add_up(void) {
  const qv_space a = qv_space_reals(1000), b = qv_space_units(7, 50), c = qv_space_pairs(100);
  for (int ranks = 1; ranks < 20; ranks++) {
    covers(a, ranks);
    covers(b, ranks);
    covers(qv_space_panel(a, 3), ranks);
    covers(qv_space_stack(qv_space_stack(b, c), qv_space_panel(a, 2)), ranks);
    covers(qv_space_reals(0), ranks);
  }
  return 0;
}

static PetscErrorCode cuts_are_at_tiles(void) {
  const qv_space reals = qv_space_reals(1000), units = qv_space_units(7, 50);
  EXPECT_INT(qv_space_run_at(&reals, 0, 1, 3).index, 5 * 64); /* 16 tiles: 5, 5, 6 */
  EXPECT_INT(qv_space_run_at(&reals, 0, 2, 3).index, 10 * 64);
  EXPECT_INT(qv_space_run_at(&reals, 0, 2, 3).count, 1000 - 640);
  EXPECT_INT(qv_space_run_at(&units, 0, 1, 3).index, 2 * 50);
  EXPECT_INT(qv_space_run_at(&units, 0, 1, 3).unit, 50);
  const qv_space whole = qv_space_units(7, 128);
  EXPECT_INT(qv_space_run_at(&whole, 0, 1, 3).unit, 0);
  return 0;
}

static PetscErrorCode equality(void) {
  const qv_space a = qv_space_reals(1000), b = qv_space_units(100, 10);
  const qv_space ab = qv_space_stack(a, b);
  EXPECT(qv_space_equal(&a, &a));
  EXPECT(!qv_space_equal(&a, &b));
  EXPECT(!qv_space_equal(&a, &ab));
  return 0;
}

static PetscErrorCode mistakes_are_errors(void) {
  qv_space many = qv_space_reals(1);
  for (int i = 1; i < QV_SPACE_PARTS; i++) many = qv_space_stack(many, qv_space_reals(1));
  const qv_space good[] = {many, qv_space_reals(0), qv_space_units(0, 3)};
  const qv_space bad[]  = {qv_space_stack(many, qv_space_reals(1)), qv_space_panel(many, 2),
                           qv_space_reals(-1), qv_space_reals(INT64_C(1) << 31),
                           qv_space_panel(qv_space_reals(1 << 20), 1 << 12)};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) PetscCall(qv_space_check(&good[i]));
  PetscCall(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) EXPECT(qv_space_check(&bad[i]) != 0);
  PetscCall(PetscPopErrorHandler());
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"shares add up", shares_add_up},
               {"cuts are at tiles", cuts_are_at_tiles}, {"equality", equality},
               {"mistakes are errors", mistakes_are_errors});
}
