/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "solvers/run/run_impl.h"

/* "42 s", "3 min 05 s", "2 h 10 min" */
static void duration_text(double seconds, char *text, size_t length) {
  const long s = lround(fmin(fmax(seconds, 0), 1e9));
  if (s < 60)
    snprintf(text, length, "%ld s", s);
  else if (s < 3600)
    snprintf(text, length, "%ld min %02ld s", s / 60, s % 60);
  else
    snprintf(text, length, "%ld h %02ld min", s / 3600, s / 60 % 60);
}

/* Lines in a log come after 10 s, 20 s, 40 s, …, at most 10 min apart. */
static double log_interval(double elapsed) {
  return fmin(fmax(10, elapsed), 600);
}

void qv_progress_show(qv_run *run, bool last) {
  if (run->rank || run->request->quiet || !run->progress.what) return;
  const bool   terminal = isatty(2);
  const double now = MPI_Wtime(), elapsed = now - run->started;
  const double interval = terminal ? 0.2 : log_interval(elapsed);
  if (!last && now - run->progress.shown < interval) return;
  if (last && !run->progress.live) return; /* a log gets the closing line anyway */
  run->progress.shown = now;
  const double done = run->progress.done, total = run->progress.total;
  const double gained   = done - run->progress.first;
  char         left[48] = "", spent[48];
  duration_text(elapsed, spent, sizeof spent);
  if (gained > 0 && total > done)
    duration_text(elapsed * (total - done) / gained, left, sizeof left);
  fprintf(stderr, "%s%s: %.5g of %.5g %s (%.0f %%), %s%s%s%s", terminal ? "\r\033[K" : "",
          run->job->problem->name, done, total, run->progress.what,
          total > 0 ? 100 * done / total : 0, spent, left[0] ? ", about " : "", left,
          left[0] ? " left" : "");
  run->progress.live = terminal && !last;
  fputs(terminal && !last ? "" : "\n", stderr);
  fflush(stderr);
}
