/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=quality timeout=300
 * The table of constant steps over the paper's seeds 0 to 99: mean steps and median energy error.
 */
#include "tests/support/qv_test.h"
#include "tests/unit/threebody/paper_seeds.h"

#include <stdio.h>

enum { ROWS = 9 };

/* By an independent program that keeps barycentric coordinates, hence errors below mu = 4e-3 are
 * its rounding errors and bounds for us. */
static const struct {
  double steps, error;
  bool   is_bound;
} table[ROWS] = {{831900, 4.3e-11, true}, {386329, 2e-11, true}, {179373, 2e-11, true},
                 {83337, 2e-11, true},    {38762, 2e-11, true},  {18072, 3.4e-10, false},
                 {8469, 1.2e-8, false},   {4008, 5.4e-7, false}, {1941, 2.3e-5, false}};

static PetscErrorCode repeats_the_table(void) {
  double error[ROWS];
  for (int k = 0; k < ROWS; k++) {
    const double       mu     = 1e-4 * pow(1000, k / 9.0);
    const paper_result result = paper_run(mu);
    error[k]                  = result.median_error;
    printf("# mu %.3e: mean steps %.0f (table %.0f), median error %.2e (%s %.1e)\n", mu,
           result.mean_steps, table[k].steps, result.median_error,
           table[k].is_bound ? "at most" : "table", table[k].error);
    EXPECT_REL(result.mean_steps, table[k].steps, 5e-3);
    if (table[k].is_bound)
      EXPECT(result.median_error <= table[k].error);
    else
      EXPECT_REL(result.median_error, table[k].error, 0.2);
  }
  /* fifth order in mu between 4.6e-2 and 4.6e-3 */
  const double slope = log10(error[8] / error[5]);
  printf("# slope %.2f\n", slope);
  EXPECT(slope > 4.6 && slope < 5.2);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"repeats the table", repeats_the_table});
}
