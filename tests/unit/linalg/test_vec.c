/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every operation of the vector type against sums of the whole arrays on one rank.
 * qv-test: np=1,2,3,4 labels=fast timeout=60 */
#include "solvers/linalg/vec.h"
#include "solvers/parallel/random.h"
#include "solvers/parallel/sum.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 2385, MANY = 40 };

/* Entry i of the vectors of this test: rough, of many magnitudes. */
static double entry(const char *name, int64_t i) {
  const qv_stream s = qv_stream_named(5, name);
  return qv_random_normal(s, (uint64_t)i, 1) * exp(6 * qv_random_normal(s, (uint64_t)i, 2));
}

static PetscErrorCode make(const qv_space *space, const char *name, Vec *v) {
  double      *a;
  qv_space_run run;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, space, v));
  PetscCall(VecGetArray(*v, &a));
  for (int r = 0; r < qv_space_runs(space); r++) {
    PetscCall(qv_vec_run(*v, r, &run));
    for (int64_t i = 0; i < run.count; i++) a[run.local + i] = entry(name, run.index + i);
  }
  PetscCall(VecRestoreArray(*v, &a));
  return 0;
}

enum sum { PLAIN, ABSOLUTE, PRODUCT };

/* Sum over the whole space on this rank alone. */
static double truth(const qv_space *space, const char *x, const char *y, enum sum what) {
  qv_sum  sum   = {0};
  double *block = malloc(N * sizeof *block), *other = malloc(N * sizeof *other);
  for (int r = 0; r < qv_space_runs(space); r++) {
    const qv_space_run run  = qv_space_run_at(space, r, 0, 1);
    const int64_t      step = run.unit ? run.unit : run.count;
    for (int64_t i = 0; i < run.count; i += step) {
      for (int64_t k = 0; k < step; k++) {
        block[k] = entry(x, run.index + i + k);
        if (what == ABSOLUTE) block[k] = fabs(block[k]);
        if (y) other[k] = entry(y, run.index + i + k);
      }
      if (what == PRODUCT)
        qv_sum_add_products(&sum, step, block, other);
      else
        qv_sum_add_tiles(&sum, step, block);
    }
  }
  free(block);
  free(other);
  return qv_sum_round(&sum);
}

static int spaces_of(qv_space space[4]) {
  space[0] = qv_space_reals(N);
  space[1] = qv_space_units(17, 75);
  space[2] = qv_space_panel(qv_space_reals(777), 3);
  space[3] = qv_space_stack(qv_space_stack(qv_space_units(3, 129), qv_space_reals(100)),
                            qv_space_panel(qv_space_pairs(200), 2));
  return 4;
}

static PetscErrorCode sums_have_the_bits_of_one_rank(void) {
  qv_space space[4];
  for (int s = spaces_of(space); s-- > 0;) {
    Vec    x, y;
    double got, two[2];
    PetscCall(make(&space[s], "x", &x));
    PetscCall(make(&space[s], "y", &y));
    const double xy = truth(&space[s], "x", "y", PRODUCT), yy = truth(&space[s], "y", "y", PRODUCT);
    PetscCall(VecDot(x, y, &got));
    EXPECT_BITS(got, xy);
    PetscCall(VecTDot(x, y, &got));
    EXPECT_BITS(got, xy);
    PetscCall(VecNorm(y, NORM_2, &got));
    EXPECT_BITS(got, sqrt(yy));
    PetscCall(VecSum(x, &got));
    EXPECT_BITS(got, truth(&space[s], "x", NULL, PLAIN));
    PetscCall(VecNorm(x, NORM_1, &got));
    EXPECT_BITS(got, truth(&space[s], "x", NULL, ABSOLUTE));
    PetscCall(qv_vec_written(y));
    PetscCall(VecNorm(y, NORM_1_AND_2, two));
    EXPECT_BITS(two[0], truth(&space[s], "y", NULL, ABSOLUTE));
    EXPECT_BITS(two[1], sqrt(yy));
    PetscCall(VecDotNorm2(x, y, &got, &two[0]));
    EXPECT_BITS(got, xy);
    EXPECT_BITS(two[0], yy);
    PetscCall(VecDestroy(&x));
    PetscCall(VecDestroy(&y));
  }
  return 0;
}

