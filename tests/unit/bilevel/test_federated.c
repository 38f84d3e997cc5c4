/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weights of clients that take part by chance: their mean, and the limit of averaging.
 * qv-test: np=1 labels=fast timeout=60 */
#include "optim/bilevel/federated.h"

#include <math.h>

#include "solvers/parallel/random.h"
#include "tests/support/qv_test.h"

enum { CLIENTS = 50, ROUNDS = 60000 };

static PetscErrorCode records(void) {
  qv_federated_record r = {0};
  EXPECT_REL(qv_federated_weigh(&r, false, 0), 1, 0);
  EXPECT_REL(qv_federated_weigh(&r, false, 0), 1, 0);
  EXPECT_REL(qv_federated_weigh(&r, true, 0), 1, 0); /* a gap of 3 counts from the next round on */
  EXPECT_REL(qv_federated_weigh(&r, true, 0), 3, 0);
  EXPECT_REL(qv_federated_weigh(&r, true, 0), 2, 0); /* (3 + 1)/2 */
  EXPECT_REL(qv_federated_weigh(&r, false, 0), 5.0 / 3, 1e-15);
  qv_federated_record cut = {0};
  qv_federated_weigh(&cut, false, 2);
  EXPECT_REL(qv_federated_weigh(&cut, false, 2), 1, 0); /* cut at 2 */
  EXPECT_REL(qv_federated_weigh(&cut, false, 2), 2, 0);
  return 0;
}

/* x := x + step mean(weight here (a - x)): to sum(w p a)/sum(w p), w the weight's mean; without
 * weights to sum(p a)/sum(p). */
static PetscErrorCode limits(void) {
  const qv_stream     stream    = qv_stream_named(1, "test");
  static const int    cutoff[4] = {-1, 0, 50, 10}; /* -1: no weights */
  qv_federated_record record[CLIENTS];
  for (int k = 0; k < 4; k++) {
    double x = 0, mean = 0, above = 0, below = 0;
    for (int c = 0; c < CLIENTS; c++) record[c] = (qv_federated_record){0};
    for (int t = 0; t < ROUNDS; t++) {
      double move = 0;
      for (int c = 0; c < CLIENTS; c++) {
        const double p = 0.02 + 0.01 * c, a = 0.1 * c;
        const bool   here   = qv_random_uniform(stream, (uint64_t)t, (uint64_t)c) < p;
        const double weight = cutoff[k] < 0 ? 1 : qv_federated_weigh(&record[c], here, cutoff[k]);
        if (here) move += weight * (a - x) / CLIENTS;
      }
      x += 0.01 * move;
      if (t >= ROUNDS / 2) mean += x / (ROUNDS - ROUNDS / 2);
    }
    for (int c = 0; c < CLIENTS; c++) {
      const double p = 0.02 + 0.01 * c, a = 0.1 * c;
      const double w = cutoff[k] < 0 ? 1 : cutoff[k] == 0 ? 1 / p : (1 - pow(1 - p, cutoff[k])) / p;
      above += w * p * a;
      below += w * p;
    }
    EXPECT_REL(mean, above / below, 0.02); /* 3.27, 2.45, 2.55, 2.9: apart by more */
  }
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"records", records}, {"limits", limits});
}
