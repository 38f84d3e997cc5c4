/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1,2 labels=fast timeout=30 */
#include "tests/support/qv_test.h"

static PetscErrorCode passes(void) {
  EXPECT_INT(1 + 1, 2);
  EXPECT_REL(1.0 + 1e-12, 1.0, 1e-11);
  EXPECT_TEXT("a", "a");
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"passes", passes});
}
