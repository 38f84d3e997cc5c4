/* SPDX-License-Identifier: GPL-3.0-or-later
 * qv-test: np=1 labels=fast timeout=30 */
#include "solvers/figure/axis.h"
#include "solvers/figure/figure.h"
#include "tests/support/qv_test.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#define MINUS "\xE2\x88\x92"

static void expect_ticks(double low, double high, bool is_log, int limit, int n,
                         const double *want) {
  double    tick[64];
  const int got = qv_figure_ticks(low, high, is_log, limit, tick);
  if (got != n)
    qv_test_fail(__FILE__, __LINE__, "[%g, %g]: %d ticks, expected %d", low, high, got, n);
  for (int i = 0; i < n && got == n; i++)
    if (tick[i] != want[i])
      qv_test_fail(__FILE__, __LINE__, "[%g, %g]: tick %d is %.17g, expected %.17g", low, high, i,
                   tick[i], want[i]);
}
#define TICKS(low, high, is_log, limit, ...)                                                    \
  expect_ticks(low, high, is_log, limit, (int)(sizeof(double[]){__VA_ARGS__} / sizeof(double)), \
               (double[]){__VA_ARGS__})

/* By hand: the literals are the doubles nearest to the decimals. */
static PetscErrorCode linear(void) {
  TICKS(0, 1, false, 6, 0, 0.2, 0.4, 0.6, 0.8, 1);
  TICKS(0, 1, false, 5, 0, 0.5, 1);
  TICKS(-1, 1, false, 5, -1, -0.5, 0, 0.5, 1);
  TICKS(0.3, 9.7, false, 6, 2, 4, 6, 8);
  TICKS(-1234, -1230, false, 5, -1234, -1233, -1232, -1231, -1230);
  TICKS(0, 1e-13, false, 6, 0, 2e-14, 4e-14, 6e-14, 8e-14, 1e-13);
  TICKS(0, 7e200, false, 4, 0, 2e200, 4e200, 6e200);
  TICKS(0.25, 0.35, false, 6, 0.26, 0.28, 0.3, 0.32, 0.34);
  TICKS(5, 5, false, 6, 5);
  TICKS(6, 8, false, 1, 6);
  return 0;
}

static PetscErrorCode logarithmic(void) {
  TICKS(1e-3, 1e3, true, 8, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3);
  TICKS(5e-16, 2e-1, true, 5, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3);
  TICKS(1e-300, 1e300, true, 4, 1e-200, 1, 1e200);
  TICKS(1.5, 60, true, 8, 2, 5, 10, 20, 50);
  TICKS(0.9, 12, true, 8, 1, 10);
  TICKS(1.1, 1.9, true, 5, 1.2, 1.4, 1.6, 1.8);
  TICKS(7, 7, true, 5, 7);
  return 0;
}

static PetscErrorCode refused(void) {
  double tick[8];
  EXPECT_INT(qv_figure_ticks(1, 0, false, 5, tick), 0);
  EXPECT_INT(qv_figure_ticks(NAN, 1, false, 5, tick), 0);
  EXPECT_INT(qv_figure_ticks(0, INFINITY, false, 5, tick), 0);
  EXPECT_INT(qv_figure_ticks(-DBL_MAX, DBL_MAX, false, 5, tick), 0);
  EXPECT_INT(qv_figure_ticks(0, 10, true, 5, tick), 0);
  EXPECT_INT(qv_figure_ticks(0, 1, false, 0, tick), 0);
  return 0;
}

/* Any range: few enough, in order, inside, and whole multiples of 1, 2 or 5 times a power of ten.
 */
