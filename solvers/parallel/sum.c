/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fixed-point accumulator. Word i < 68 is signed and weighs 2^(32 i - 1074), so that bit 0 is
 * the smallest denormal. Between calls every word stays below 2^62: one double moves a word by less
 * than 2^33, and whoever adds then looks for words beyond 2^61 and moves their excess up. */
#include "solvers/parallel/sum.h"

#include "solvers/parallel/sum_kernel.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { DIGITS = 68, NANS = 68, PLUS_INFS = 69, MINUS_INFS = 70, BLOCK = 64, EXACT_BLOCK = 512 };

#define LOW_32 UINT64_C(0xffffffff)

/* Leave words first to last - 1 in [0, 2^32); the last one takes the sign. */
static void carry(int64_t *word, int first, int last) {
  int64_t excess = 0;
  for (int i = first; i < last; i++) {
    excess += word[i];
    word[i] = (int64_t)((uint64_t)excess & LOW_32);
    excess >>= 32;
  }
  word[last] += excess;
}

/* Not 0 where a word is outside [-2^61, 2^61). */
static inline uint64_t excess_of(int64_t word) {
  return ((uint64_t)word + (UINT64_C(1) << 61)) >> 62;
}

static void settle(int64_t *word) {
  uint64_t excess = 0;
  for (int i = 0; i < DIGITS; i++) excess |= excess_of(word[i]);
  if (excess) carry(word, 0, DIGITS - 1);
}

/* Add a double that is not finite: to the count of its kind. */
static void add_special(int64_t *word, uint64_t bits) {
  if (bits << 12)
    word[NANS]++;
  else
    word[bits >> 63 ? MINUS_INFS : PLUS_INFS]++;
}

/* Add a double; return the first of the three words that it touched. */
static inline int64_t *add(int64_t *word, double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const unsigned exponent = (unsigned)(bits >> 52) & 0x7ff;
  const uint64_t fraction = bits & (UINT64_MAX >> 12);
  if (exponent == 0x7ff) {
    add_special(word, bits);
    return word;
  }
  const uint64_t significand = fraction | (uint64_t)(exponent > 0) << 52;
  const unsigned offset      = exponent - (exponent > 0);
  const unsigned shift       = offset % 32;
  const uint64_t low = (significand & LOW_32) << shift, high = (significand >> 32) << shift;
  const int64_t  sign  = -(int64_t)(bits >> 63);
  int64_t *const first = word + offset / 32;
  first[0] += ((int64_t)(low & LOW_32) ^ sign) - sign;
  first[1] += ((int64_t)((low >> 32) + (high & LOW_32)) ^ sign) - sign;
  first[2] += ((int64_t)(high >> 32) ^ sign) - sign;
  return first;
}

void qv_sum_add(qv_sum *sum, double x) {
  const int64_t *w = add(sum->word, x);
  if (excess_of(w[0]) | excess_of(w[1]) | excess_of(w[2])) carry(sum->word, 0, DIGITS - 1);
}

/* Add a few doubles, at most EXACT_BLOCK. */
static void add_block(qv_sum *sum, int64_t n, const double *x) {
  for (int64_t i = 0; i < n; i++) (void)add(sum->word, x[i]);
  settle(sum->word);
}

/* The entries after the last whole tile, padded with +0. */
static void pad(double tile[QV_TILE], int64_t n, const double *x) {
  memset(tile, 0, QV_TILE * sizeof *tile);
  memcpy(tile, x, (size_t)n * sizeof *tile);
}

void qv_sum_add_tiles(qv_sum *sum, int64_t n, const double *x) {
  double  part[BLOCK], last[QV_TILE];
  int64_t tiles = n / QV_TILE;
  while (tiles > 0) {
    const int64_t step = tiles < BLOCK ? tiles : BLOCK;
    qv_sum_kernel_tiles(step, x, part);
    add_block(sum, step, part);
    tiles -= step;
    x += step * QV_TILE;
  }
  if (n % QV_TILE) {
    pad(last, n % QV_TILE, x);
    qv_sum_kernel_tiles(1, last, part);
    qv_sum_add(sum, part[0]);
  }
}

