/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imaging/order.h"

#include <math.h>

#include "solvers/parallel/random.h"

static const double pi = 3.141592653589793238;

enum {
#define QV_ORDER(name, word, doc) ORDER_##name,
#include "imaging/orders.def"
#undef QV_ORDER
};

const qv_choice qv_order_words[] = {
#define QV_ORDER(name, word, doc) {word, doc},
#include "imaging/orders.def"
#undef QV_ORDER
  {NULL, NULL}};

bool qv_order_allows(int order, int64_t p) {
  return order != ORDER_bit_reversed || (p & (p - 1)) == 0;
}

bool qv_order_is_random(int order) {
  return order == ORDER_random;
}

static int64_t reverse(int64_t i, int64_t p) {
  int64_t r = 0;
  for (; p > 1; p /= 2, i /= 2) r = 2 * r + i % 2;
  return r;
}

/* Fisher and Yates, from the last place down. */
static void permute(uint64_t seed, int64_t n, double *angle) {
  const qv_stream stream = qv_stream_named(seed, "angles");
  for (int64_t i = n - 1; i > 0; i--) {
    const int64_t j     = (int64_t)qv_random_below(stream, (uint64_t)i, 0, (uint64_t)i + 1);
    const double  other = angle[j];
    angle[j]            = angle[i];
    angle[i]            = other;
  }
}

PetscErrorCode qv_order_angles(int order, uint64_t seed, int64_t n, int64_t period, double *angle) {
  static const double golden = 0.61803398874989484820;

  PetscFunctionBegin;
  PetscCheck(qv_order_allows(order, period) && n % period == 0, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "no such order of %lld projections", (long long)n);
  for (int64_t i = 0; i < period; i++) {
    const double p = (double)period;
    switch (order) {
      case ORDER_golden:
        angle[i] = pi * fmod((double)i * golden, 1);
        break;
      case ORDER_bit_reversed:
        angle[i] = pi * (double)reverse(i, period) / p;
        break;
      default:
        angle[i] = pi * (double)i / p;
    }
  }
  if (order == ORDER_random) permute(seed, period, angle);
  for (int64_t i = period; i < n; i++) angle[i] = angle[i - period];
  PetscFunctionReturn(0);
}
