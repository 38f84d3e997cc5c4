/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/store/decimal.h"
#include "tests/support/qv_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_like_strtod(const char *text) {
  double got = -1;
  EXPECT_INT(qv_decimal_read(text, strlen(text), &got), QV_DECIMAL);
  if (memcmp(&got, &(double){strtod(text, NULL)}, sizeof got) != 0)
    qv_test_fail(__FILE__, __LINE__, "'%s' is %a, expected %a", text, got, strtod(text, NULL));
}

/* The short way (one rounding) and the long one must give the same bits. */
static PetscErrorCode agrees_with_strtod(void) {
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < 200000; i++) {
    char   text[64];
    double value;
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    const uint64_t bits = i % 3 ? x : (UINT64_C(1023) << 52) ^ (x >> 12) ^ ((x & 63) << 52);
    memcpy(&value, &bits, sizeof value);
    if (value != value || value - value != 0) continue;
    snprintf(text, sizeof text, i % 3 ? "%.*e" : "%.*f", i % 21, value);
    expect_like_strtod(text);
  }
  const char *odd[] = {"0",
                       "-0",
                       "+0.0",
                       ".5",
                       "5.",
                       "1e22",
                       "1e23",
                       "1E-22",
                       "-1e-23",
                       "9007199254740993",
                       "999999999999999e22",
                       "0.1e-22",
                       "1e0000",
                       "1e-000000000000000000000000000000001",
                       "2.5e+00000005",
                       "0.000000000000000000000000000000000000000000000000001e55",
                       "123456789012345e-5"};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) expect_like_strtod(odd[i]);
  return 0;
}

static PetscErrorCode judges_the_whole_word(void) {
  double      value;
  const char *wrong[] = {"+",   "-",   ".",  "e5",     "1e",      "1e+", "1.2.3", "0x10",
                         "1d5", "--1", "1-", "nan(1)", "infinit", "1,",  " 1",    "1_0"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    EXPECT_INT(qv_decimal_read(wrong[i], strlen(wrong[i]), &value), QV_DECIMAL_NOT_A_NUMBER);
  const char *endless[] = {"nan", "-NaN", "inf", "+Infinity", "1e309", "-1e99999999999999999999"};
  for (size_t i = 0; i < sizeof endless / sizeof *endless; i++)
    EXPECT_INT(qv_decimal_read(endless[i], strlen(endless[i]), &value), QV_DECIMAL_NOT_FINITE);
  EXPECT_INT(qv_decimal_read("", 0, &value), QV_DECIMAL_EMPTY);
  EXPECT_INT(qv_decimal_read("12,5", 2, &value), QV_DECIMAL);
  EXPECT_BITS(value, 12);
  EXPECT_INT(qv_decimal_read("12345678901234567,5", 17, &value), QV_DECIMAL);
  EXPECT_BITS(value, 12345678901234567.0);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"same bits as strtod", agrees_with_strtod},
               {"the whole word counts", judges_the_whole_word});
}
