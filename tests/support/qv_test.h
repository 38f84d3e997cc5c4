/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small test harness with TAP output and collective verdicts: a failing rank never hangs the
 * others, and rank 0 prints one stream with the first failing rank's message.
 *
 *   static PetscErrorCode adds(void) { EXPECT_INT(1 + 1, 2); return 0; }
 *   int main(int argc, char **argv) { QV_TEST_MAIN(argc, argv, {"adds", adds}); }
 *
 * A source registers itself with CTest by a line of its head comment:
 *   qv-test: np=1,2,3,4 labels=fast timeout=60
 * EXPECT_* note a failure and go on, so collective calls stay matched. */
#pragma once
#include <petscsys.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  const char *name;
  PetscErrorCode (*run)(void);
} qv_test;

/* Note a failed expectation (only the first message of a case is kept). Local. */
void qv_test_fail(const char *file, int line, const char *format, ...)
  __attribute__((format(printf, 3, 4)));
/* Note that the case does not apply here; shown as TAP "# SKIP reason". */
void qv_test_skip(const char *reason);

void qv_test_int(const char *file, int line, const char *text, int64_t got, int64_t want);
void qv_test_rel(const char *file, int line, const char *text, double got, double want, double tol);
void qv_test_bits(const char *file, int line, const char *text, double got, double want);
void qv_test_text(const char *file, int line, const char *text, const char *got, const char *want);

#define EXPECT(condition)                                                          \
  do {                                                                             \
    if (!(condition)) qv_test_fail(__FILE__, __LINE__, "%s is false", #condition); \
  } while (0)
#define EXPECT_INT(got, want) qv_test_int(__FILE__, __LINE__, #got, got, want)
/* |got - want| <= tol * |want| (tol itself where want is 0) */
#define EXPECT_REL(got, want, tol) qv_test_rel(__FILE__, __LINE__, #got, got, want, tol)
#define EXPECT_BITS(got, want)     qv_test_bits(__FILE__, __LINE__, #got, got, want)
#define EXPECT_TEXT(got, want)     qv_test_text(__FILE__, __LINE__, #got, got, want)

/* Initialise PETSc, run all cases, print TAP on rank 0. Returns the exit code: 0 when all passed,
 * 77 when all were skipped, else 1. */
int qv_test_main(int argc, char **argv, int n, const qv_test *tests);

#define QV_TEST_MAIN(argc, argv, ...)                                                    \
  do {                                                                                   \
    static const qv_test qv_test_cases[] = {__VA_ARGS__};                                \
    return qv_test_main(argc, argv, (int)(sizeof qv_test_cases / sizeof *qv_test_cases), \
                        qv_test_cases);                                                  \
  } while (0)
