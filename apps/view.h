/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the @view of a data set to a picture.
 *
 *   trajectory  [time, system, body, axis]: paths in the plane, one chart a system (at most 6)
 *   series      [index], [index, k] or [index, system, k]: against its scale, one chart a system;
 *               "series-log" with a log y axis; a first axis `seed` gives a curve or chart each
 *   histogram   [system] …: distribution; "histogram-log" over decades */
#pragma once
#include "solvers/store/h5.h"

/* Draw every data set with a view into `folder` as <stem>-<set>.svg and .png (`format`: "svg",
 * "png" or "both"); where two sets have one name, <set> names their groups too. `only`: a data
 * set's path, or NULL for all. made/n_made: the paths of the pictures, PetscFree each and the
 * array. *reason: NULL, or a constant sentence, and then nothing is in made. Not collective. */
PetscErrorCode qv_view_draw(const char *file, const char *only, const char *folder,
                            const char *format, char ***made, int *n_made, const char **reason);
