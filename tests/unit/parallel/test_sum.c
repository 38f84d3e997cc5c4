/* SPDX-License-Identifier: GPL-3.0-or-later
 * Known answers of sums (worked out by rational arithmetic) and their freedom from ranks and cuts.
 * qv-test: np=1,2,3,4 labels=fast timeout=60 */
#include "solvers/parallel/layout.h"
#include "solvers/parallel/sum.h"
#include "tests/support/qv_test.h"
#include "tests/support/splitmix.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static double tiles_of(int64_t n, const double *x) {
  qv_sum sum = {0};
  qv_sum_add_tiles(&sum, n, x);
  return qv_sum_round(&sum);
}

static double products_of(int64_t n, const double *x, const double *y) {
  qv_sum sum = {0};
  qv_sum_add_products(&sum, n, x, y);
  return qv_sum_round(&sum);
}

static double exact_of(int64_t n, const double *x, const double *y) {
  qv_sum sum = {0};
  qv_sum_add_exact(&sum, n, x, y);
  return qv_sum_round(&sum);
}

/* The tile sum of 129 entries, zero but for a, b, c at places i, j, k. */
static double placed(int i, double a, int j, double b, int k, double c) {
  double x[129] = {0};
  x[i] += a;
  x[j] += b;
  x[k] += c;
  return tiles_of(129, x);
}

static PetscErrorCode orders_show_only_inside_a_tile(void) {
  const double big = 1.7e308;
  EXPECT_BITS(exact_of(3, (double[]){1e300, 1, -1e300}, NULL), 1.0);
  EXPECT_BITS(placed(0, 1e300, 64, 1, 128, -1e300), 1.0);
  EXPECT_BITS(placed(0, 1e300, 1, 1, 2, -1e300), 1.0);
  EXPECT_BITS(placed(0, 1e300, 8, 1, 16, -1e300), 0.0);
  EXPECT_BITS(placed(0, 1e300, 1, -1e300, 2, 1), 0.0);
  EXPECT_BITS(placed(0, big, 64, big, 128, -big), from_bits(0x7fee42d130773b76));
  EXPECT_BITS(placed(0, big, 8, big, 16, -big), INFINITY);
  EXPECT_BITS(placed(0, big, 64, big, 128, 0), INFINITY);
  EXPECT_BITS(placed(0, -big, 64, -big, 128, 0), -INFINITY);
  return 0;
}

static PetscErrorCode ends_of_the_range(void) {
  const double tiny = 5e-324, half = 0x1p-53;
  qv_sum       sum = {0};
  for (int i = 0; i < 1000000; i++) qv_sum_add(&sum, tiny);
  EXPECT_BITS(qv_sum_round(&sum), from_bits(0xf4240));
  for (int i = 0; i < 1000001; i++) qv_sum_add(&sum, -tiny);
  EXPECT_BITS(qv_sum_round(&sum), -tiny);
  EXPECT_BITS(exact_of(5, (double[]){-0.0, -0.0, -0.0, -0.0, -0.0}, NULL), 0.0);
  EXPECT_BITS(tiles_of(5, (double[]){-0.0, -0.0, -0.0, -0.0, -0.0}), 0.0);
  EXPECT_BITS(tiles_of(0, NULL), 0.0);
  EXPECT_BITS(exact_of(2, (double[]){1.5, -1.5}, NULL), 0.0);
  EXPECT_BITS(placed(0, 1, 64, half, 128, 0), 1.0);
  EXPECT_BITS(placed(0, 1, 64, half, 128, tiny), from_bits(0x3ff0000000000001));
  EXPECT_BITS(placed(0, 1 + DBL_EPSILON, 64, half, 128, 0), from_bits(0x3ff0000000000002));
  EXPECT_BITS(placed(0, -1, 64, -half, 128, -tiny), from_bits(0xbff0000000000001));
  EXPECT_BITS(exact_of(2, (double[]){DBL_MAX, 0x1p969}, NULL), DBL_MAX);
  EXPECT_BITS(exact_of(2, (double[]){DBL_MAX, 0x1p970}, NULL), INFINITY);
  EXPECT_BITS(exact_of(3, (double[]){DBL_MAX, 0x1p970, -tiny}, NULL), DBL_MAX);
  EXPECT_BITS(exact_of(2, (double[]){-DBL_MAX, -0x1p970}, NULL), -INFINITY);
  EXPECT_BITS(exact_of(2, (double[]){DBL_MIN, -tiny}, NULL), DBL_MIN - tiny);
  return 0;
}

