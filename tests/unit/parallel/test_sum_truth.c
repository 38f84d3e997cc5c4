/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sums against exact arithmetic of another kind: one counter for each bit from 2^-1074 to 2^1100,
 * and tiles added by a scalar loop.
 * qv-test: np=1 labels=fast timeout=60 */
#include "solvers/parallel/sum.h"
#include "solvers/parallel/sum_kernel.h"
#include "tests/support/qv_test.h"
#include "tests/support/splitmix.h"

#include <math.h>
#include <string.h>

enum { BITS = 2200, LENGTH = 300, VECTORS = 6000 };

typedef struct {
  int64_t count[BITS]; /* of 2^(i - 1074), signed */
  int     nans, plus, minus;
} truth;

static void truth_add(truth *t, double x) {
  if (isnan(x))
    t->nans++;
  else if (isinf(x))
    *(x > 0 ? &t->plus : &t->minus) += 1;
  else if (x != 0) {
    int      exponent;
    uint64_t whole = (uint64_t)ldexp(frexp(fabs(x), &exponent), 53); /* |x| = whole 2^(e - 53) */
    for (int i = exponent - 53 + 1074; whole; i++, whole >>= 1)
      if (whole & 1) t->count[i] += x > 0 ? 1 : -1;
  }
}

/* Bits of a number that is not negative; false where it is. */
static bool truth_normalise(truth *t) {
  int64_t carry = 0;
  for (int i = 0; i < BITS; i++) {
    const int64_t have = t->count[i] + carry, bit = (have % 2 + 2) % 2;
    carry       = (have - bit) / 2;
    t->count[i] = bit;
  }
  return carry == 0;
}

static double truth_round(const truth *given) {
  truth t = *given;
  int   top, low;
  if (t.nans || (t.plus && t.minus)) return NAN;
  if (t.plus || t.minus) return t.plus ? INFINITY : -INFINITY;
  const bool negative = !truth_normalise(&t);
  if (negative) {
    for (int i = 0; i < BITS; i++) t.count[i] = -given->count[i];
    EXPECT(truth_normalise(&t));
  }
  for (top = BITS - 1; top >= 0 && !t.count[top]; top--) continue;
  if (top < 0) return 0;
  low          = top - 52 > 0 ? top - 52 : 0;
  double value = 0;
  for (int i = top; i >= low; i--) value = 2 * value + (double)t.count[i];
  bool above = false;
  for (int i = 0; i < low - 1; i++) above |= t.count[i] != 0;
  if (low > 0 && t.count[low - 1] && (above || t.count[low])) value += 1;
  value = ldexp(value, low - 1074);
  return negative ? -value : value;
}

static double tile_of(int n, const double *x, const double *y) {
  double t[64] = {0}, a[8];
  for (int i = 0; i < n; i++) t[i] = y ? x[i] * y[i] : x[i];
  for (int l = 0; l < 8; l++) {
    a[l] = t[l];
    for (int k = 1; k < 8; k++) a[l] += t[8 * k + l];
  }
  const double even = (a[0] + a[4]) + (a[2] + a[6]), odd = (a[1] + a[5]) + (a[3] + a[7]);
  return even + odd;
}

enum kind { UNIFORM, PATTERNS, DENORMAL, MIXED, WIDE, KINDS };

static double draw(enum kind kind, uint64_t *state) {
  static const double extreme[] = {1e300, -1e300, 5e-324, -5e-324, 1.7e308, -1.7e308};
  uint64_t            z         = splitmix(state);
  double              x;
  if (kind == UNIFORM) return (double)(z >> 11) * 0x1p-53 - 0.5;
  if (kind == MIXED) return extreme[z % 6];
  if (kind == DENORMAL) z &= UINT64_C(0x800fffffffffffff);
  if (kind == WIDE) z &= ~(UINT64_C(1) << 56); /* every exponent with a zero bit: all finite */
  memcpy(&x, &z, sizeof x);
  return x;
}

static void shuffle(int n, double *x, uint64_t *state) {
  for (int i = n - 1; i > 0; i--) {
    const int    j    = (int)(splitmix(state) % (uint64_t)(i + 1));
    const double kept = x[i];
    x[i]              = x[j];
    x[j]              = kept;
  }
}

static double merged(int n, const double *x, int parts) {
  qv_sum part[7] = {{{0}}}, all = {0};
  for (int i = 0; i < n; i++) qv_sum_add(&part[i % parts], x[i]);
  for (int p = parts; p-- > 0;) qv_sum_merge(&all, &part[p]);
  return qv_sum_round(&all);
}

static void check_exact(int n, double *x, uint64_t *state) {
  truth  want = {{0}, 0, 0, 0};
  qv_sum sum  = {0};
  for (int i = 0; i < n; i++) truth_add(&want, x[i]);
  const double value = truth_round(&want);
  qv_sum_add_exact(&sum, n, x, NULL);
  EXPECT_BITS(qv_sum_round(&sum), value);
  shuffle(n, x, state);
  EXPECT_BITS(merged(n, x, 2), value);
  EXPECT_BITS(merged(n, x, 3), value);
  EXPECT_BITS(merged(n, x, 7), value);
}

static void check_tiles(int n, const double *x, const double *y) {
  truth  want = {{0}, 0, 0, 0};
  qv_sum sum  = {0};
  for (int i = 0; i < n; i += 64)
    truth_add(&want, tile_of(n - i < 64 ? n - i : 64, x + i, y ? y + i : NULL));
  if (y)
    qv_sum_add_products(&sum, n, x, y);
  else
    qv_sum_add_tiles(&sum, n, x);
  EXPECT_BITS(qv_sum_round(&sum), truth_round(&want));
}

