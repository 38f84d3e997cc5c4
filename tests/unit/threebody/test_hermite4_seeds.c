/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60
 * Two rows of the table of constant steps; test_hermite4_table.c has all of them. */
#include "tests/support/qv_test.h"
#include "tests/unit/threebody/paper_seeds.h"

static PetscErrorCode repeats_the_table(void) {
  const paper_result coarse = paper_run(1e-2), fine = paper_run(1e-4 * pow(1000, 5 / 9.0));
  EXPECT_REL(coarse.mean_steps, 8469, 5e-3);
  EXPECT_REL(coarse.median_error, 1.2e-8, 0.2);
  EXPECT_REL(fine.mean_steps, 18072, 5e-3);
  EXPECT_REL(fine.median_error, 3.4e-10, 0.2);
  /* 300 intervals a system, each with one evaluation more than steps */
  EXPECT_REL((double)coarse.evaluations, PAPER_SEEDS * (coarse.mean_steps + 300), 1e-12);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"repeats the table", repeats_the_table});
}
