/* SPDX-License-Identifier: GPL-3.0-or-later
 * The arithmetic of a network in one precision: a file sets QV_NETWORK_IN_SINGLE to 1 or 0 before
 * it includes this. Products are the BLAS's, row by row storage; the rest is vectorised here. */
#pragma once
#include "solvers/nn/network_impl.h"

#include <petscblaslapack.h>
#include <string.h>

#ifndef QV_NETWORK_IN_SINGLE
#define QV_NETWORK_IN_SINGLE 0
#endif

#if defined(__x86_64__)
#define QV_NETWORK_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define QV_NETWORK_CLONES
#endif
#define QV_NETWORK_INLINE static inline __attribute__((always_inline))

/* SHIFT + n has n in its last bits; beyond SATURATED tanh is 1; what is below TINY costs time as a
 * subnormal number and adds nothing. ln 2 in two parts, the first with few bits. */
#if QV_NETWORK_IN_SINGLE
#define NAME(name) name##_single
typedef float    real;
typedef uint32_t bits;
#define GEMM  sgemm_
#define SHIFT 12582912.0F
enum { MANTISSA = 23, ONE = 127, TERMS = 8 };
static const real SATURATED = 9.2F, TINY = 1e-30F, LN2_HIGH = 0.693359375F,
                  LN2_LOW = -2.12194440e-4F;
extern void sgemm_(const char *, const char *, const PetscBLASInt *, const PetscBLASInt *,
                   const PetscBLASInt *, const float *, const float *, const PetscBLASInt *,
                   const float *, const PetscBLASInt *, const float *, float *,
                   const PetscBLASInt *);
#else
#define NAME(name) name##_double
typedef double   real;
typedef uint64_t bits;
#define GEMM       BLASgemm_
#define SHIFT      6755399441055744.0
enum { MANTISSA = 52, ONE = 1023, TERMS = 14 };
static const real SATURATED = 20, TINY = 1e-200, LN2_HIGH = 0x1.62e42fee00000p-1,
                  LN2_LOW = 0x1.a39ef35793c76p-33;
#endif

/* 1/k! */
static const real INVERSE_FACTORIAL[] = {
  (real)1,
  (real)1,
  (real)(1.0 / 2),
  (real)(1.0 / 6),
  (real)(1.0 / 24),
  (real)(1.0 / 120),
  (real)(1.0 / 720),
  (real)(1.0 / 5040),
  (real)(1.0 / 40320),
  (real)(1.0 / 362880),
  (real)(1.0 / 3628800),
  (real)(1.0 / 39916800),
  (real)(1.0 / 479001600),
  (real)(1.0 / 6227020800.0),
  (real)(1.0 / 87178291200.0),
};

/* tanh = t/(t + 2) with t = exp(2|x|) - 1 by Taylor's series after reduction: exact in the last
 * digits also near 0. */
QV_NETWORK_INLINE real tanh_of(real x) {
  const real size    = x < 0 ? -x : x;
  const real y       = 2 * (size > SATURATED ? SATURATED : size);
  const real shifted = y * (real)1.4426950408889634 + SHIFT, n = shifted - SHIFT;
  const real r = (y - n * LN2_HIGH) - n * LN2_LOW;
  real       p = INVERSE_FACTORIAL[TERMS];
  real       power;
  bits       word;
  for (int k = TERMS - 1; k > 0; k--) p = p * r + INVERSE_FACTORIAL[k];
  memcpy(&word, &shifted, sizeof word);
  word = (word << MANTISSA) + ((bits)ONE << MANTISSA);
  memcpy(&power, &word, sizeof power);
  const real t = power * (p * r) + (power - 1), value = t / (t + 2);
  return x < 0 ? -value : value;
}

QV_NETWORK_INLINE real flushed(real x) {
  return x < TINY && x > -TINY ? 0 : x;
}

/* a := tanh(a + bias), rows of n. */
QV_NETWORK_CLONES static void NAME(qv_network_clone_tanh)(int64_t rows, int64_t n,
                                                          const real *restrict bias,
                                                          real *restrict a) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t k = 0; k < n; k++) a[i * n + k] = tanh_of(a[i * n + k] + bias[k]);
}

/* rate := (1 - h^2)(rate + bias) */
QV_NETWORK_CLONES static void NAME(qv_network_clone_rate)(int64_t rows, int64_t n,
                                                          const real *restrict bias,
                                                          const real *restrict h,
                                                          real *restrict rate) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t k = 0; k < n; k++) {
      const real v    = h[i * n + k];
      rate[i * n + k] = flushed((1 - v * v) * (rate[i * n + k] + bias[k]));
    }
}

/* a := (1 - h^2) g */
QV_NETWORK_CLONES static void NAME(qv_network_clone_back)(int64_t n, const real *restrict h,
                                                          const real *restrict g,
                                                          real *restrict a) {
  for (int64_t i = 0; i < n; i++) a[i] = flushed((1 - h[i] * h[i]) * g[i]);
}

/* a -= 2 g h h' */
QV_NETWORK_CLONES static void NAME(qv_network_clone_bend)(int64_t n, const real *restrict h,
                                                          const real *restrict rate,
                                                          const real *restrict g,
                                                          real *restrict a) {
  for (int64_t i = 0; i < n; i++) a[i] = flushed(a[i] - 2 * g[i] * h[i] * rate[i]);
}

/* sum[k] += sum over rows of a */
QV_NETWORK_CLONES static void NAME(qv_network_clone_columns)(int64_t rows, int64_t n,
                                                             const real *restrict a,
                                                             real *restrict sum) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t k = 0; k < n; k++) sum[k] += a[i * n + k];
}

/* An affine map of `rows` rows: from `in` numbers to `out`. */
typedef struct {
  int64_t rows, in, out;
} map;

static inline void multiply(const char *operations, const int64_t size[3], const real *left,
                            const real *right, real beta, real *result) {
  const PetscBLASInt m = (PetscBLASInt)size[0], n = (PetscBLASInt)size[1],
                     k   = (PetscBLASInt)size[2];
  const PetscBLASInt ld1 = operations[0] == 'N' ? m : k, ld2 = operations[1] == 'N' ? k : n;
  const real         one = 1;
  if (n > 0 && k > 0)
    GEMM(operations, operations + 1, &m, &n, &k, &one, left, &ld1, right, &ld2, &beta, result, &m);
}

/* c[rows, out] := a[rows, in] w[in, out] + beta c */
static inline void forward(map f, const real *a, const real *w, real beta, real *c) {
  multiply("NN", (int64_t[3]){f.out, f.rows, f.in}, w, a, beta, c);
}

/* c[rows, in] := d[rows, out] w' + beta c */
static inline void backward(map f, const real *d, const real *w, real beta, real *c) {
  multiply("TN", (int64_t[3]){f.in, f.rows, f.out}, w, d, beta, c);
}

/* c[in, out] += a' d */
static inline void collect(map f, const real *a, const real *d, real *c) {
  multiply("NT", (int64_t[3]){f.out, f.in, f.rows}, d, a, 1, c);
}
