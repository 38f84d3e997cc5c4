/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/qv_test.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE = 512 };

static struct {
  int  failures, skipped;
  char message[MESSAGE];
} current;

void qv_test_fail(const char *file, int line, const char *format, ...) {
  if (current.failures++) return;
  const char *base = strrchr(file, '/');
  int         used = snprintf(current.message, MESSAGE, "%s:%d: ", base ? base + 1 : file, line);
  va_list     arguments;
  va_start(arguments, format);
  if (used > 0 && used < MESSAGE)
    vsnprintf(current.message + used, (size_t)(MESSAGE - used), format, arguments);
  va_end(arguments);
}

void qv_test_skip(const char *reason) {
  current.skipped = 1;
  snprintf(current.message, MESSAGE, "%s", reason);
}

void qv_test_int(const char *file, int line, const char *text, int64_t got, int64_t want) {
  if (got != want)
    qv_test_fail(file, line, "%s is %lld, expected %lld", text, (long long)got, (long long)want);
}

void qv_test_rel(const char *file, int line, const char *text, double got, double want,
                 double tol) {
  const double bound = want == 0 ? tol : tol * fabs(want);
  if (!(fabs(got - want) <= bound))
    qv_test_fail(file, line, "%s is %.17g, expected %.17g within %.1e (error %.3e)", text, got,
                 want, tol, want == 0 ? fabs(got) : fabs(got - want) / fabs(want));
}

void qv_test_bits(const char *file, int line, const char *text, double got, double want) {
  if (memcmp(&got, &want, sizeof got))
    qv_test_fail(file, line, "%s is %a, expected %a", text, got, want);
}

void qv_test_text(const char *file, int line, const char *text, const char *got, const char *want) {
  if (!got || !want ? got != want : strcmp(got, want) != 0)
    qv_test_fail(file, line, "%s is \"%s\", expected \"%s\"", text, got ? got : "(null)",
                 want ? want : "(null)");
}

/* The lowest failing rank and its message, on every rank; size when none failed. */
static void share_failure(int rank, int size, int *first) {
  int mine = current.failures ? rank : size;
  MPI_Allreduce(&mine, first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  if (*first < size) MPI_Bcast(current.message, MESSAGE, MPI_CHAR, *first, MPI_COMM_WORLD);
}

int qv_test_main(int argc, char **argv, int n, const qv_test *tests) {
  int rank, size, n_failed = 0, n_skipped = 0;
  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (rank == 0) printf("TAP version 13\n1..%d\n", n);
  for (int i = 0; i < n; i++) {
    int first;
    memset(&current, 0, sizeof current);
    const PetscErrorCode code = tests[i].run();
    if (code) qv_test_fail(__FILE__, __LINE__, "%s returned error %d", tests[i].name, (int)code);
    share_failure(rank, size, &first);
    const bool failed = first < size, skipped = !failed && current.skipped;
    n_failed += failed;
    n_skipped += skipped;
    if (rank == 0) {
      printf("%s %d - %s", failed ? "not ok" : "ok", i + 1, tests[i].name);
      if (skipped) printf(" # SKIP %s", current.message);
      printf("\n");
      if (failed) printf("# rank %d: %s\n", first, current.message);
      fflush(stdout);
    }
  }
  PetscFinalize();
  return n_failed ? 1 : n_skipped == n ? 77 : 0;
}
