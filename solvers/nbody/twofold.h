/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arithmetic in twice the working precision: a number is an unevaluated sum high + low, about 106
 * bits. Products by Dekker's splitting, so that the bits do not depend on fused instructions. */
#pragma once
#include <math.h>

typedef struct {
  double high, low;
} qv_twofold;

/* a + b exactly, any order of magnitude (Knuth). */
static inline qv_twofold qv_twofold_sum(double a, double b) {
  const double s = a + b, t = s - a;
  return (qv_twofold){s, (a - (s - t)) + (b - t)};
}

/* a + b exactly for |a| >= |b| (Dekker). */
static inline qv_twofold qv_twofold_quick(double a, double b) {
  const double s = a + b;
  return (qv_twofold){s, b - (s - a)};
}

/* a * b exactly, up to overflow of the splitting near 1e300. */
static inline qv_twofold qv_twofold_product(double a, double b) {
  const double splitter = 134217729.0; /* 2^27 + 1 */
  const double p = a * b, ca = splitter * a, cb = splitter * b;
  const double ah = ca - (ca - a), al = a - ah, bh = cb - (cb - b), bl = b - bh;
  return (qv_twofold){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static inline qv_twofold qv_twofold_add(qv_twofold a, qv_twofold b) {
  qv_twofold       s = qv_twofold_sum(a.high, b.high);
  const qv_twofold t = qv_twofold_sum(a.low, b.low);
  s                  = qv_twofold_quick(s.high, s.low + t.high);
  return qv_twofold_quick(s.high, s.low + t.low);
}

static inline qv_twofold qv_twofold_negative(qv_twofold a) {
  return (qv_twofold){-a.high, -a.low};
}

static inline qv_twofold qv_twofold_subtract(qv_twofold a, qv_twofold b) {
  return qv_twofold_add(a, qv_twofold_negative(b));
}

static inline qv_twofold qv_twofold_multiply(qv_twofold a, qv_twofold b) {
  const qv_twofold p = qv_twofold_product(a.high, b.high);
  return qv_twofold_quick(p.high, p.low + (a.high * b.low + a.low * b.high));
}

static inline qv_twofold qv_twofold_divide(qv_twofold a, qv_twofold b) {
  const double     q1 = a.high / b.high;
  const qv_twofold r  = qv_twofold_subtract(a, qv_twofold_multiply((qv_twofold){q1, 0}, b));
  const double     q2 = r.high / b.high;
  const qv_twofold s  = qv_twofold_subtract(r, qv_twofold_multiply((qv_twofold){q2, 0}, b));
  return qv_twofold_add(qv_twofold_quick(q1, q2), (qv_twofold){s.high / b.high, 0});
}

static inline qv_twofold qv_twofold_root(qv_twofold a) {
  if (!(a.high > 0)) return (qv_twofold){sqrt(a.high), 0};
  const double     y = sqrt(a.high);
  const qv_twofold r = qv_twofold_subtract(a, qv_twofold_product(y, y));
  return qv_twofold_quick(y, r.high / (2 * y));
}

static inline qv_twofold qv_twofold_dot(const qv_twofold a[3], const qv_twofold b[3]) {
  return qv_twofold_add(
    qv_twofold_add(qv_twofold_multiply(a[0], b[0]), qv_twofold_multiply(a[1], b[1])),
    qv_twofold_multiply(a[2], b[2]));
}

static inline void qv_twofold_cross(const qv_twofold a[3], const qv_twofold b[3], qv_twofold c[3]) {
  for (int i = 0; i < 3; i++) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    c[i] = qv_twofold_subtract(qv_twofold_multiply(a[j], b[k]), qv_twofold_multiply(a[k], b[j]));
  }
}