static PetscErrorCode specials_have_one_pattern(void) {
  const double nan = from_bits(0x7ff8000000000000), other = from_bits(0xfff8000000000123);
  EXPECT_BITS(placed(0, INFINITY, 64, -INFINITY, 128, 0), nan);
  EXPECT_BITS(placed(0, INFINITY, 1, -INFINITY, 128, 0), nan);
  EXPECT_BITS(exact_of(1, &other, NULL), nan);
  EXPECT_BITS(exact_of(2, (double[]){INFINITY, 1e308}, NULL), INFINITY);
  EXPECT_BITS(exact_of(2, (double[]){-INFINITY, 1e308}, NULL), -INFINITY);
  EXPECT_BITS(exact_of(2, (double[]){INFINITY, other}, NULL), nan);
  EXPECT_BITS(exact_of(1, (double[]){from_bits(0x7ff0000000000001)}, NULL), nan);
  return 0;
}

static PetscErrorCode repeated_tenths(void) {
  static const struct {
    int      n;
    uint64_t tile, exact;
  } answer[] = {{10, 0x3ff0000000000000, 0x3ff0000000000000},
                {100, 0x4024000000000000, 0x4024000000000000},
                {1000, 0x4058ffffffffffff, 0x4059000000000000},
                {1000000, 0x40f869ffffffffff, 0x40f86a0000000000}};
  double *x;
  PetscCall(PetscMalloc1(1000000, &x));
  for (int i = 0; i < 1000000; i++) x[i] = 0.1;
  for (size_t k = 0; k < sizeof answer / sizeof *answer; k++) {
    EXPECT_BITS(tiles_of(answer[k].n, x), from_bits(answer[k].tile));
    EXPECT_BITS(exact_of(answer[k].n, x, NULL), from_bits(answer[k].exact));
  }
  PetscCall(PetscFree(x));
  return 0;
}

static PetscErrorCode series(void) {
  double *x;
  PetscCall(PetscMalloc1(100000, &x));
  for (int i = 0; i < 1000; i++) x[i] = 1.0 / (i + 1);
  EXPECT_BITS(tiles_of(1000, x), from_bits(0x401df11f45f4e619));
  EXPECT_BITS(exact_of(1000, x, NULL), from_bits(0x401df11f45f4e61a));
  for (int i = 0; i < 100000; i++) x[i] = (i % 2 ? -1.0 : 1.0) / (2 * i + 1);
  EXPECT_BITS(tiles_of(100000, x), from_bits(0x3fe921f61616cae0));
  EXPECT_BITS(exact_of(100000, x, NULL), from_bits(0x3fe921f61616cae0));
  PetscCall(PetscFree(x));
  return 0;
}

enum { N = 100000 };

/* x uniform in (-1/2, 1/2), y the same turned by one place. */
static PetscErrorCode make_vectors(double **x, double **y) {
  uint64_t state = 0;
  PetscCall(PetscMalloc2(N, x, N, y));
  for (int i = 0; i < N; i++) (*x)[i] = (double)(splitmix(&state) >> 11) * 0x1p-53 - 0.5;
  for (int i = 0; i < N; i++) (*y)[i] = (*x)[(i + 1) % N];
  return 0;
}

static PetscErrorCode random_vectors(void) {
  double *x, *y;
  PetscCall(make_vectors(&x, &y));
  EXPECT_BITS(tiles_of(N, x), from_bits(0xc0487c4d893d58cc));
  EXPECT_BITS(products_of(N, x, y), from_bits(0xc018d73f9ed69cdc));
  EXPECT_BITS(tiles_of(1000, x), from_bits(0xc01e36155533ea5e));
  EXPECT_BITS(products_of(1000, x, y), from_bits(0xbfe3cdf72f5b779f));
  EXPECT_BITS(exact_of(N, x, NULL), from_bits(0xc0487c4d893d58cb));
  EXPECT_BITS(exact_of(N, x, y), from_bits(0xc018d73f9ed69cd4));
  PetscCall(PetscFree2(x, y));
  return 0;
}

enum cut { EVEN, TRIANGULAR, ALL_ON_LAST, ONE_TILE_EACH, EMPTY_IN_MIDDLE, CUTS };

