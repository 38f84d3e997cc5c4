/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/store/piece.h"
#include "tests/support/qv_test.h"

#include <string.h>

/* Walk an array; every entry must be met once, in order, at the index that the block claims. */
static void walk(int rank, const int64_t *shape, int64_t limit, int rows) {
  qv_array array = {.rank = rank};
  if (rank) memcpy(array.shape, shape, (size_t)rank * sizeof *shape);
  int64_t       row = qv_array_row_length(&array), seen = 0;
  const int64_t total = qv_array_length(&array), bound = rows && row > limit ? row : limit;
  for (qv_piece p = qv_piece_at(&array, 0, limit, rows); p.length;
       p          = qv_piece_at(&array, p.first + p.length, limit, rows)) {
    int64_t index[QV_MAX_RANK], product = 1;
    EXPECT_INT(p.first, seen);
    EXPECT(p.length <= bound);
    for (int axis = 0; axis < rank; axis++) {
      index[axis] = p.start[axis];
      product *= p.count[axis];
      EXPECT(p.start[axis] + p.count[axis] <= shape[axis]);
      if (rows && axis) EXPECT_INT(p.count[axis], shape[axis]);
    }
    EXPECT_INT(product, p.length);
    for (int64_t i = 0; i < p.length; i++) {
      int64_t place = 0;
      for (int axis = 0; axis < rank; axis++) place = place * shape[axis] + index[axis];
      EXPECT_INT(place, seen++);
      for (int axis = rank - 1; axis >= 0 && ++index[axis] == p.start[axis] + p.count[axis]; axis--)
        index[axis] = p.start[axis];
    }
  }
  EXPECT_INT(seen, total);
}

static PetscErrorCode meets_all_in_order(void) {
  const int64_t shapes[][4] = {
    {7, 5, 3, 2}, {1, 1, 100, 1}, {100, 1, 1, 1}, {2, 0, 3, 1}, {4, 9, 1, 6}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (int rank = 0; rank <= 4; rank++)
      for (int64_t limit = 1; limit < 300; limit += 1 + limit / 3)
        for (int rows = 0; rows <= (rank > 0); rows++) walk(rank, shapes[s], limit, rows);
  return 0;
}

static PetscErrorCode fills_pieces(void) {
  const qv_array array = {.rank = 2, .shape = {2, 700}};
  EXPECT_INT(qv_piece_at(&array, 0, 500, 0).length, 500);
  EXPECT_INT(qv_piece_at(&array, 500, 500, 0).length, 200);
  EXPECT_INT(qv_piece_at(&array, 0, 1000, 0).length, 700);
  EXPECT_INT(qv_piece_at(&array, 0, 1400, 0).length, 1400);
  EXPECT_INT(qv_piece_at(&array, 0, 500, 1).length, 700);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"every entry once, in order", meets_all_in_order},
               {"size", fills_pieces});
}
