/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=quality timeout=900
 * The quality that the regularised integrator promises over many systems; figures go to the log. */
#include <stdlib.h>
#include "tests/support/qv_test.h"
#include "tests/unit/nbody/three_bodies.h"

static PetscErrorCode all_brake_orbits(void) {
  double worst = 0;
  for (int number = 1; number <= 30; number++) {
    double       period;
    const bodies start = brake_orbit(number, &period), now = at_time(&start, period);
    const double error = distance(now.x, start.x);
    if (!(error <= worst)) worst = error;
  }
  PetscCall(PetscPrintf(PETSC_COMM_SELF, "# brake orbits 1-30: worst %.2e\n", worst));
  EXPECT(worst <= 5e-8);
  return 0;
}

static PetscErrorCode paper_seeds(void) {
  enum { N = 100 };
  double  error[N];
  int64_t evaluations = 0;
  for (uint32_t seed = 0; seed < N; seed++) {
    const bodies   start = paper_seed(seed);
    qv_regularised s     = begin(&start);
    EXPECT_INT(run_to(&s, 60 * pi, 1000000), QV_NBODY_REACHED);
    error[seed] = energy_error(&s);
    evaluations += qv_regularised_evaluations(&s);
  }
  qsort(error, N, sizeof *error, compare_doubles);
  PetscCall(PetscPrintf(PETSC_COMM_SELF,
                        "# paper seeds 0-99: |dE/E| median %.2e, max %.2e; %.0f evaluations each\n",
                        error[N / 2], error[N - 1], (double)evaluations / N));
  EXPECT(error[N / 2] <= 1e-14);
  EXPECT(error[N - 1] <= 5e-13);
  EXPECT(evaluations <= 7500 * N);
  return 0;
}

static bodies region_d(uint64_t *counter) {
  double x, y;
  do {
    x = 0.5 * counter_uniform(counter);
    y = counter_uniform(counter);
  } while ((x + 0.5) * (x + 0.5) + y * y > 1);
  return free_fall(x, y);
}

static PetscErrorCode agekyan_anosova(void) {
  enum { N = 200 };
  double   error[N];
  int      arrived = 0;
  uint64_t counter = 12345;
  int64_t  total   = 0;
  for (int i = 0; i < N; i++) {
    const bodies           start   = region_d(&counter);
    qv_regularised         s       = begin(&start);
    const qv_nbody_outcome outcome = run_to(&s, 100, 20000000);
    total += qv_regularised_evaluations(&s);
    if (outcome == QV_NBODY_REACHED) error[arrived++] = energy_error(&s);
  }
  qsort(error, (size_t)arrived, sizeof *error, compare_doubles);
  PetscCall(PetscPrintf(PETSC_COMM_SELF,
                        "# Agekyan-Anosova: %d of %d arrive, |dE/E| median %.2e, p99 %.2e, %.2e "
                        "evaluations each\n",
                        arrived, N, error[arrived / 2], error[arrived * 99 / 100],
                        (double)total / N));
  EXPECT(arrived >= 195);
  EXPECT(error[arrived / 2] <= 2e-12);
  EXPECT(error[arrived * 99 / 100] <= 1e-9);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"all brake orbits", all_brake_orbits}, {"paper seeds", paper_seeds},
               {"Agekyan-Anosova to t = 100", agekyan_anosova});
}
