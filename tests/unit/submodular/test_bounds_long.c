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

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"batched", batched}, {"sampled", sampled});
}
