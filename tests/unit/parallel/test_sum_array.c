/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2,3,4 labels=fast timeout=60 */
#include "solvers/parallel/random.h"
#include "solvers/parallel/sum.h"
#include "tests/support/qv_test.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { N = 2500, PARTS = 13 };

static int rank, size;

static double entry(int part, int64_t i) {
  const qv_stream s = qv_stream_named(11, "sum array");
  return qv_random_normal(s, (uint64_t)part, (uint64_t)i) * ldexp(1, -(int)(i % 40));
}

static double largest(void) {
  double most = 0;
  for (int p = 0; p < PARTS; p++)
    for (int64_t i = 0; i < N; i++) most = fmax(most, fabs(entry(p, i)));
  return most;
}

/* Who adds a part: everybody in turn, blocks, the last rank alone; on one rank, itself. */
enum deal { IN_TURN, BLOCKS, LAST, DEALS };

static bool is_mine(enum deal deal, int part, int me, int ranks) {
  if (deal == IN_TURN) return part % ranks == me;
  if (deal == BLOCKS) return part * ranks / PARTS == me;
  return me == ranks - 1;
}

static PetscErrorCode sum_of(MPI_Comm comm, enum deal deal, bool backwards, double *result) {
  qv_sum_array *sum;
  double        x[N], bound = 0;
  int           me, ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &me));
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  for (int p = 0; p < PARTS; p++)
    for (int64_t i = 0; i < N && is_mine(deal, p, me, ranks); i++)
      bound = fmax(bound, fabs(entry(p, i)));
  PetscCall(qv_sum_array_begin(comm, N, bound, PARTS, &sum));
  for (int k = 0; k < PARTS; k++) {
    const int p = backwards ? PARTS - 1 - k : k;
    if (!is_mine(deal, p, me, ranks)) continue;
    for (int64_t i = 0; i < N; i++) x[i] = entry(p, i);
    PetscCall(qv_sum_array_add(sum, x));
  }
  PetscCall(qv_sum_array_end(&sum, result));
  EXPECT(sum == NULL);
  PetscFunctionReturn(0);
}