static PetscErrorCode agrees_with_exact_arithmetic(void) {
  uint64_t state = 1;
  double   x[LENGTH], y[LENGTH];
  for (int v = 0; v < VECTORS; v++) {
    const enum kind kind = (enum kind)(v % KINDS);
    const int       n    = 1 + (int)(splitmix(&state) % LENGTH);
    for (int i = 0; i < n; i++) {
      x[i] = draw(kind, &state);
      y[i] = draw(v / KINDS % 2 ? UNIFORM : kind, &state);
    }
    check_tiles(n, x, NULL);
    check_tiles(n, x, y);
    check_exact(n, x, &state);
  }
  return 0;
}

/* A merge of two full words, and what is full on both sides of zero. */
static PetscErrorCode merges_carry(void) {
  for (int i = 0; i < 66; i++)
    for (int sign = -1; sign <= 1; sign += 2) {
      truth  want = {{0}, 0, 0, 0};
      qv_sum a = {{0}}, b = {{0}};
      a.word[i] = b.word[i] = sign * ((INT64_C(1) << 61) - 1);
      a.word[0] -= sign;
      for (int k = 0; k < 61; k++) want.count[32 * i + k] = 2 * sign;
      want.count[0] -= sign;
      for (int k = 0; k < 3; k++) qv_sum_merge(&a, &b);
      for (int k = 0; k < 61; k++) want.count[32 * i + k] += 2 * sign;
      EXPECT_BITS(qv_sum_round(&a), truth_round(&want));
    }
  return 0;
}

/* Where a word would grow beyond its bound, its excess moves up and nothing is lost: word i + d is
 * full when doubles that touch words i, i + 1, i + 2 come in. */
static void check_full_word(int i, int d, int shift, int sign, bool bulk) {
  const int64_t full = (INT64_C(1) << 61) - 1;
  const double  x    = sign * ldexp(0x1.fffffffffffffp52, 32 * i + shift - 1074);
  truth         want = {{0}, 0, 0, 0};
  qv_sum        sum  = {{0}};
  sum.word[i + d]    = sign * full;
  for (int b = 0; b < 61; b++) want.count[32 * (i + d) + b] = sign;
  for (int k = 0; k < 5; k++) {
    if (bulk)
      qv_sum_add_exact(&sum, 1, &x, NULL);
    else
      qv_sum_add(&sum, x);
    truth_add(&want, x);
  }
  EXPECT_BITS(qv_sum_round(&sum), truth_round(&want));
  for (int w = 0; w < 68; w++) EXPECT(sum.word[w] <= full && sum.word[w] >= -full - 1);
}

static PetscErrorCode long_sums_do_not_overflow(void) {
  for (int i = 0; i < 63; i++)
    for (int d = 0; d < 3; d++)
      for (int shift = 0; shift < 32; shift += 5) {
        for (int bulk = 0; bulk < 2; bulk++) {
          check_full_word(i, d, shift, 1, bulk);
          check_full_word(i, d, shift, -1, bulk);
        }
      }
  return 0;
}

#if defined(__x86_64__)
#define LEVEL(name, isa)                                                                         \
  __attribute__((target(isa))) static void tiles_##name(int64_t n, const double *x, double *s) { \
    qv_sum_body_tiles(n, x, s);                                                                  \
  }                                                                                              \
  __attribute__((target(isa))) static void products_##name(int64_t n, const double *x,           \
                                                           const double *y, double *s) {         \
    qv_sum_body_products(n, x, y, s);                                                            \
  }
LEVEL(sse2, "sse2")
LEVEL(avx2, "avx2,fma")
LEVEL(avx512, "avx512f,avx512dq,avx512vl,fma")

static bool runs_here(int level) {
  __builtin_cpu_init();
  if (level == 1) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (level == 2)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
  return true;
}

/* One body, compiled for each instruction set (with FMA where it has one), and the chosen clone. */
static PetscErrorCode levels_agree(void) {
  enum { TILES = 2000, LEVELS = 4 };
  void (*const tiles[LEVELS])(int64_t, const double *, double *) = {
    tiles_sse2, tiles_avx2, tiles_avx512, qv_sum_kernel_tiles};
  void (*const products[LEVELS])(int64_t, const double *, const double *, double *) = {
    products_sse2, products_avx2, products_avx512, qv_sum_kernel_products};
  uint64_t state = 3;
  double  *x, *y, s[TILES];
  PetscCall(PetscMalloc2(TILES * 64, &x, TILES * 64, &y));
  for (int i = 0; i < TILES * 64; i++) {
    x[i] = draw(i / 64 % 2 ? UNIFORM : DENORMAL, &state);
    y[i] = draw(UNIFORM, &state);
  }
  for (int level = 0; level < LEVELS; level++) {
    if (!runs_here(level)) continue;
    tiles[level](TILES, x, s);
    for (int t = 0; t < TILES; t++) EXPECT_BITS(s[t], tile_of(64, x + 64 * t, NULL));
    products[level](TILES, x, y, s);
    for (int t = 0; t < TILES; t++) EXPECT_BITS(s[t], tile_of(64, x + 64 * t, y + 64 * t));
  }
  PetscCall(PetscFree2(x, y));
  return 0;
}
#else
static PetscErrorCode levels_agree(void) {
  qv_test_skip("one instruction set only");
  return 0;
}
#endif

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"agrees with exact arithmetic", agrees_with_exact_arithmetic},
               {"long sums do not overflow", long_sums_do_not_overflow},
               {"merges carry", merges_carry}, {"instruction sets agree", levels_agree});
}
