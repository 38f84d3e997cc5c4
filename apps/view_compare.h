/* SPDX-License-Identifier: GPL-3.0-or-later
 * Charts of several output files, and of any two columns. */
#pragma once
#include "apps/view.h"

/* What to draw. Borrowed.
 *
 * Without x and y: every data set with a view of series or histograms that at least two files have,
 * a curve (a distribution) for each file. With both: y against x. An expression is names joined by
 * '+', and by one ':' for "per"; a name is a path, a column of /series or /run/series, a data set
 * of /result, or a key of the deck. Where one of both is a single number, each file is a point: the
 * last row counts, and points of files with one label are joined. Of three seeds and
 * more the curve is the mean, with a band; of fewer each is a curve; of a point their mean. */
typedef struct {
  int          n_files;
  char *const *files;
  const char  *x, *y;
  const char  *log;   /* "x", "y", "xy"; NULL: as the view says, else linear */
  const char  *label; /* the key of the deck that names the curves; "file"; NULL: what differs */
  const char  *only, *folder, *format; /* as in view.h */
  bool         each_seed;              /* a curve for each seed, however many */
} qv_view_comparison;

/* Draw into the folder as compare-<set>.svg and .png, or as compare-<y>-against-<x>; for a single
 * file its stem stands in the place of "compare". *where: the file that *reason is about, or NULL.
 * Otherwise as qv_view_draw. */
PetscErrorCode qv_view_compare(const qv_view_comparison *wanted, qv_view_pictures *made,
                               const char **where, const char **reason);
