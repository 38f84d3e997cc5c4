/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the @view of a data set to a picture.
 *
 *   trajectory  [time, system, body, axis]: paths in the plane, one chart a system (at most 6)
 *   series      [index], [index, k] or [index, system, k]: against its scale, one chart a system;
 *               "series-log" with a log y axis; a first axis `seed` gives the mean with a band, or
 *               of fewer than three seeds a curve or chart each
 *               "series with a b" adds the curves of the sets a and b of its group
 *   histogram   [system] …: distribution; "histogram-log" over decades; "histogram by a" one for
 *               each value of the set a
 *   bins        [bin]: counts, the scale holds the left edges; "bins-log" over decades, both of the
 *               scale and of the counts; "bins at a" with lines at the values of the set a
 *   image       [frame, y, x] or [y, x]: at most 8 frames, equally spaced, in one range of grey;
 *               "tiles" each in its own; "image against a" rows of them, of the same frames of
 *               the set a, and of the difference
 *   sinogram    [frame, view, bin]: all projections, one above the other
 *   profile     [frame, x], or the middle row of [frame, y, x]: over the frames; "profile against
 *               a" beside that of the set a */
#pragma once
#include "solvers/store/h5.h"

/* What to draw. Borrowed. */
typedef struct {
  const char *file;
  const char *only;   /* a data set's path, or NULL for all with a view */
  const char *folder; /* for the pictures */
  const char *format; /* "svg", "png" or "both" (NULL too) */
  double      fps;    /* 0: pictures; else animations of image sequences, so many frames a second */
  bool        each_seed; /* of series: a curve for each seed, however many */
} qv_view_request;

/* The paths of the pictures that were made. */
typedef struct {
  int    n;
  char **path;
} qv_view_pictures;

/* Draw into the folder as <stem>-<set>.svg and .png; where two sets have one name, <set> names
 * their groups too; animations as <stem>-<set>.apng. The caller releases *made. *reason: NULL, or a
 * constant sentence, and then nothing was made. Not collective. */
PetscErrorCode qv_view_draw(const qv_view_request *request, qv_view_pictures *made,
                            const char **reason);
PetscErrorCode qv_view_release(qv_view_pictures *made);