static PetscErrorCode many_at_once(void) {
  const qv_space space = qv_space_reals(N);
  Vec            x, y[MANY];
  double         got[MANY], one;
  PetscCall(make(&space, "x", &x));
  for (int j = 0; j < MANY; j++) {
    PetscCall(VecDuplicate(x, &y[j]));
    PetscCall(qv_vec_normal(y[j], (uint64_t)j, "many"));
  }
  PetscCall(VecMDot(x, MANY, y, got));
  for (int j = 0; j < MANY; j++) {
    PetscCall(VecDot(x, y[j], &one));
    EXPECT_BITS(got[j], one);
  }
  PetscCall(VecMTDot(x, 3, y, got + 5));
  EXPECT_BITS(got[5], got[0]);
  PetscCall(VecMDot(x, 0, y, got));
  PetscCall(VecMDotBegin(x, 2, y, got + 2));
  PetscCall(VecDotBegin(x, y[0], &one));
  PetscCall(VecMDotEnd(x, 2, y, got + 2));
  PetscCall(VecDotEnd(x, y[0], &one));
  EXPECT_BITS(one, got[0]);
  EXPECT_BITS(got[2], got[0]);
  EXPECT_BITS(got[3], got[1]);
  for (int j = 0; j < MANY; j++) PetscCall(VecDestroy(&y[j]));
  PetscCall(VecDestroy(&x));
  return 0;
}

static PetscErrorCode split_phases(void) {
  const qv_space space = qv_space_reals(N);
  const double   xx    = truth(&space, "x", "x", PRODUCT);
  Vec            x, y;
  double         norm[4], dot;
  PetscCall(make(&space, "x", &x));
  PetscCall(make(&space, "y", &y));
  PetscCall(VecNormBegin(x, NORM_2, &norm[0]));
  PetscCall(VecNormBegin(x, NORM_1, &norm[1]));
  PetscCall(VecNormBegin(y, NORM_INFINITY, &norm[2]));
  PetscCall(VecTDotBegin(x, y, &dot));
  PetscCall(VecNormEnd(x, NORM_2, &norm[0]));
  PetscCall(VecNormEnd(x, NORM_1, &norm[1]));
  PetscCall(VecNormEnd(y, NORM_INFINITY, &norm[2]));
  PetscCall(VecTDotEnd(x, y, &dot));
  EXPECT_BITS(norm[0], sqrt(xx));
  EXPECT_BITS(norm[1], truth(&space, "x", NULL, ABSOLUTE));
  PetscCall(VecNorm(y, NORM_INFINITY, &norm[3]));
  EXPECT_BITS(norm[2], norm[3]);
  EXPECT_BITS(dot, truth(&space, "x", "y", PRODUCT));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  return 0;
}

static PetscErrorCode put(Vec v, PetscInt i, double value) {
  PetscInt first, last;
  PetscCall(VecGetOwnershipRange(v, &first, &last));
  if (i >= first && i < last) PetscCall(VecSetValue(v, i, value, INSERT_VALUES));
  PetscCall(VecAssemblyBegin(v));
  PetscCall(VecAssemblyEnd(v));
  return 0;
}

static PetscErrorCode extremes(void) {
  const qv_space space = qv_space_reals(N);
  const double   nan   = NAN;
  Vec            v;
  PetscInt       at;
  double         value;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &v));
  PetscCall(put(v, 2000, 7));
  PetscCall(put(v, 900, 7));
  PetscCall(put(v, 1500, -8));
  PetscCall(VecMax(v, &at, &value));
  EXPECT_BITS(value, 7.0);
  EXPECT_INT(at, 900);
  PetscCall(VecMin(v, &at, &value));
  EXPECT_BITS(value, -8.0);
  EXPECT_INT(at, 1500);
  PetscCall(VecNorm(v, NORM_INFINITY, &value));
  EXPECT_BITS(value, 8.0);
  PetscCall(put(v, 2384, -0.0));
  PetscCall(VecSet(v, -0.0));
  PetscCall(VecMax(v, NULL, &value));
  EXPECT_BITS(value, 0.0);
  PetscCall(put(v, 70, INFINITY));
  for (int place = 0; place < N; place += N - 1) {
    PetscCall(put(v, place, nan));
    PetscCall(VecMax(v, &at, &value));
    EXPECT_BITS(value, nan);
    EXPECT_INT(at, place);
    PetscCall(VecMin(v, &at, &value));
    EXPECT_BITS(value, nan);
    EXPECT_INT(at, place);
    PetscCall(VecNorm(v, NORM_INFINITY, &value));
    EXPECT_BITS(value, nan);
    PetscCall(VecNorm(v, NORM_2, &value));
    EXPECT_BITS(value, nan);
    PetscCall(put(v, place, 0));
  }
  PetscCall(VecNorm(v, NORM_2, &value));
  EXPECT_BITS(value, INFINITY);
  PetscCall(VecDestroy(&v));
  return 0;
}

