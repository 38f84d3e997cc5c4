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

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"batched", batched}, {"sampled", sampled}, {"lazy_greedy", lazy_greedy},
               {"greedy", greedy}, {"brute_force", brute_force});
}
