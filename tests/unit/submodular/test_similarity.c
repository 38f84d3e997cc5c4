/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * The kernels of similarities. With the argument `measure` (bench/similarity.sh): what a marginal
 * costs against what the core can read, and compute, in the same run. With `ranks`
 * (bench/submodular_ranks.sh): what it costs where all ranks share the clients. */
#include <math.h>
#include <time.h>

#include "optim/submodular/facility.h"
#include "optim/submodular/facility_kernel.h"
#include "optim/submodular/logdet.h"
#include "tests/support/qv_test.h"

#if defined(__x86_64__)
#define CLONES \
  __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3", "no-trapping-math")))
#else
#define CLONES
#endif

static double clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* What reading alone costs. */
CLONES static int64_t sum_of(int64_t n, const int64_t *x) {
  int64_t sum = 0;
  for (int64_t i = 0; i < n; i++) sum += x[i];
  return sum;
}

/* 16 * LANES * n flops on numbers that stay near the registers: products and differences, as
 * forward substitution has, in enough chains to hide their latency. */
enum { LANES = 128 };
CLONES static double flops_of(int64_t n, double c) {
  double s[LANES], all = 0;
  for (int l = 0; l < LANES; l++) s[l] = 1 + l;
  for (int64_t i = 0; i < n; i++)
    for (int l = 0; l < LANES; l++) {
      double x = s[l];
      x -= x * c;
      x -= x * c;
      x -= x * c;
      x -= x * c;
      x -= x * c;
      x -= x * c;
      x -= x * c;
      x -= x * c;
      s[l] = x;
    }
  for (int l = 0; l < LANES; l++) all += s[l];
  return all;
}

/* Kernels against loops that say what they mean, at all lengths around a vector. */
static PetscErrorCode kernels(void) {
  double offer[70], best[70], to[70];
  PetscFunctionBegin;
  for (int64_t n = 0; n < 70; n++) {
    int64_t want = 0;
    for (int64_t x = 0; x < n; x++) {
      offer[x] = x % 11 == 3 ? 0x1p52 : (double)((x * 7919 % 101) << (x % 45));
      best[x]  = x % 13 == 5 ? 0x1p52 : (double)((x * 104729 % 97) << (x % 44));
      want += offer[x] > best[x] ? (int64_t)offer[x] - (int64_t)best[x] : 0;
    }
    EXPECT_INT(qv_facility_gain(n, offer, best), want);
    qv_facility_raise(n, offer, best, to);
    for (int64_t x = 0; x < n; x++) EXPECT(to[x] == fmax(offer[x], best[x]));
  }
  PetscFunctionReturn(0);
}

enum { CLIENTS = 20000, ELEMENTS = 2000, REPEATS = 4, PIECE = 5 };

static PetscErrorCode measure_facility(void) {
  double       *similarity, read = 1e9, gain = 1e9;
  int64_t      *gains, *block, sink          = 0;
  int32_t      *all;
  qv_objective *f;
  qv_prefix    *p;
  const int64_t n = (int64_t)CLIENTS * ELEMENTS;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &similarity));
  PetscCall(PetscMalloc1(n, &block));
  PetscCall(PetscMalloc2(ELEMENTS, &gains, ELEMENTS, &all));
  for (int64_t i = 0; i < n; i++) similarity[i] = (double)((i * 2654435761) >> 8 & 0xffff);
  for (int64_t i = 0; i < n; i++) block[i] = i;
  for (int e = 0; e < ELEMENTS; e++) all[e] = e;
  PetscCall(qv_facility_create(NULL, ELEMENTS, CLIENTS, similarity, &f));
  PetscCall(f->kind->prefix_create(f, 10, &p));
  f->kind->push(p, 17, 1);
  for (int r = 0; r < REPEATS; r++) /* short pieces, of which some run undisturbed */
    for (int e = 0; e + PIECE <= ELEMENTS; e += PIECE) {
      double start = clock_now();
      for (int64_t i = e; i < e + PIECE; i++) sink += sum_of(CLIENTS, block + i * CLIENTS);
      read  = fmin(read, (clock_now() - start) / PIECE);
      start = clock_now();
      f->kind->gains(p, PIECE, all + e, gains);
      gain = fmin(gain, (clock_now() - start) / PIECE);
    }
  PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                        "# facility location, %d clients: %.2f us a marginal, %.1f GB/s; reading "
                        "alone %.1f GB/s; ratio %.2f (%d)\n",
                        CLIENTS, 1e6 * gain, 8e-9 * CLIENTS / gain, 8e-9 * CLIENTS / read,
                        read / gain, sink == 0));
  EXPECT(read / gain >= 0.6);
  PetscCall(f->kind->prefix_destroy(&p));
  PetscCall(qv_objective_destroy(&f));
  PetscCall(PetscFree(block));
  PetscCall(PetscFree2(gains, all));
  PetscFunctionReturn(0);
}

/* The shortest time of `some` marginals in one call, over all of them. */
static PetscErrorCode time_gains(qv_prefix *p, int32_t some, const int32_t *all, double *least) {
  int64_t gains[64];

  PetscFunctionBegin;
  *least = 1e9;
  for (int r = 0; r < REPEATS; r++)
    for (int32_t e = 0; e + some <= ELEMENTS; e += some) {
      const double start = clock_now();
      qv_objective_gains(p, some, all + e, gains);
      *least = fmin(*least, (clock_now() - start) / some);
    }
  PetscFunctionReturn(0);
}