static PetscErrorCode any_range(void) {
  uint64_t state = 88172645463325252u;
  for (int i = 0; i < 20000; i++) {
    double u[3], tick[16];
    for (int j = 0; j < 3; j++) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      u[j] = (double)(state >> 11) * 0x1p-53;
    }
    const double size = pow(10, 600 * u[0] - 300), low = size * (2 * u[1] - 1);
    const double high  = low + size * pow(10, -13 * u[2]);
    const int    limit = 2 + i % 13, n = qv_figure_ticks(low, high, false, limit, tick);
    if (!(high > low)) continue;
    if (n < 1 || n > limit)
      qv_test_fail(__FILE__, __LINE__, "[%.17g, %.17g]: %d of %d", low, high, n, limit);
    for (int k = 0; k < n; k++) {
      const double slack = 1e-6 * (high - low) + 4e-16 * fabs(low);
      EXPECT(tick[k] >= low - slack && tick[k] <= high + slack);
      if (k > 0) EXPECT(tick[k] > tick[k - 1]);
    }
    if (n > 1 && high - low > 1e-9 * size) {
      const double step = tick[1] - tick[0], lead = step / pow(10, floor(log10(step) + 1e-6));
      EXPECT(fabs(lead - 1) < 1e-5 || fabs(lead - 2) < 1e-5 || fabs(lead - 5) < 1e-5);
      EXPECT((n + 1) * step > high - low);
    }
  }
  return 0;
}

static PetscErrorCode any_log_range(void) {
  double tick[16];
  for (int low = -300; low < 300; low += 7) {
    for (int high = low + 1; high <= 300; high += 13) {
      const int n = qv_figure_ticks(1.01 * pow(10, low), 9.9 * pow(10, high), true, 9, tick);
      EXPECT(n >= 1 && n <= 9);
      for (int i = 0; i < n; i++) EXPECT(tick[i] > pow(10, low) && tick[i] < 9.91 * pow(10, high));
      for (int i = 1; i < n; i++) EXPECT(tick[i] > tick[i - 1]);
    }
  }
  return 0;
}

static void expect_text(double value, bool is_log, const char *want) {
  char text[24];
  qv_figure_tick_text(value, is_log, text);
  qv_test_text(__FILE__, __LINE__, "tick text", text, want);
}

static PetscErrorCode texts(void) {
  expect_text(0, false, "0");
  expect_text(-0.0, false, "0");
  expect_text(0.5, false, "0.5");
  expect_text(2000, false, "2,000");
  expect_text(-123456, false, MINUS "123,456");
  expect_text(1234.5, false, "1,234.5");
  expect_text(0.0001, false, "0.0001");
  expect_text(1.0 / 3, false, "0.333333");
  expect_text(999999.7, false, "10^6");
  expect_text(1e6, false, "10^6");
  expect_text(2.5e-13, false,
              "2.5\xC3\x97"
              "10^" MINUS "13");
  expect_text(-1.23456e-100, false,
              MINUS
              "1.23456\xC3\x97"
              "10^" MINUS "100");
  expect_text(1, true, "10^0");
  expect_text(1e-13, true, "10^" MINUS "13");
  expect_text(2000, true,
              "2\xC3\x97"
              "10^3");
  expect_text(NAN, false, "NaN");
  expect_text(INFINITY, false, "\xE2\x88\x9E");
  expect_text(-INFINITY, true, MINUS "\xE2\x88\x9E");
  return 0;
}

static PetscErrorCode no_locale(void) {
  static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "da_DK.UTF-8"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!setlocale(LC_ALL, names[i])) continue;
    texts();
    setlocale(LC_ALL, "C");
    return 0;
  }
  qv_test_skip("no locale with a decimal comma");
  return 0;
}

static void fit(qv_axis *axis, bool is_log, double low, double high) {
  memset(axis, 0, sizeof *axis);
  axis->is_log = is_log;
  qv_axis_show(axis, low, high, 0.05);
  qv_axis_fit(axis, 400, true, 10);
  axis->end = 400;
}

