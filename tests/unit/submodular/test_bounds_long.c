/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=long timeout=900
 * At least 200,000 steps of the engines with a promise at every step, no violation allowed. */
#include "tests/unit/submodular/bounds.h"

static PetscErrorCode batched(void) {
  return play_all(BATCHED, 60000, 11);
}
static PetscErrorCode sampled(void) {
  return play_all(SAMPLED, 60000, 12);
}
static PetscErrorCode lattanzi(void) {
  return play_all(LATTANZI, 60000, 13);
}
static PetscErrorCode sieve(void) {
  return play_all(SIEVE, 60000, 14);
}
static PetscErrorCode sieve_pp(void) {
  return play_all(SIEVE_PP, 60000, 15);
}
static PetscErrorCode threshold(void) {
  return play_all(THRESHOLD, 20000, 16);
}
static PetscErrorCode portfolio(void) {
  return play_all(PORTFOLIO, 10000, 17);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"batched", batched}, {"sampled", sampled}, {"lattanzi", lattanzi},
               {"sieve", sieve}, {"sieve_pp", sieve_pp}, {"threshold", threshold},
               {"portfolio", portfolio});
}
