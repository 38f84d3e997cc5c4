/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * A few thousand steps of every engine against brute force. */
#include "tests/unit/submodular/bounds.h"

static PetscErrorCode batched(void) {
  return play_all(BATCHED, 2000, 1);
}
static PetscErrorCode sampled(void) {
  return play_all(SAMPLED, 2000, 2);
}
static PetscErrorCode lazy_greedy(void) {
  return play_all(LAZY, 500, 3);
}
static PetscErrorCode greedy(void) {
  return play_all(GREEDY, 500, 4);
}
static PetscErrorCode brute_force(void) {
  return play_all(BRUTE, 300, 5);
}
static PetscErrorCode lattanzi(void) {
  return play_all(LATTANZI, 1500, 6);
}
static PetscErrorCode sieve(void) {
  return play_all(SIEVE, 1500, 7);
}
static PetscErrorCode sieve_pp(void) {
  return play_all(SIEVE_PP, 1500, 8);
}
static PetscErrorCode stochastic(void) {
  return play_all(STOCHASTIC, 500, 9);
}
static PetscErrorCode threshold(void) {
  return play_all(THRESHOLD, 500, 10);
}
static PetscErrorCode portfolio(void) {
  return play_all(PORTFOLIO, 500, 11);
}
/* Nothing but deletions of the summary and insertions: values are promised all the same. */
static PetscErrorCode adaptive(void) {
  PetscFunctionBegin;
  for (int engine = BATCHED; engine <= PORTFOLIO; engine++)
    if (engine != BRUTE) PetscCall(play_all(engine, 300, HUNTED + engine));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"batched", batched}, {"sampled", sampled}, {"lazy_greedy", lazy_greedy},
               {"greedy", greedy}, {"brute_force", brute_force}, {"lattanzi", lattanzi},
               {"sieve", sieve}, {"sieve_pp", sieve_pp}, {"stochastic", stochastic},
               {"threshold", threshold}, {"portfolio", portfolio}, {"adaptive", adaptive});
}
