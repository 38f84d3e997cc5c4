/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/linalg/panel_kernel.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

#define INLINE static inline __attribute__((always_inline))

enum { BLOCK = 64 };

/* `count` is BLOCK, known to the compiler, but in the last block. */
INLINE void block_of_reals(int64_t count, int terms, const double *a, int64_t stride,
                           const double *c, double *out) {
  double sum[BLOCK] = {0};
  for (int i = 0; i < terms; i++) {
    const double *x = a + i * stride;
    for (int64_t r = 0; r < count; r++) sum[r] += x[r] * c[i];
  }
  for (int64_t r = 0; r < count; r++) out[r] = sum[r];
}

INLINE void block_of_pairs(int64_t count, int terms, const double *a, int64_t stride,
                           const double *c, double *out) {
  double real[BLOCK] = {0}, imaginary[BLOCK] = {0};
  for (int i = 0; i < terms; i++) {
    const double *x = a + i * stride;
    for (int64_t r = 0; r < count; r++) {
      real[r] += x[r] * c[2 * i];
      imaginary[r] += x[r] * c[2 * i + 1];
    }
  }
  for (int64_t r = 0; r < count; r += 2) {
    out[r]     = real[r] - imaginary[r + 1];
    out[r + 1] = real[r + 1] + imaginary[r];
  }
}

CLONES static void qv_panel_clone_multiply(int64_t n, int k, int l, const double *a, double *out,
                                           int64_t stride, const double *c, bool upper) {
  for (int64_t r = 0; r < n; r += BLOCK)
    for (int j = l - 1; j >= 0; j--) {
      const int     terms  = upper ? j + 1 : k;
      const double *factor = c + (int64_t)k * j;
      if (n - r >= BLOCK)
        block_of_reals(BLOCK, terms, a + r, stride, factor, out + j * stride + r);
      else
        block_of_reals(n - r, terms, a + r, stride, factor, out + j * stride + r);
    }
}

CLONES static void qv_panel_clone_pairs(int64_t n, int k, int l, const double *a, double *out,
                                        int64_t stride, const double *c, bool upper) {
  for (int64_t r = 0; r < n; r += BLOCK)
    for (int j = l - 1; j >= 0; j--) {
      const int     terms  = upper ? j + 1 : k;
      const double *factor = c + (int64_t)2 * k * j;
      if (n - r >= BLOCK)
        block_of_pairs(BLOCK, terms, a + r, stride, factor, out + j * stride + r);
      else
        block_of_pairs(n - r, terms, a + r, stride, factor, out + j * stride + r);
    }
}

void qv_panel_kernel_multiply(int64_t n, int k, int l, const double *a, double *out, int64_t stride,
                              const double *c, bool upper) {
  qv_panel_clone_multiply(n, k, l, a, out, stride, c, upper);
}

void qv_panel_kernel_pairs(int64_t n, int k, int l, const double *a, double *out, int64_t stride,
                           const double *c, bool upper) {
  qv_panel_clone_pairs(n, k, l, a, out, stride, c, upper);
}
