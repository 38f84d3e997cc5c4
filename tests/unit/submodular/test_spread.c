/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Distributions of counts: bins against counting again, quantiles against sorting. */
#include <stdlib.h>
#include <string.h>

#include "optim/submodular/dice.h"
#include "optim/submodular/spread.h"
#include "tests/support/qv_test.h"

enum { N = 5000 };

static int by_size(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Numbers of all sizes up to 2^most. */
static void fill(int most, qv_dice *dice, int64_t *x) {
  for (int i = 0; i < N; i++) {
    const int64_t word = (int64_t)qv_dice_below(dice, 1u << 31) << 31;
    x[i]               = word >> (62 - (int)qv_dice_below(dice, (uint32_t)most));
  }
}

static void judge(const qv_spread *s, const int64_t *sorted, int n) {
  qv_spread_list list;
  int64_t        all = 0;
  qv_spread_coarsen(s, &list);
  EXPECT(list.n >= 2 && list.n <= QV_SPREAD_COARSE);
  EXPECT_INT(list.count[list.n - 1], 0);
  if (n) EXPECT(list.count[0] > 0 && list.left[0] <= sorted[0]);
  for (int b = 0; b + 1 < list.n; b++) {
    int64_t here = 0;
    for (int i = 0; i < n; i++) here += sorted[i] >= list.left[b] && sorted[i] < list.left[b + 1];
    EXPECT_INT(list.count[b], here);
    all += here;
    EXPECT(list.left[b + 1] > list.left[b]);
    /* eight bins a decade, 10^(1/8) = 1.334, edges moved by at most 1/16 */
    if (list.left[b] >= 64) {
      const double ratio = (double)list.left[b + 1] / (double)list.left[b];
      EXPECT(ratio > 1.25 && ratio < 1.42);
    }
  }
  EXPECT_INT(all, n);
  EXPECT_INT(s->n, n);
}

static PetscErrorCode spreads(void) {
  static int64_t   x[2 * N];
  static qv_spread a, b;
  qv_dice          dice = {7};
  for (int most = 3; most <= 62; most += most < 9 ? 3 : 53) {
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    fill(most, &dice, x);
    fill(most, &dice, x + N);
    for (int i = 0; i < N; i++) qv_spread_add(&a, x[i]);
    for (int i = N; i < 2 * N; i++) qv_spread_add(&b, x[i]);
    qv_spread_join(&a, &b);
    qsort(x, 2 * N, sizeof *x, by_size);
    judge(&a, x, 2 * N);
    EXPECT_INT(a.largest, x[2 * N - 1]);
    for (int p = 1; p < 100; p++) {
      const int64_t want = x[p * 2 * N / 100 - 1], got = qv_spread_quantile(&a, p / 100.0);
      EXPECT(got <= want && want - got <= want / 16);
    }
  }
  return 0;
}

static PetscErrorCode nothing(void) {
  static qv_spread s;
  const int64_t    zero[3] = {0};
  judge(&s, NULL, 0);
  for (int i = 0; i < 3; i++) qv_spread_add(&s, 0);
  judge(&s, zero, 3);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"spreads", spreads}, {"nothing", nothing});
}