/* Against the exact sum: 13 roundings to the quantum 2^(e + 4 - 62), bound < 2^e, and the last. */
static PetscErrorCode is_accurate(void) {
  double result[N];
  int    e;

  PetscFunctionBegin;
  PetscCall(sum_of(PETSC_COMM_WORLD, IN_TURN, false, result));
  (void)frexp(largest(), &e);
  for (int64_t i = 0; i < N; i++) {
    qv_sum exact = {0};
    for (int p = 0; p < PARTS; p++) qv_sum_add(&exact, entry(p, i));
    const double want = qv_sum_round(&exact);
    EXPECT(fabs(result[i] - want) <= PARTS * ldexp(0.5, e + 4 - 62) + DBL_EPSILON * fabs(want));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode ranks_and_order_do_not_show(void) {
  double alone[N], result[N];

  PetscFunctionBegin;
  PetscCall(sum_of(PETSC_COMM_SELF, IN_TURN, false, alone));
  for (int deal = 0; deal < DEALS; deal++)
    for (int backwards = 0; backwards < 2; backwards++) {
      PetscCall(sum_of(PETSC_COMM_WORLD, (enum deal)deal, backwards, result));
      EXPECT(!memcmp(result, alone, sizeof result));
    }
  PetscFunctionReturn(0);
}

/* The sum over ranks of one small array each; this rank's bound is its own. */
static PetscErrorCode one_each(int64_t n, const double *x, double bound, int64_t addends,
                               double *result) {
  qv_sum_array *sum;

  PetscFunctionBegin;
  PetscCall(qv_sum_array_begin(PETSC_COMM_WORLD, n, bound, addends, &sum));
  PetscCall(qv_sum_array_add(sum, x));
  PetscCall(qv_sum_array_end(&sum, result));
  PetscFunctionReturn(0);
}

/* Sums of small integers and of the smallest denormals are exact; so are those near the top. */
static PetscErrorCode small_cases_are_exact(void) {
  const double x[4] = {rank + 1.0, -0.0, rank == 0 ? 1e6 : 0.25, -3};
  double       r[4];

  PetscFunctionBegin;
  PetscCall(one_each(4, x, 1e6, size, r));
  EXPECT_BITS(r[0], size * (size + 1) / 2.0);
  EXPECT_BITS(r[1], 0.0);
  EXPECT_BITS(r[2], 1e6 + 0.25 * (size - 1));
  EXPECT_BITS(r[3], -3.0 * size);
  PetscCall(one_each(1, (double[]){5e-324}, 5e-324, size, r));
  EXPECT_BITS(r[0], size * 5e-324);
  PetscCall(one_each(1, (double[]){0x1p-1022}, 0x1p-1022, size, r));
  EXPECT_BITS(r[0], size * 0x1p-1022);
  PetscCall(one_each(2, (double[]){DBL_MAX, 1}, DBL_MAX, size, r));
  EXPECT_BITS(r[0], size == 1 ? DBL_MAX : INFINITY);
  EXPECT_BITS(r[1], 0.0); /* far below the quantum */
  PetscCall(one_each(1,
                     (double[]){rank == 0   ? DBL_MAX
                                : rank == 1 ? -DBL_MAX
                                            : 0},
                     DBL_MAX, size, r));
  EXPECT_BITS(r[0], size == 1 ? DBL_MAX : 0.0);
  PetscCall(one_each(3, (double[]){0, -0.0, 0}, 0, size, r));
  for (int i = 0; i < 3; i++) EXPECT_BITS(r[i], 0.0);
  PetscCall(one_each(0, NULL, 1, size, NULL));
  PetscFunctionReturn(0);
}

/* Halves of the quantum go to the even side, whatever the sign: bound 2^62 gives quantum 2 on one
 * rank, 4 for two addends, 8 for three or four. */
static PetscErrorCode rounds_to_even(void) {
  const double q = size == 1 ? 2 : size == 2 ? 4 : 8;
  double       r[4];

  PetscFunctionBegin;
  PetscCall(one_each(4, (double[]){q / 2, -q / 2, 1.5 * q, 2.5 * q}, 0x1p62, size, r));
  EXPECT_BITS(r[0], 0.0);
  EXPECT_BITS(r[1], 0.0);
  EXPECT_BITS(r[2], 2 * q * size);
  EXPECT_BITS(r[3], 2 * q * size);
  PetscFunctionReturn(0);
}

static PetscErrorCode specials_spread(void) {
  const int    last = size - 1;
  const double x[4] = {rank == last ? NAN : 1, rank == last ? INFINITY : 1, 1,
                       rank == 0 ? -INFINITY : 2};
  double       r[4], nan = NAN;

  PetscFunctionBegin;
  PetscCall(one_each(4, x, 2, size, r));
  EXPECT_BITS(r[0], nan);
  EXPECT_BITS(r[1], nan);
  EXPECT_BITS(r[2], (double)size);
  EXPECT_BITS(r[3], nan);
  PetscCall(one_each(4, x, rank == last ? INFINITY : 2, size, r));
  for (int i = 0; i < 4; i++) EXPECT_BITS(r[i], nan);
  PetscCall(one_each(4, x, rank == last ? NAN : 2, size, r));
  for (int i = 0; i < 4; i++) EXPECT_BITS(r[i], nan);
  PetscFunctionReturn(0);
}

/* A broken promise on one rank is an error on all of them. */
static PetscErrorCode promises_are_kept(void) {
  const int last = size - 1;
  double    r[1];

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  const int large    = one_each(1, (double[]){rank == last ? 3 : 1}, 2, size, r);
  const int many     = one_each(1, (double[]){1}, 2, size - 1, r);
  const int negative = one_each(1, (double[]){1}, rank == last ? -2 : 2, size, r);
  const int overfull = one_each(1, (double[]){1}, 2, INT64_MAX, r);
  const int differs  = size > 1 ? one_each(1, (double[]){1}, 2, size + rank, r) : 0;
  PetscCall(PetscPopErrorHandler());
  EXPECT_INT(large, PETSC_ERR_ARG_OUTOFRANGE);
  EXPECT_INT(many, PETSC_ERR_ARG_OUTOFRANGE);
  EXPECT_INT(negative, PETSC_ERR_ARG_OUTOFRANGE);
  EXPECT_INT(overfull, PETSC_ERR_ARG_OUTOFRANGE);
  if (size > 1) EXPECT_INT(differs, PETSC_ERR_ARG_INCOMP);
  PetscCall(one_each(1, (double[]){1}, 2, size, r));
  EXPECT_BITS(r[0], (double)size);
  PetscFunctionReturn(0);
}

/* Negative control: floating-point sums in another order differ somewhere. */
static PetscErrorCode plain_sums_differ(void) {
  int different = 0;
  for (int64_t i = 0; i < N; i++) {
    double forward = 0, backward = 0;
    for (int p = 0; p < PARTS; p++) forward += entry(p, i);
    for (int p = PARTS; p-- > 0;) backward += entry(p, i);
    different += forward != backward;
  }
  EXPECT(different > N / 10);
  return 0;
}

static PetscErrorCode know_the_ranks(void) {
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"know the ranks", know_the_ranks}, {"is accurate", is_accurate},
               {"ranks and order do not show", ranks_and_order_do_not_show},
               {"small cases are exact", small_cases_are_exact}, {"rounds to even", rounds_to_even},
               {"specials spread", specials_spread},
               {"promises are kept on all ranks", promises_are_kept},
               {"plain sums differ", plain_sums_differ});
}
