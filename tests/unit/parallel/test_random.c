/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60 */
#include "solvers/parallel/random.h"
#include "tests/support/qv_test.h"

#include <math.h>
#include <string.h>

static void expect_words(qv_stream stream, uint64_t index, uint64_t draw, const uint64_t want[4]) {
  uint64_t got[4];
  qv_random_words(stream, index, draw, got);
  EXPECT(!memcmp(got, want, sizeof got));
}

/* The published answer for zeros, and one of a separate implementation in integer arithmetic. */
static PetscErrorCode words_are_philox(void) {
  static const uint64_t zeros[4] = {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
                                    0x7e68b68aec7ba23b};
  static const uint64_t other[4] = {0x16cc6bfc67429de0, 0x408d1c573c6a5d56, 0x828f2792ef091c3b,
                                    0x06cb1feb004a0d19};
  expect_words((qv_stream){{0, 0}}, 0, 0, zeros);
  expect_words(qv_stream_named(20260101, "systems"), 123456789012, 5, other);
  return 0;
}

static PetscErrorCode names_are_hashed(void) {
  EXPECT(qv_stream_named(7, "").key[0] == 7);
  EXPECT(qv_stream_named(7, "").key[1] == 0xcbf29ce484222325);
  EXPECT(qv_stream_named(7, "a").key[1] == 0xaf63dc4c8601ec8c);
  EXPECT(qv_stream_named(7, "foobar").key[1] == 0x85944171f73967e8);
  EXPECT(qv_stream_named(7, "\xc3\xbc").key[1] == 0x0ac20a07b71807ea);
  return 0;
}

static PetscErrorCode reals_have_known_answers(void) {
  const qv_stream s = qv_stream_named(20260101, "systems");
  EXPECT_BITS(qv_random_uniform(s, 123456789012, 20), 0x1.6cc6bfc67429cp-4);
  EXPECT_BITS(qv_random_uniform(s, 123456789012, 21), 0x1.0234715cf1a97p-2);
  EXPECT_BITS(qv_random_uniform(s, 123456789012, 22), 0x1.051e4f25de124p-1);
  EXPECT_BITS(qv_random_uniform(s, 123456789012, 23), 0x1.b2c7fac012830p-6);
  EXPECT_REL(qv_random_normal(s, 123456789012, 10), -0.029753157108795097, 1e-13);
  EXPECT_REL(qv_random_normal(s, 123456789012, 11), 1.144380769963381, 1e-14);
  return 0;
}

static PetscErrorCode integers_have_known_answers(void) {
  const qv_stream s = qv_stream_named(20260101, "systems");
  EXPECT(qv_random_below(s, 9, 7, 1) == 0);
  EXPECT(qv_random_below(s, 9, 7, 2) == 0);
  EXPECT(qv_random_below(s, 9, 7, 10) == 4);
  EXPECT(qv_random_below(s, 9, 7, 1000003) == 636186);
  EXPECT(qv_random_below(s, 9, 7, 9223372036854775809u) == 4163991453621845895u);
  EXPECT(qv_random_below(s, 9, 7, 18446744073709551615u) == 13387363490476621704u);
  return 0;
}

/* For n = 2^63 + 1 a word is refused with probability 1/2: one draw in 16 needs a second block. */
static PetscErrorCode integers_stay_below(void) {
  const qv_stream s    = qv_stream_named(1, "test");
  const uint64_t  n    = (UINT64_C(1) << 63) + 1;
  double          mean = 0;
  for (uint64_t d = 0; d < 20000; d++) {
    const uint64_t x = qv_random_below(s, 0, d, n);
    EXPECT(x < n);
    mean += (double)x / (double)n / 20000;
  }
  EXPECT(fabs(mean - 0.5) < 5 / sqrt(12.0 * 20000));
  return 0;
}

/* Chi-squared over 64 cells, 63 degrees of freedom: outside (25, 125) with probability < 1e-5. */
static PetscErrorCode uniforms_fill_the_interval(void) {
  const qv_stream s = qv_stream_named(42, "uniform");
  enum { DRAWS = 200000, CELLS = 64 };
  double count[CELLS] = {0}, faces[CELLS] = {0}, chi[2] = {0, 0};
  for (int i = 0; i < DRAWS; i++) {
    const double u = qv_random_uniform(s, (uint64_t)i % 7, (uint64_t)i / 7);
    EXPECT(u > 0 && u < 1);
    count[(int)(u * CELLS)]++;
    faces[qv_random_below(s, 3, (uint64_t)i, CELLS)]++;
  }
  for (int c = 0; c < CELLS; c++) {
    const double mean = (double)DRAWS / CELLS;
    chi[0] += (count[c] - mean) * (count[c] - mean) / mean;
    chi[1] += (faces[c] - mean) * (faces[c] - mean) / mean;
  }
  EXPECT(chi[0] > 25 && chi[0] < 125);
  EXPECT(chi[1] > 25 && chi[1] < 125);
  return 0;
}

/* Moments of 200 000 normals, five standard errors each; neighbours are uncorrelated. */
static PetscErrorCode normals_have_moments(void) {
  const qv_stream s = qv_stream_named(42, "normal");
  enum { DRAWS = 200000 };
  double m1 = 0, m2 = 0, m4 = 0, lag = 0, last = 0;
  for (int i = 0; i < DRAWS; i++) {
    const double x = qv_random_normal(s, 5, (uint64_t)i);
    m1 += x / DRAWS;
    m2 += x * x / DRAWS;
    m4 += x * x * x * x / DRAWS;
    lag += x * last / DRAWS;
    last = x;
  }
  EXPECT(fabs(m1) < 5 / sqrt(DRAWS));
  EXPECT(fabs(m2 - 1) < 5 * sqrt(2.0 / DRAWS));
  EXPECT(fabs(m4 - 3) < 5 * sqrt(96.0 / DRAWS));
  EXPECT(fabs(lag) < 5 / sqrt(DRAWS));
  return 0;
}

static PetscErrorCode streams_differ(void) {
  const qv_stream s = qv_stream_named(1, "a");
  const double    u = qv_random_uniform(s, 2, 3);
  EXPECT(u == qv_random_uniform(qv_stream_named(1, "a"), 2, 3));
  EXPECT(u != qv_random_uniform(qv_stream_named(1, "b"), 2, 3));
  EXPECT(u != qv_random_uniform(qv_stream_named(2, "a"), 2, 3));
  EXPECT(u != qv_random_uniform(s, 3, 3));
  EXPECT(u != qv_random_uniform(s, 2, 4));
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"words are Philox4x64-10", words_are_philox},
               {"names are hashed by FNV-1a", names_are_hashed},
               {"reals have known answers", reals_have_known_answers},
               {"integers have known answers", integers_have_known_answers},
               {"integers stay below n", integers_stay_below},
               {"uniforms fill the interval", uniforms_fill_the_interval},
               {"normals have their moments", normals_have_moments},
               {"streams differ", streams_differ});
}
