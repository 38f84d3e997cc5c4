/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30
 * The region of Agekyan and Anosova: filled evenly, by systems that depend on seed and index alone.
 */
#include "rl/threebody/systems.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <string.h>

enum { N = 40000 };

static PetscErrorCode fills_the_region_evenly(void) {
  /* area, centroid and the share left of x = 1/4 by integration of the disc's edge */
  const double area = M_PI / 6 - sqrt(3) / 8, mean_x = sqrt(27) / 24 / area - 0.5,
               mean_y = 5.0 / 48 / area;
  const double left   = (0.375 * sqrt(7) / 4 + asin(0.75) / 2 - sqrt(3) / 8 - M_PI / 12) / area;
  double       x_mean = 0, y_mean = 0, share = 0;
  for (uint64_t i = 0; i < N; i++) {
    qv_system s;
    qv_systems_agekyan_anosova(1, i, &s);
    const double x = s.position[2][0], y = s.position[2][1];
    EXPECT(x > 0 && y > 0 && (x + 0.5) * (x + 0.5) + y * y <= 1);
    EXPECT(s.position[0][0] == -0.5 && s.position[1][0] == 0.5);
    for (int b = 0; b < 3; b++) {
      EXPECT(s.mass[b] == 1 && s.position[b][2] == 0 && (b == 2 || s.position[b][1] == 0));
      for (int k = 0; k < 3; k++) EXPECT(s.velocity[b][k] == 0);
    }
    x_mean += x / N, y_mean += y / N, share += (x < 0.25) / (double)N;
  }
  /* five standard errors; the deviations are 0.13, 0.21 and 0.49 */
  EXPECT_REL(x_mean - mean_x, 0, 5 * 0.13 / sqrt(N));
  EXPECT_REL(y_mean - mean_y, 0, 5 * 0.21 / sqrt(N));
  EXPECT_REL(share - left, 0, 5 * 0.49 / sqrt(N));
  return 0;
}

static PetscErrorCode depends_on_seed_and_index_alone(void) {
  qv_system a, b;
  qv_systems_agekyan_anosova(7, 11, &a);
  qv_systems_agekyan_anosova(7, 12, &b);
  EXPECT(memcmp(&a, &b, sizeof a) != 0);
  qv_systems_agekyan_anosova(8, 11, &b);
  EXPECT(memcmp(&a, &b, sizeof a) != 0);
  qv_systems_agekyan_anosova(7, 11, &b);
  EXPECT(memcmp(&a, &b, sizeof a) == 0);
  qv_systems_agekyan_anosova(UINT64_MAX, UINT64_MAX, &b);
  EXPECT(b.position[2][0] > 0);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"fills the region evenly", fills_the_region_evenly},
               {"depends on seed and index alone", depends_on_seed_and_index_alone});
}
