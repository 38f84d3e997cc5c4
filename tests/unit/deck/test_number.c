/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=60 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/deck/number.h"
#include "tests/support/qv_test.h"
#include "tests/support/splitmix.h"

static PetscErrorCode reads_whole_numbers(void) {
  static const struct {
    const char *text;
    int64_t     value;
  } good[]                       = {{"0", 0},
                                    {"010", 10},
                                    {"-7", -7},
                                    {"+7", 7},
                                    {"9223372036854775807", INT64_MAX},
                                    {"-0", 0},
                                    {"000", 0},
                                    {"-9223372036854775807", -INT64_MAX}};
  static const char *const bad[] = {"",
                                    "-",
                                    "+-1",
                                    " 1",
                                    "1 ",
                                    "1.0",
                                    "1e3",
                                    "0x10",
                                    "1_0",
                                    "abc",
                                    "1a",
                                    "--1",
                                    "1,0",
                                    "inf",
                                    "nan",
                                    "9223372036854775808",
                                    "-9223372036854775808",
                                    "99999999999999999999999999"};
  int64_t                  value;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    value = 42;
    EXPECT(!qv_number_int(good[i].text, &value));
    EXPECT_INT(value, good[i].value);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (!qv_number_int(bad[i], &value)) qv_test_fail(__FILE__, __LINE__, "'%s' is read", bad[i]);
  EXPECT_TEXT(qv_number_int("1.5", &value), "must be a whole number");
  return 0;
}

static PetscErrorCode reads_numbers(void) {
  static const struct {
    const char *text;
    double      value;
  } good[]                       = {{"0", 0},
                                    {"-0", -0.0},
                                    {"010", 10},
                                    {".5", 0.5},
                                    {"5.", 5},
                                    {"-1.5e-3", -0.0015},
                                    {"+2E+2", 200},
                                    {"1e308", 1e308},
                                    {"0e999", 0},
                                    {"0.0e-999", 0},
                                    {"4.9e-324", 0x1p-1074},
                                    {"00.25", 0.25},
                                    {"0.1", 0x1.999999999999ap-4},
                                    {"1.7976931348623157e308", DBL_MAX}};
  static const char *const bad[] = {
    "",      ".",     "-",      "e5",     "1e",      "1e+",      "0x10",
    "0x1p3", "1_0",   "nan",    "inf",    ".inf",    "-.inf",    ".nan",
    "1 ",    " 1",    "1.2.3",  "1,5",    "1e5.",    "1f",       "1 yr",
    "1d5",   "1e999", "-1e999", "1e-999", "1.8e308", "infinity", "1e99999999999999999999"};
  double value;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    value = 42;
    EXPECT(!qv_number_real(good[i].text, &value));
    EXPECT_BITS(value, good[i].value);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (!qv_number_real(bad[i], &value)) qv_test_fail(__FILE__, __LINE__, "'%s' is read", bad[i]);
  return 0;
}

static PetscErrorCode reads_units(void) {
  qv_quantity q;
  EXPECT(!qv_number_quantity("30 yr", "yr|periods", &q));
  EXPECT_BITS(q.value, 30);
  EXPECT_INT(q.unit, QV_UNIT_YR);
  EXPECT(!qv_number_quantity("2.5periods", "yr|periods", &q));
  EXPECT_INT(q.unit, QV_UNIT_PERIODS);
  EXPECT(!qv_number_quantity("1e3", "yr|periods", &q));
  EXPECT_INT(q.unit, QV_UNIT_NONE);
  EXPECT(!qv_number_quantity("7", NULL, &q));
  EXPECT(qv_number_quantity("7 s", NULL, &q) != NULL);
  EXPECT(qv_number_quantity("2 h", "yr|periods", &q) != NULL);
  EXPECT(qv_number_quantity("2 y", "yr|periods", &q) != NULL);
  EXPECT(qv_number_quantity("yr", "yr|periods", &q) != NULL);
  EXPECT(qv_number_quantity("1 yr x", "yr|periods", &q) != NULL);
  EXPECT(qv_number_quantity("1 km", "km", &q) != NULL); /* no unit of ours */
  EXPECT_BITS(qv_number_seconds((qv_quantity){2, QV_UNIT_H}), 7200);
  EXPECT_BITS(qv_number_seconds((qv_quantity){3, QV_UNIT_MIN}), 180);
  EXPECT_BITS(qv_number_seconds((qv_quantity){1, QV_UNIT_D}), 86400);
  EXPECT_BITS(qv_number_seconds((qv_quantity){2, QV_UNIT_YR}), 2 * 365.25 * 86400);
  EXPECT_BITS(qv_number_seconds((qv_quantity){9, QV_UNIT_NONE}), 9);
  EXPECT(isnan(qv_number_seconds((qv_quantity){9, QV_UNIT_STEPS})));
  EXPECT_TEXT(qv_number_unit_word(QV_UNIT_NONE), "");
  EXPECT_TEXT(qv_number_unit_word(QV_UNIT_PERIODS), "periods");
  return 0;
}