/* First tile of `rank`, of `tiles` over `size` ranks. */
static int64_t first_tile(enum cut cut, int64_t tiles, int64_t rank, int64_t size) {
  if (rank == size) return tiles;
  switch (cut) {
    case EVEN:
      return rank * tiles / size;
    case TRIANGULAR:
      return rank * (rank + 1) / 2 * tiles / (size * (size + 1) / 2);
    case ALL_ON_LAST:
      return 0;
    case ONE_TILE_EACH:
      return rank;
    default:
      return rank <= size / 2 ? rank * tiles / size : (rank - 1) * tiles / size;
  }
}

static PetscErrorCode ranks_and_cuts_do_not_show(void) {
  double *x, *y;
  int     rank, size;
  PetscCall(make_vectors(&x, &y));
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  for (int cut = 0; cut < CUTS; cut++) {
    const int64_t tiles = (N + QV_TILE - 1) / QV_TILE;
    int64_t       begin = QV_TILE * first_tile(cut, tiles, rank, size);
    int64_t       end   = QV_TILE * first_tile(cut, tiles, rank + 1, size);
    if (end > N) end = N;
    qv_sum sums[3] = {{{0}}};
    qv_sum_add_tiles(&sums[0], end - begin, x + begin);
    qv_sum_add_products(&sums[1], end - begin, x + begin, y + begin);
    /* cuts off the tiles, and backwards over the ranks */
    begin = begin * 7 / 9 + (begin > 0);
    end   = end == N ? N : end * 7 / 9 + (end > 0);
    qv_sum_add_exact(&sums[2], end - begin, x + begin, y + begin);
    PetscCall(qv_sum_join(PETSC_COMM_WORLD, 3, sums));
    EXPECT_BITS(qv_sum_round(&sums[0]), from_bits(0xc0487c4d893d58cc));
    EXPECT_BITS(qv_sum_round(&sums[1]), from_bits(0xc018d73f9ed69cdc));
    EXPECT_BITS(qv_sum_round(&sums[2]), from_bits(0xc018d73f9ed69cd4));
  }
  PetscCall(qv_sum_join(PETSC_COMM_WORLD, 0, NULL));
  PetscCall(PetscFree2(x, y));
  return 0;
}

/* Inf on the first rank, -Inf on the last: NaN everywhere. */
static PetscErrorCode specials_join(void) {
  qv_sum sums[2] = {{{0}}};
  int    rank, size;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  if (rank == 0) qv_sum_add(&sums[0], INFINITY);
  if (rank == size - 1) qv_sum_add(&sums[0], -INFINITY);
  qv_sum_add(&sums[1], rank == size - 1 ? -INFINITY : DBL_MAX);
  PetscCall(qv_sum_join(PETSC_COMM_WORLD, 2, sums));
  EXPECT_BITS(qv_sum_round(&sums[0]), from_bits(0x7ff8000000000000));
  EXPECT_BITS(qv_sum_round(&sums[1]), -INFINITY);
  return 0;
}

/* Negative control: a plain sum shows the order and, joined in floating point, the ranks. */
static PetscErrorCode plain_sums_differ(void) {
  double *x, *y, forward = 0, backward = 0, mine = 0, joined, all;
  int     rank, size;
  qv_sum  sum = {0};
  PetscCall(make_vectors(&x, &y));
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  for (int i = 0; i < N; i++) forward += x[i];
  for (int i = N; i-- > 0;) backward += x[i];
  EXPECT(forward != backward);
  for (int i = N; i-- > 0;) qv_sum_add(&sum, x[i]);
  all = exact_of(N, x, NULL);
  EXPECT_BITS(qv_sum_round(&sum), all);
  for (int64_t i = qv_layout_first(N, rank, size); i < qv_layout_first(N, rank + 1, size); i++)
    mine += x[i];
  MPI_Allreduce(&mine, &joined, 1, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD);
  EXPECT(size == 1 ? joined == forward : joined != forward);
  PetscCall(PetscFree2(x, y));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"the order shows only inside a tile", orders_show_only_inside_a_tile},
               {"the ends of the range", ends_of_the_range},
               {"specials have one pattern", specials_have_one_pattern},
               {"repeated tenths", repeated_tenths}, {"series", series},
               {"random vectors", random_vectors},
               {"ranks and cuts do not show", ranks_and_cuts_do_not_show},
               {"specials join", specials_join}, {"plain sums differ", plain_sums_differ});
}