static PetscErrorCode empty_vectors(void) {
  const qv_space space[2] = {qv_space_reals(0), qv_space_reals(3)};
  Vec            v;
  double         value;
  for (int s = 0; s < 2; s++) {
    PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space[s], &v));
    PetscCall(VecSet(v, 2));
    PetscCall(VecDot(v, v, &value));
    EXPECT_BITS(value, s * 12.0);
    PetscCall(VecSum(v, &value));
    EXPECT_BITS(value, s * 6.0);
    PetscCall(VecNorm(v, NORM_INFINITY, &value));
    EXPECT_BITS(value, s * 2.0);
    PetscCall(VecDestroy(&v));
  }
  return 0;
}

/* The entries of two vectors, compared on this rank. */
static PetscErrorCode same(Vec a, const double *want, bool *equal) {
  const double *x;
  PetscInt      n;
  PetscCall(VecGetLocalSize(a, &n));
  PetscCall(VecGetArrayRead(a, &x));
  *equal = memcmp(x, want, (size_t)n * sizeof *x) == 0;
  PetscCall(VecRestoreArrayRead(a, &x));
  return 0;
}

static PetscErrorCode updates_are_not_fused(void) {
  const qv_space space     = qv_space_reals(N);
  const double   pair[][2] = {{0.1, 0.3}, {-1, 1}, {0.7, 1}, {0, 0.3}, {0.3, 0}, {1, -1}};
  Vec            x, y;
  double         want[N];
  qv_space_run   run;
  bool           equal;
  PetscCall(make(&space, "x", &x));
  PetscCall(make(&space, "y", &y));
  PetscCall(qv_vec_run(x, 0, &run));
  for (int k = 0; k < 6; k++) {
    const double a = pair[k][0], b = pair[k][1];
    PetscCall(VecDestroy(&y));
    PetscCall(make(&space, "y", &y));
    PetscCall(VecAXPBY(y, a, b, x));
    for (int64_t i = 0; i < run.count; i++) {
      const volatile double p = a * entry("x", run.index + i), q = b * entry("y", run.index + i);
      want[i] = a == 0 ? q : b == 0 ? p : p + q;
    }
    PetscCall(same(y, want, &equal));
    EXPECT(equal);
    if (b != 1) continue;
    PetscCall(VecDestroy(&y));
    PetscCall(make(&space, "y", &y));
    PetscCall(VecAXPY(y, a, x));
    PetscCall(same(y, want, &equal));
    EXPECT(equal);
  }
  PetscCall(VecSet(y, NAN));
  PetscCall(VecAXPBY(y, 2, 0, x));
  for (int64_t i = 0; i < run.count; i++) want[i] = 2 * entry("x", run.index + i);
  PetscCall(same(y, want, &equal));
  EXPECT(equal);
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  return 0;
}

static PetscErrorCode duplicates_are_of_the_type(void) {
  const qv_space space = qv_space_units(17, 75);
  Vec            x, *many;
  PetscBool      is;
  qv_space       theirs;
  int64_t        count = 0;
  double         got;
  PetscCall(make(&space, "x", &x));
  PetscCall(qv_vec_watch(x, &count));
  PetscCall(VecDuplicateVecs(x, 3, &many));
  PetscCall(PetscObjectTypeCompare((PetscObject)many[2], QV_VEC_TYPE, &is));
  EXPECT(is);
  PetscCall(qv_vec_space(many[2], &theirs));
  EXPECT(qv_space_equal(&theirs, &space));
  PetscCall(VecNorm(many[2], NORM_2, &got));
  EXPECT_BITS(got, 0.0);
  PetscCall(VecCopy(x, many[1]));
  PetscCall(VecDot(many[1], x, &got));
  EXPECT_BITS(got, truth(&space, "x", "x", PRODUCT));
  PetscCall(VecSum(many[1], &got));
  PetscCall(VecMDot(x, 3, many, (double[3]){0}));
  EXPECT_INT(count, 4);
  PetscCall(VecDestroyVecs(3, &many));
  PetscCall(VecDestroy(&x));
  return 0;
}