/* Facility location whose clients are dealt out to all ranks. */
static PetscErrorCode measure_ranks(void) {
  qv_group      group;
  double       *similarity, block, alone;
  int32_t       all[ELEMENTS];
  qv_objective *f;
  qv_prefix    *p;

  PetscFunctionBegin;
  PetscCall(qv_group_split(PETSC_COMM_WORLD, INT32_MAX, &group));
  const qv_clients here = qv_facility_clients(&group, CLIENTS);
  const int64_t    n    = (int64_t)here.n * ELEMENTS;
  PetscCall(PetscMalloc1(n, &similarity));
  for (int64_t i = 0; i < n; i++) similarity[i] = (double)((i * 2654435761) >> 8 & 0xffff);
  for (int e = 0; e < ELEMENTS; e++) all[e] = e;
  PetscCall(qv_facility_create(&group, ELEMENTS, CLIENTS, similarity, &f));
  PetscCall(f->kind->prefix_create(f, 10, &p));
  f->kind->push(p, 17, 1);
  PetscCall(time_gains(p, 50, all, &block));
  PetscCall(time_gains(p, 1, all, &alone));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                        "%d ranks, %d clients: %.2f us a marginal in batches of 50, %.2f alone\n",
                        group.size, CLIENTS, 1e6 * block, 1e6 * alone));
  PetscCall(f->kind->prefix_destroy(&p));
  PetscCall(qv_objective_destroy(&f));
  PetscCall(qv_group_free(&group));
  PetscFunctionReturn(0);
}

enum { POINTS = 3200, K = 100, D = 8, ROUNDS = 1000, BLOCK = 64 };

static PetscErrorCode measure_logdet(qv_kernel kernel, double least) {
  qv_logdet_plan plan = {.kernel = kernel, .n = POINTS, .d = D, .alpha = 1, .sigma = 2};
  double         peak = 1e9, many = 1e9, one = 1e9, sink = 0;
  int64_t       *gains;
  int32_t       *all;
  qv_objective  *f;
  qv_prefix     *p;

  PetscFunctionBegin;
  if (kernel == QV_KERNEL_MATRIX) plan.d = POINTS;
  PetscCall(PetscCalloc1((int64_t)POINTS * plan.d, &plan.x));
  for (int64_t i = 0; i < (int64_t)POINTS * plan.d; i++)
    plan.x[i] = kernel == QV_KERNEL_MATRIX ? (double)(i % (POINTS + 1) == 0)
                                           : (double)((i * 2654435761) >> 8 & 0xffff) / 8192;
  PetscCall(PetscMalloc2(POINTS, &gains, POINTS, &all));
  for (int e = 0; e < POINTS; e++) all[e] = e;
  PetscCall(qv_logdet_create(&plan, &f));
  PetscCall(f->kind->prefix_create(f, K, &p));
  for (int i = 0; i < K; i++) f->kind->push(p, 31 * i, 1);
  for (int e = 0; e < POINTS; e += BLOCK) {
    double start = clock_now();
    sink += flops_of(ROUNDS, 1e-9);
    peak  = fmin(peak, (clock_now() - start) / (16.0 * LANES * ROUNDS));
    start = clock_now();
    f->kind->gains(p, BLOCK, all + e, gains);
    many  = fmin(many, (clock_now() - start) / BLOCK);
    start = clock_now();
    for (int i = e; i < e + BLOCK; i++) f->kind->gains(p, 1, &i, gains);
    one = fmin(one, (clock_now() - start) / BLOCK);
  }
  const double flops = (double)K * K + 2 * K; /* of the substitution */
  PetscCall(PetscPrintf(
    PETSC_COMM_WORLD,
    "# log-det, k = %d, %s: %.2f us a marginal in a batch, %.2f alone; %.1f and "
    "%.1f GF/s, the core %.1f without fused steps; ratio %.2f (%d)\n",
    K, kernel == QV_KERNEL_MATRIX ? "matrix" : "rbf of 8 coordinates", 1e6 * many, 1e6 * one,
    1e-9 * flops / many, 1e-9 * flops / one, 1e-9 / peak, flops * peak / many, sink == 0));
  EXPECT(flops * peak / many >= least);
  PetscCall(f->kind->prefix_destroy(&p));
  PetscCall(qv_objective_destroy(&f));
  PetscCall(PetscFree2(gains, all));
  PetscFunctionReturn(0);
}

/* The exponentials of a radial kernel cost about as much as the substitution. */
static PetscErrorCode measure_points(void) {
  return measure_logdet(QV_KERNEL_RBF, 0.15);
}
static PetscErrorCode measure_matrix(void) {
  return measure_logdet(QV_KERNEL_MATRIX, 0.25);
}

int main(int argc, char **argv) {
  if (argc > 1 && argv[1][0] == 'r') QV_TEST_MAIN(argc, argv, {"ranks", measure_ranks});
  if (argc > 1)
    QV_TEST_MAIN(argc, argv, {"facility location", measure_facility},
                 {"log-det of points", measure_points}, {"log-det of a matrix", measure_matrix});
  QV_TEST_MAIN(argc, argv, {"kernels", kernels});
}
