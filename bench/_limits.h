/* SPDX-License-Identifier: GPL-3.0-or-later
 * What one core of this machine can do, measured in the run that compares with it. Include it once.
 */
#pragma once
#include <math.h>
#include <petscsys.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define QV_BENCH_CLONES __attribute__((noinline, target_clones("avx512f", "fma", "default")))

/* Seconds of this process on its core: other work on a shared machine does not count. */
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { LIMIT_LANES = 128 };

/* Independent fused multiply-adds that stay in registers; 2 flops each. */
QV_BENCH_CLONES static void fused(int64_t n, double *lane) {
  double a[LIMIT_LANES];
  memcpy(a, lane, sizeof a);
  for (int64_t i = 0; i < n; i++)
    for (int k = 0; k < LIMIT_LANES; k++) a[k] = __builtin_fma(a[k], 0.999999, 1e-9);
  memcpy(lane, a, sizeof a);
}

/* Fused multiply-adds in GFLOP/s, best of several. */
static double limit_flops(void) {
  double  lane[LIMIT_LANES] = {1}, best = 0;
  int64_t n = 200000;
  for (int again = 0; again < 9; again++) {
    const double begin = now();
    fused(n, lane);
    const double seconds = now() - begin;
    best                 = fmax(best, 2.0 * LIMIT_LANES * (double)n / seconds * 1e-9);
  }
  return lane[0] > 1e300 ? 0 : best;
}

/* Independent 1 / sqrt(a), a root and a quotient each. */
QV_BENCH_CLONES __attribute__((unused)) static void rooted(int64_t n, double *lane) {
  double a[LIMIT_LANES];
  memcpy(a, lane, sizeof a);
  for (int64_t i = 0; i < n; i++)
    for (int k = 0; k < LIMIT_LANES; k++) a[k] = 1 / __builtin_sqrt(a[k]);
  memcpy(lane, a, sizeof a);
}

/* Billions of roots with a quotient a second, best of several. */
__attribute__((unused)) static double limit_roots(void) {
  double  lane[LIMIT_LANES], best = 0;
  int64_t n = 20000;
  for (int k = 0; k < LIMIT_LANES; k++) lane[k] = 1 + k;
  for (int again = 0; again < 9; again++) {
    const double begin = now();
    rooted(n, lane);
    best = fmax(best, (double)LIMIT_LANES * (double)n / (now() - begin) * 1e-9);
  }
  return lane[0] > 1e300 ? 0 : best;
}

/* y += a x over `bytes` of x and as many of y, in GB/s moved (x, y read, y written), best of
 * several. */
__attribute__((unused)) static double limit_stream(size_t bytes) {
  const size_t n = bytes / sizeof(double), passes = 1 + (size_t)2e8 / bytes;
  double      *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y), best = 0;
  for (size_t i = 0; x && y && i < n; i++) x[i] = y[i] = 1;
  for (int again = 0; x && y && again < 9; again++) {
    const double begin = now();
    for (size_t p = 0; p < passes; p++) {
      for (size_t i = 0; i < n; i++) y[i] += 1e-9 * x[i];
      __asm__ volatile("" : : "r"(y) : "memory");
    }
    const double seconds = now() - begin;
    best                 = fmax(best, 24.0 * (double)(n * passes) / seconds * 1e-9);
  }
  free(x);
  free(y);
  return best;
}