/* Sums of all products without rounding, whatever the layout. */
static double exact(int64_t first, int64_t n) {
  qv_sum sum = {0};
  for (int64_t i = first; i < first + n; i++) {
    const volatile double p = entry("x", i) * entry("y", i);
    qv_sum_add(&sum, p);
  }
  return qv_sum_round(&sum);
}

static PetscErrorCode vectors_by_name_add_exactly(void) {
  Vec      v[2], part[2];
  IS       set;
  PetscInt first, last;
  double   got;
  qv_space none;
  PetscCall(qv_vec_register());
  for (int k = 0; k < 2; k++) {
    PetscCall(VecCreate(PETSC_COMM_WORLD, &v[k]));
    PetscCall(VecSetSizes(v[k], PETSC_DECIDE, N));
    PetscCall(VecSetType(v[k], QV_VEC_TYPE));
    PetscCall(VecGetOwnershipRange(v[k], &first, &last));
    for (PetscInt i = first; i < last; i++)
      PetscCall(VecSetValue(v[k], i, entry(k ? "y" : "x", i), INSERT_VALUES));
    PetscCall(VecAssemblyBegin(v[k]));
    PetscCall(VecAssemblyEnd(v[k]));
  }
  PetscCall(VecDot(v[0], v[1], &got));
  EXPECT_BITS(got, exact(0, N));
  const PetscInt from = PetscMax(first, 100), to = PetscMin(last, 1300);
  PetscCall(ISCreateStride(PETSC_COMM_WORLD, PetscMax(to - from, 0), from, 1, &set));
  for (int k = 0; k < 2; k++) PetscCall(VecGetSubVector(v[k], set, &part[k]));
  PetscCall(VecDot(part[0], part[1], &got));
  EXPECT_BITS(got, exact(100, 1200));
  for (int k = 0; k < 2; k++) PetscCall(VecRestoreSubVector(v[k], set, &part[k]));
  PetscCall(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  EXPECT(qv_vec_space(v[0], &none) != 0);
  PetscCall(PetscPopErrorHandler());
  PetscCall(ISDestroy(&set));
  PetscCall(VecDestroy(&v[0]));
  PetscCall(VecDestroy(&v[1]));
  return 0;
}

/* The first VecSetRandom of a new generator, on one rank. */
static PetscErrorCode alone(const qv_space *space, double *sum) {
  Vec         v;
  PetscRandom random;
  int         rank;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  if (rank == 0) {
    PetscCall(qv_vec_create(PETSC_COMM_SELF, space, &v));
    PetscCall(PetscRandomCreate(PETSC_COMM_SELF, &random));
    PetscCall(PetscRandomSetFromOptions(random));
    PetscCall(VecSetRandom(v, random));
    PetscCall(VecSum(v, sum));
    PetscCall(PetscRandomDestroy(&random));
    PetscCall(VecDestroy(&v));
  }
  MPI_Bcast(sum, 1, MPI_DOUBLE, 0, PETSC_COMM_WORLD);
  return 0;
}

static PetscErrorCode numbers_follow_the_index(void) {
  const qv_space  space = qv_space_panel(qv_space_reals(777), 3);
  const qv_stream s     = qv_stream_named(9, "draw");
  Vec             v;
  PetscRandom     random;
  double          want[3 * 777], sum[2], one;
  bool            equal;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &v));
  PetscCall(qv_vec_normal(v, 9, "draw"));
  for (int r = 0; r < 3; r++) {
    qv_space_run run;
    PetscCall(qv_vec_run(v, r, &run));
    for (int64_t i = 0; i < run.count; i++)
      want[run.local + i] = qv_random_normal(s, (uint64_t)(777 * r + run.index % 777 + i), 0);
  }
  PetscCall(same(v, want, &equal));
  EXPECT(equal);
  PetscCall(PetscRandomCreate(PETSC_COMM_WORLD, &random));
  PetscCall(PetscRandomSetFromOptions(random));
  for (int k = 0; k < 2; k++) {
    PetscCall(VecSetRandom(v, random));
    PetscCall(VecSum(v, &sum[k]));
  }
  EXPECT(sum[0] != sum[1]);
  EXPECT_REL(sum[0], 777 * 3 * 0.5, 0.03);
  PetscCall(alone(&space, &one));
  EXPECT_BITS(sum[0], one);
  PetscCall(PetscRandomDestroy(&random));
  PetscCall(VecDestroy(&v));
  return 0;
}

