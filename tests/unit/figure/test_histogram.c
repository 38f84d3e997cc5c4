/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/figure/histogram.h"
#include "tests/support/qv_test.h"

#include <math.h>

enum { N = 20001 };
static double value[N];

/* Every value is in the bin that a search from scratch finds; edges rise; nothing is lost. */
static void check(int64_t n, const double *v, bool is_log, const qv_histogram *h) {
  double total = 0;
  for (int b = 0; b < h->n_bins; b++) {
    double count = 0;
    for (int64_t i = 0; i < n; i++) {
      const bool is_last = b == h->n_bins - 1;
      /* Edges of log bins are rounded: values on them may fall to either side. */
      count += v[i] >= h->edge[b] && (v[i] < h->edge[b + 1] || (is_last && v[i] <= h->edge[b + 1]));
    }
    EXPECT(h->edge[b + 1] > h->edge[b]);
    if (is_log)
      EXPECT(fabs(h->count[b] - count) <= 1);
    else
      EXPECT_REL(h->count[b], count, 0);
    total += h->count[b];
  }
  EXPECT_REL(total, (double)h->n_used, 0);
  EXPECT_INT(h->n_used + h->n_left, n);
  EXPECT(h->n_bins <= 124);
  EXPECT_REL(h->count[h->n_bins], 0, 0);
}

/* Evenly spread numbers 0 … 1: quartiles 1/4 and 3/4, so the rule says n^(-1/3) = 0.0368, and the
 * next of 1, 2, 5 above 0.7 of it is 0.05. */
static PetscErrorCode even(void) {
  qv_histogram *h;
  for (int i = 0; i < N; i++) value[i] = ((i * 7919) % N) / (double)(N - 1);
  PetscCall(qv_histogram_create(N, value, false, &h));
  EXPECT_REL(h->median, 0.5, 1e-12);
  EXPECT_REL(h->edge[1] - h->edge[0], 0.05, 1e-12);
  EXPECT_REL(h->edge[0], 0, 0);
  EXPECT_INT(h->n_bins, 21);
  check(N, value, false, h);
  PetscCall(qv_histogram_destroy(&h));
  return 0;
}

/* Exponents as 10 sqrt(u) - 14: quartiles 5 and 8.66 above -14, so the rule says 0.27 decades. */
static PetscErrorCode decades(void) {
  qv_histogram *h;
  for (int i = 0; i < N; i++) value[i] = pow(10, -14 + 10 * sqrt((i + 0.5) / N));
  value[0] = 0, value[1] = -1e-9, value[2] = NAN, value[3] = INFINITY, value[4] = -0.0;
  PetscCall(qv_histogram_create(N, value, true, &h));
  EXPECT_INT(h->n_left, 5);
  EXPECT_REL(log10(h->median), -14 + 10 * sqrt(0.5), 1e-3);
  const double step = log10(h->edge[1] / h->edge[0]);
  EXPECT_REL(step, 0.2, 1e-9);
  EXPECT_REL(log10(h->edge[0]) / step, round(log10(h->edge[0]) / step), 1e-9);
  check(N, value, true, h);
  PetscCall(qv_histogram_destroy(&h));
  return 0;
}

static PetscErrorCode integers(void) {
  qv_histogram *h;
  for (int i = 0; i < N; i++) value[i] = (i * 31) % 12 - 3;
  PetscCall(qv_histogram_create(N, value, false, &h));
  EXPECT_REL(h->edge[1] - h->edge[0], 1, 0);
  EXPECT_REL(h->edge[0], -3.5, 0);
  EXPECT_INT(h->n_bins, 12);
  check(N, value, false, h);
  PetscCall(qv_histogram_destroy(&h));
  return 0;
}

static PetscErrorCode degenerate(void) {
  static const double cases[][4] = {{5, 5, 5, 5},
                                    {0, 0, 0, 0},
                                    {1e-200, 1e-200, 1e-200, 1e-200},
                                    {1, 1, 1, 1e9},
                                    {1 + 1e-15, 1, 1, 1},
                                    {-1e280, 1e280, 0, 0},
                                    {0.1, 0.2, 0.30000000000000004, 0.3},
                                    {1e15 + 0.5, 1e15, 1e15, 1e15}};
  qv_histogram       *h;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int is_log = 0; is_log < 2; is_log++) {
      PetscCall(qv_histogram_create(4, cases[i], is_log, &h));
      if (h->n_used) check(4, cases[i], is_log, h);
      if (!is_log) EXPECT_INT(h->n_used, 4);
      PetscCall(qv_histogram_destroy(&h));
    }
  }
  PetscCall(qv_histogram_create(0, value, false, &h));
  EXPECT(h->n_bins == 0 && isnan(h->median));
  PetscCall(qv_histogram_destroy(&h));
  value[0] = NAN;
  PetscCall(qv_histogram_create(1, value, true, &h));
  EXPECT(h->n_bins == 0 && h->n_left == 1);
  PetscCall(qv_histogram_destroy(&h));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"even", even}, {"decades", decades}, {"integers", integers},
               {"degenerate", degenerate});
}