void qv_sum_add_products(qv_sum *sum, int64_t n, const double *x, const double *y) {
  double  part[BLOCK], last_x[QV_TILE], last_y[QV_TILE];
  int64_t tiles = n / QV_TILE;
  while (tiles > 0) {
    const int64_t step = tiles < BLOCK ? tiles : BLOCK;
    qv_sum_kernel_products(step, x, y, part);
    add_block(sum, step, part);
    tiles -= step;
    x += step * QV_TILE;
    y += step * QV_TILE;
  }
  if (n % QV_TILE) {
    pad(last_x, n % QV_TILE, x);
    pad(last_y, n % QV_TILE, y);
    qv_sum_kernel_products(1, last_x, last_y, part);
    qv_sum_add(sum, part[0]);
  }
}

void qv_sum_add_exact(qv_sum *sum, int64_t n, const double *x, const double *y) {
  double product[EXACT_BLOCK];
  for (int64_t i = 0; i < n; i += EXACT_BLOCK) {
    const int64_t step = n - i < EXACT_BLOCK ? n - i : EXACT_BLOCK;
    if (y)
      for (int64_t k = 0; k < step; k++) product[k] = x[i + k] * y[i + k];
    add_block(sum, step, y ? product : x + i);
  }
}

void qv_sum_merge(qv_sum *sum, const qv_sum *other) {
  for (int i = 0; i < QV_SUM_WORDS; i++) sum->word[i] += other->word[i];
  carry(sum->word, 0, DIGITS - 1);
}

/* Non-negative digits below 2^32, top digit not zero, to the nearest double, ties to even. */
static double nearest(const int64_t *digit, int top) {
  const int last = 32 * top + 63 - __builtin_clzll((unsigned long long)digit[top]);
  const int cut  = last - 52; /* bits below it are rounded away */
  uint64_t  bits = (uint64_t)digit[0] | (uint64_t)digit[1] << 32;
  double    value;
  if (cut > 2045) return INFINITY;
  if (cut > 0) {
    const int      i = cut / 32, k = cut % 32;
    const uint64_t kept = (uint64_t)digit[i] >> k | (uint64_t)digit[i + 1] << (32 - k) |
                          (k ? (uint64_t)digit[i + 2] << (64 - k) : 0);
    const int      h      = (cut - 1) / 32;
    const uint64_t half   = UINT64_C(1) << (cut - 1) % 32;
    uint64_t       sticky = (uint64_t)digit[h] & (half - 1);
    for (int j = 0; j < h && !sticky; j++) sticky = (uint64_t)digit[j];
    const bool up = ((uint64_t)digit[h] & half) && (sticky || (kept & 1));
    /* The hidden bit of kept raises the exponent field from cut to cut + 1. */
    bits = ((uint64_t)cut << 52) + kept + up;
  }
  memcpy(&value, &bits, sizeof value);
  return value;
}

double qv_sum_round(const qv_sum *sum) {
  const int64_t *word          = sum->word;
  int64_t        digit[DIGITS] = {0};
  int            low = 0, top = DIGITS - 1;
  if (word[NANS] || (word[PLUS_INFS] && word[MINUS_INFS])) return NAN;
  if (word[PLUS_INFS]) return INFINITY;
  if (word[MINUS_INFS]) return -INFINITY;
  while (top >= 0 && !word[top]) top--;
  if (top < 0) return 0;
  while (!word[low]) low++;
  memcpy(digit + low, word + low, (size_t)(top - low + 1) * sizeof *digit);
  if (top < DIGITS - 1) top++; /* room for what the topmost word gives up */
  carry(digit, low, top);
  const bool negative = digit[top] < 0;
  if (negative) {
    for (int i = low; i <= top; i++) digit[i] = -digit[i];
    carry(digit, low, top);
  }
  while (top >= 0 && !digit[top]) top--;
  if (top < 0) return 0;
  return negative ? -nearest(digit, top) : nearest(digit, top);
}

PetscErrorCode qv_sum_join(MPI_Comm comm, int m, qv_sum *sums) {
  int size;

  PetscFunctionBegin;
  PetscCheck(m >= 0 && m <= PETSC_MPI_INT_MAX / QV_SUM_WORDS, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "cannot join %d sums at once", m);
  PetscCallMPI(MPI_Comm_size(comm, &size));
  if (size == 1 || m == 0) PetscFunctionReturn(0);
  for (int i = 0; i < m; i++) carry(sums[i].word, 0, DIGITS - 1);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sums, m * QV_SUM_WORDS, MPI_INT64_T, MPI_SUM, comm));
  PetscFunctionReturn(0);
}