/* VecNormalize leaves a rescaled norm in the cache; a written state forgets it. */
static PetscErrorCode written_states_have_fresh_norms(void) {
  const qv_space space = qv_space_reals(N);
  int            stale = 0;
  Vec            v;
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &v));
  for (int k = 0; k < 50; k++) {
    double cached, fresh, square;
    PetscCall(qv_vec_normal(v, (uint64_t)k, "state"));
    PetscCall(VecNorm(v, NORM_2, &cached));
    PetscCall(VecScale(v, 1 / cached));
    PetscCall(VecNorm(v, NORM_2, &cached));
    PetscCall(qv_vec_written(v));
    PetscCall(VecNorm(v, NORM_2, &fresh));
    PetscCall(VecDot(v, v, &square));
    EXPECT_BITS(fresh, sqrt(square));
    stale += cached != fresh;
  }
  EXPECT(stale > 0);
  PetscCall(VecDestroy(&v));
  return 0;
}

static PetscErrorCode views_lie_over_arrays(void) {
  const qv_space space = qv_space_reals(N);
  Vec            x, view, copy;
  double        *a, got;
  PetscCall(make(&space, "x", &x));
  PetscCall(qv_vec_create_view(PETSC_COMM_WORLD, &space, &view));
  PetscCall(VecGetArray(x, &a));
  PetscCall(VecPlaceArray(view, a));
  PetscCall(VecDot(view, view, &got));
  EXPECT_BITS(got, truth(&space, "x", "x", PRODUCT));
  PetscCall(VecDuplicate(view, &copy));
  PetscCall(VecCopy(view, copy));
  PetscCall(VecResetArray(view));
  PetscCall(VecRestoreArray(x, &a));
  PetscCall(VecAXPY(copy, -1, x));
  PetscCall(VecNorm(copy, NORM_INFINITY, &got));
  EXPECT_BITS(got, 0.0);
  PetscCall(VecDestroy(&copy));
  PetscCall(VecDestroy(&view));
  PetscCall(VecDestroy(&x));
  return 0;
}

/* Negative control: PETSc's own vector gives most sums other bits than those of one rank. */
static PetscErrorCode stock_vectors_differ(void) {
  const qv_space space = qv_space_reals(N);
  Vec            x, stock;
  PetscInt       n, all;
  int            size, differ = 0;
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  PetscCall(qv_vec_create(PETSC_COMM_WORLD, &space, &x));
  PetscCall(VecGetLocalSize(x, &n));
  PetscCall(VecGetSize(x, &all));
  PetscCall(VecCreateMPI(PETSC_COMM_WORLD, n, all, &stock));
  for (int k = 0; k < MANY; k++) {
    const qv_stream s = qv_stream_named((uint64_t)k, "stock");
    double          got, sum, serial = 0;
    PetscCall(qv_vec_normal(x, (uint64_t)k, "stock"));
    PetscCall(VecCopy(x, stock));
    PetscCall(VecSum(x, &sum));
    PetscCall(VecSum(stock, &got));
    for (int i = 0; i < N; i++) serial += qv_random_normal(s, (uint64_t)i, 0);
    differ += size > 1 ? got != serial : got != sum;
  }
  EXPECT(differ > MANY / 2);
  PetscCall(VecDestroy(&stock));
  PetscCall(VecDestroy(&x));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"sums have the bits of one rank", sums_have_the_bits_of_one_rank},
               {"many at once", many_at_once}, {"split phases", split_phases},
               {"extremes", extremes}, {"empty vectors", empty_vectors},
               {"updates are not fused", updates_are_not_fused},
               {"duplicates are of the type", duplicates_are_of_the_type},
               {"vectors by name add exactly", vectors_by_name_add_exactly},
               {"numbers follow the index", numbers_follow_the_index},
               {"written states have fresh norms", written_states_have_fresh_norms},
               {"views lie over arrays", views_lie_over_arrays},
               {"stock vectors differ", stock_vectors_differ});
}