static PetscErrorCode knows_ranges(void) {
  EXPECT(qv_number_in_range(1, "[1,inf)") && qv_number_in_range(1e308, "[1,inf)"));
  EXPECT(!qv_number_in_range(0.999, "[1,inf)") && !qv_number_in_range(1, "(1,inf)"));
  EXPECT(qv_number_in_range(1, "(0,1]") && !qv_number_in_range(0, "(0,1]"));
  EXPECT(!qv_number_in_range(1, "[0,1)") && qv_number_in_range(-0.5, "[-0.5, 1e3]"));
  EXPECT(qv_number_in_range(-1e300, "(-inf,0)") && !qv_number_in_range(0, "(-inf,0)"));
  EXPECT(!qv_number_in_range(NAN, "(-inf,inf)") && !qv_number_in_range(INFINITY, "[1,inf)"));
  EXPECT(!qv_number_in_range(1, "") && !qv_number_in_range(1, "0,2") &&
         !qv_number_in_range(1, "[0]"));
  return 0;
}

static PetscErrorCode writes_shortest_digits(void) {
  static const struct {
    double      value;
    const char *text;
  } known[] = {{0, "0"},
               {-0.0, "-0"},
               {0.1, "0.1"},
               {1e-14, "1e-14"},
               {100, "100"},
               {1e6, "1e6"},
               {31557600, "31557600"},
               {1e9, "1e9"},
               {-2.5e-5, "-2.5e-5"},
               {0.0001, "0.0001"},
               {1.0 / 3, "0.3333333333333333"},
               {0x1p-1074, "5e-324"},
               {DBL_MAX, "1.7976931348623157e308"},
               {12345.678, "12345.678"},
               {9007199254740993.0, "9007199254740992"},
               {0.1 + 0.2, "0.30000000000000004"},
               {2.2250738585072014e-308, "2.2250738585072014e-308"},
               {-123456, "-123456"},
               {5e-5, "5e-5"},
               {1e22, "1e22"},
               {123e20, "1.23e22"}};
  char text[32], shorter[32];
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    qv_number_text(known[i].value, text);
    EXPECT_TEXT(text, known[i].text);
  }
  for (uint64_t i = 0; i < 20000; i++) { /* reads back, and no digit fewer would do */
    uint64_t b = splitmix_at(i);
    double   x, back = 0;
    memcpy(&x, &b, sizeof x);
    if (i % 4 == 0) x = (double)(int64_t)(b >> (b & 63)) / 1024;
    if (!isfinite(x)) continue;
    qv_number_text(x, text);
    EXPECT(!qv_number_real(text, &back));
    EXPECT_BITS(back, x);
    int n = 0, seen = 0;
    for (const char *c = text; *c && *c != 'e'; c++)
      if (*c >= '0' && *c <= '9' && (seen = seen || *c != '0')) n++;
    if (strchr(text, '.') || n < 2 || strchr(text, 'e')) {
      if (n < 2) continue;
      snprintf(shorter, sizeof shorter, "%.*e", n - 2, x);
      EXPECT(strtod(shorter, NULL) != x);
    }
  }
  return 0;
}

static PetscErrorCode finds_near_words(void) {
  static const char *const words[] = {"count", "from", "path", "first-seed", "s", "yr", "learned"};
  static const struct {
    const char *word, *near;
  } cases[] = {{"cuont", "count"},
               {"counts", "count"},
               {"form", "from"},
               {"pat", "path"},
               {"lerned", "learned"},
               {"first_seed", "first-seed"},
               {"fristseed", "first-seed"},
               {"x", NULL},
               {"yrs", "yr"},
               {"zzzzz", NULL},
               {"", NULL},
               {"learner", "learned"},
               {"ms", NULL},
               {"y", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    EXPECT_TEXT(qv_number_nearest(cases[i].word, 7, words), cases[i].near);
  char long_word[4096];
  memset(long_word, 'a', sizeof long_word);
  long_word[sizeof long_word - 1] = 0;
  EXPECT_TEXT(qv_number_nearest(long_word, 7, words), NULL);
  EXPECT_TEXT(qv_number_nearest("count", 0, NULL), NULL);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"reads whole numbers", reads_whole_numbers},
               {"reads numbers", reads_numbers}, {"reads units", reads_units},
               {"knows ranges", knows_ranges}, {"writes shortest digits", writes_shortest_digits},
               {"finds near words", finds_near_words});
}