/* What labels and factor say together is the value of the tick. */
static PetscErrorCode labels(void) {
  qv_axis axis;
  fit(&axis, false, 0, 1);
  EXPECT_TEXT(axis.factor, "");
  EXPECT_TEXT(axis.text[0], "0.0");
  EXPECT_TEXT(axis.text[axis.n_ticks - 1], "1.0");
  fit(&axis, false, 0, 4e-7);
  EXPECT_TEXT(axis.factor,
              "\xC3\x97"
              "10^" MINUS "7");
  EXPECT_TEXT(axis.text[axis.n_ticks - 1], "4");
  fit(&axis, false, 3e7, 5e7);
  EXPECT_TEXT(axis.factor,
              "\xC3\x97"
              "10^7");
  EXPECT_TEXT(axis.text[0], "3.0");
  fit(&axis, false, 1.25 - 1e-9, 1.25 + 1e-9);
  EXPECT_TEXT(axis.factor,
              "\xC3\x97"
              "10^" MINUS "9 + 1.25");
  EXPECT_TEXT(axis.text[0], MINUS "1.0");
  fit(&axis, false, -1.25 - 2e-7, -1.25);
  EXPECT_TEXT(axis.factor,
              "\xC3\x97"
              "10^" MINUS "7 " MINUS " 1.25");
  fit(&axis, false, 100000, 100004);
  EXPECT_TEXT(axis.factor, "+ 100,000");
  EXPECT_TEXT(axis.text[axis.n_ticks - 1], "4");
  fit(&axis, true, 1e-9, 1e-2);
  EXPECT_TEXT(axis.text[0], "10^" MINUS "9");
  EXPECT(axis.n_minor >= 7 * 9);
  return 0;
}

static PetscErrorCode strange_ranges(void) {
  static const double range[][2] = {{1, 0},
                                    {0, 0},
                                    {5, 5},
                                    {-3, -3},
                                    {1e300, 1e300},
                                    {-1e300, 1e300},
                                    {1, 1 + 2.3e-16},
                                    {-1e-300, 1e-300},
                                    {4e-320, 9e-320},
                                    {0, 1e-310},
                                    {1e15, 1e15 + 0.25},
                                    {123456789, 123456789.0000001}};
  for (size_t i = 0; i < sizeof range / sizeof *range; i++) {
    qv_axis axis;
    fit(&axis, false, range[i][0], range[i][1]);
    EXPECT(axis.low < axis.high && isfinite(axis.low) && isfinite(axis.high));
    EXPECT(axis.n_ticks >= 1);
    for (int k = 0; k < axis.n_ticks; k++) {
      const double at = qv_axis_place(&axis, axis.tick[k]);
      EXPECT(at >= -1 && at <= 401);
      for (int j = 0; j < k; j++) EXPECT(strcmp(axis.text[j], axis.text[k]) != 0);
    }
  }
  static const double logs[][2] = {{1, 0},         {1, 1},          {1e-300, 1e-300},
                                   {1e300, 1e300}, {1e-300, 1e300}, {3, 3.0000001}};
  for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
    qv_axis axis;
    fit(&axis, true, logs[i][0], logs[i][1]);
    EXPECT(axis.low > 0 && axis.low < axis.high && isfinite(axis.high));
    EXPECT(axis.n_ticks >= 1);
    for (int k = 0; k < axis.n_ticks; k++)
      EXPECT(fabs(qv_axis_place(&axis, axis.tick[k]) - 200) <= 201);
  }
  return 0;
}

static PetscErrorCode same_units(void) {
  qv_axis x, y;
  fit(&x, false, 0, 10);
  fit(&y, false, 3, 4);
  qv_axis_match(&x, 300, &y, 150);
  EXPECT_REL((x.high - x.low) / 300, (y.high - y.low) / 150, 1e-14);
  EXPECT(x.low <= 0 && x.high >= 10 && y.low <= 3 && y.high >= 4);
  qv_axis_fit(&x, 300, true, 10);
  qv_axis_fit(&y, 150, false, 10);
  qv_axis_agree(&x, 300, &y, 150, 10);
  EXPECT_REL(x.tick[1] - x.tick[0], y.tick[1] - y.tick[0], 1e-12);
  return 0;
}

int main(int argc, char **argv) {
  QV_TEST_MAIN(argc, argv, {"linear", linear}, {"logarithmic", logarithmic}, {"refused", refused},
               {"any range", any_range}, {"any log range", any_log_range}, {"texts", texts},
               {"no locale", no_locale}, {"labels", labels}, {"strange ranges", strange_ranges},
               {"same units", same_units});
}
